package service

import (
	"fmt"
	"testing"
)

// What a file contained before is forgotten after a while, its latest contents are
// not compiled again.
func TestContentsOfAFile(t *testing.T) {
	w := newWorld(t)
	compile := func(i int) any {
		code, err := w.Compile("@changing.lua", fmt.Appendf(nil, "return %d", i))
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	w.ClearCache()
	var last any
	for i := range 100 {
		last = compile(i)
	}
	if compile(99) != last {
		t.Error("the latest content was compiled again")
	}
	if count := w.ClearCache(); count != keepContents {
		t.Errorf("%d contents are kept, want %d", count, keepContents)
	}
}
