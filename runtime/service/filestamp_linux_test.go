package service

import "testing"

// TestSettledFilesAreReadOnce: a file that was left alone is recognised by its
// stamp, and read again when the stamp is another.
func TestSettledFilesAreReadOnce(t *testing.T) {
	w := newWorld(t)
	path := "../../testdata/services/worker.lua"
	info, ok := statFile(path)
	if !ok || !info.settled {
		t.Fatalf("%s is missing, or too new", path)
	}
	first, err := w.CompileFile(path)
	if err != nil {
		t.Fatal(err)
	}
	key := fileKey{path, path}
	if known := w.code.files[key]; known.stamp != info.stamp || known.code != first {
		t.Fatal("the file was not recognised")
	}
	w.code.files[key] = fileCode{stamp: fileStamp{size: 1}}
	if other, err := w.CompileFile(path); err != nil || other != first || w.code.files[key].stamp != info.stamp {
		t.Errorf("a file with another stamp: %v", err)
	}
	w.ClearCache()
	if again, err := w.CompileFile(path); err != nil || again == first {
		t.Errorf("a cleared cache: %v", err)
	}
}
