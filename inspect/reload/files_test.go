package reload_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"lunarium/inspect/reload"
)

// A module is found by each of its names, and is called alike everywhere.
func TestReloadFindsModules(t *testing.T) {
	b := newBench(t, map[string]string{
		"lib/util.lua": `local M = {} local function inner() return 0 end function M.f() return inner() end return M`,
		"main.lua": serve + `local m = require "lib.util"
			skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(m.f()) end) end)`,
	})
	for i, name := range []string{"lib.util", "util.lua", "lib/util.lua", filepath.Join(b.Dir, "lib/util.lua")} {
		word := strconv.Itoa(i + 1)
		b.Write("lib/util.lua", "\n"+strings.Replace(b.Read("lib/util.lua"), "return "+strconv.Itoa(i), "return "+word, 1))
		if change := b.reload(name); change.Version != i+2 {
			t.Errorf("%s: %+v", name, change)
		}
		b.Is("", word)
	}
	diffs, _, _, err := reload.Diff(context.Background(), b.Service, 0, 0)
	if err != nil || len(diffs) != 1 || diffs[0].File != "lib/util.lua" {
		t.Errorf("the difference is in %+v, %v", diffs, err)
	}
	_, err = reload.Reload(context.Background(), b.Service, "lib.utl", false)
	if want := "there is no file lib.utl, and no module of that name in main:\n\tit has 'lib.util'\n\tno file "; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("a wrong name: %v", err)
	}
}

// A file that is gone is told of, whether or not another has changed.
func TestReloadTellsOfFilesThatAreGone(t *testing.T) {
	b := newBench(t, map[string]string{
		"m.lua":    `return { v = 1 }`,
		"main.lua": serve + `local m = require "m" skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(m.v) end) end)`,
	})
	if err := os.Remove(filepath.Join(b.Dir, "m.lua")); err != nil {
		t.Fatal(err)
	}
	for _, edit := range []string{"", "m.v + 1"} {
		if edit != "" {
			b.Edit("m.v", edit)
		}
		change := b.reload("")
		if change.Unchanged != (edit == "") || len(change.Notes) != 1 || !strings.Contains(change.Notes[0], "m.lua is gone") {
			t.Errorf("%q: %+v", edit, change)
		}
	}
}

// A file that dofile or loadfile loads when the service begins belongs to its code, one
// that is loaded later does not.
func TestReloadNoticesFilesThatAreNoModules(t *testing.T) {
	b := newBench(t, map[string]string{
		"part.lua":  `function word() return "one" end`,
		"later.lua": `return 1`,
		"main.lua": serve + `dofile "DIR/part.lua"
			skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(word() .. dofile "DIR/later.lua") end) end)`,
	})
	b.Is("", "one1")
	b.Write("later.lua", `return 2`)
	if change := b.reload(""); !change.Unchanged {
		t.Errorf("a file that is loaded later: %+v", change)
	}
	for i, name := range []string{"", "part.lua"} {
		b.Write("part.lua", `function word() return "`+strconv.Itoa(i)+`" end`)
		change := b.reload(name)
		if len(change.ChangedFunctions) != 1 || change.ChangedFunctions[0] != "word" {
			t.Errorf("%q: %+v", name, change)
		}
		b.Is("", strconv.Itoa(i)+"2")
	}
	b.undo()
	b.Is("", "02")
	b.undo()
	b.Is("", "one2")
	if change := b.reload(""); change.Version != 4 {
		t.Errorf("after undo: %+v", change)
	}
	b.Is("", "12")
}
