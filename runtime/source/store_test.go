package source

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lunarium/runtime/vm"
)

func newStore(patterns ...string) *Store { return NewStore(vm.NewLoader(1), patterns) }

// What a file contained before is forgotten after a while, its latest contents are
// not compiled again.
func TestContentsOfAFile(t *testing.T) {
	store := newStore()
	path := filepath.Join(t.TempDir(), "changing.lua")
	compile := func(i int) any {
		if err := os.WriteFile(path, fmt.Appendf(nil, "return %d", i), 0o666); err != nil {
			t.Fatal(err)
		}
		code, err := store.CompileFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	store.Clear()
	var last any
	for i := range 100 {
		last = compile(i)
	}
	if compile(99) != last {
		t.Error("the latest content was compiled again")
	}
	if count := store.Clear(); count != keepContents {
		t.Errorf("%d contents are kept, want %d", count, keepContents)
	}
}

// Code that services make is kept for others within bounds, whatever it is called.
func TestLoadedCodeIsKeptWithinBounds(t *testing.T) {
	store := newStore()
	text := "return '" + strings.Repeat("x", maxLoaded/8) + "'"
	for i := range 20 {
		if _, err := store.CompileOwned(fmt.Sprintf("@file%d", i), []byte(text), nil); err != nil {
			t.Fatal(err)
		}
	}
	if count := store.Clear(); count > 8 {
		t.Errorf("%d of 20 chunks of 1/8 of the bound are kept", count)
	}
}
