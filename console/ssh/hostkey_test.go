package ssh

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// A host key is made once, for its owner alone.
func TestHostKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "key")
	first, err := HostKey(path)
	if err != nil {
		t.Fatal(err)
	}
	second, err := HostKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.PublicKey().Marshal(), second.PublicKey().Marshal()) {
		t.Error("the key is another one each time")
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := HostKey(path); !errors.Is(err, errExposed) {
		t.Errorf("a key that others may read: %v", err)
	}
	if err := os.WriteFile(path, []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := HostKey(path); err == nil {
		t.Error("nonsense is a key")
	}
}
