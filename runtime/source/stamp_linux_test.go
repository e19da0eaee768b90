package source

import "testing"

// TestSettledFilesAreReadOnce: a file that was left alone is recognised by its
// stamp, and read again when the stamp is another.
func TestSettledFilesAreReadOnce(t *testing.T) {
	store := newStore()
	path := "../../testdata/services/worker.lua"
	info, ok := statFile(path)
	if !ok || !info.settled {
		t.Fatalf("%s is missing, or too new", path)
	}
	first, err := store.CompileFile(path)
	if err != nil {
		t.Fatal(err)
	}
	key := fileKey{path, path}
	if known := store.files[key]; known.stamp != info.stamp || known.code != first {
		t.Fatal("the file was not recognised")
	}
	store.files[key] = fileCode{stamp: stamp{size: 1}}
	if other, err := store.CompileFile(path); err != nil || other != first || store.files[key].stamp != info.stamp {
		t.Errorf("a file with another stamp: %v", err)
	}
	store.Clear()
	if again, err := store.CompileFile(path); err != nil || again == first {
		t.Errorf("a cleared cache: %v", err)
	}
}
