package command

import (
	"testing"

	"lunarium/console"
	"lunarium/inspect/reload"
)

// Notes are shown when the code has not changed, too: that a file is gone, for one.
func TestUnchangedCodeHasNotes(t *testing.T) {
	got := changeText(&console.Operator{}, rowOfChange(&reload.Change{Version: 3, Unchanged: true, Notes: []string{"its file m.lua is gone"}}))
	if want := "version 3: the code has not changed\nnote: its file m.lua is gone"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
