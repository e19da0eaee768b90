package reload_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect/reload"
)

func (b *bench) undo() *reload.Change {
	return b.moved(reload.Undo(context.Background(), b.Service))
}

func (b *bench) redo() *reload.Change {
	return b.moved(reload.Redo(context.Background(), b.Service))
}

func (b *bench) goTo(version int, dry bool) *reload.Change {
	b.T.Helper()
	return b.moved(reload.GoTo(context.Background(), b.Service, version, dry))
}

func (b *bench) moved(change *reload.Change, err error) *reload.Change {
	b.T.Helper()
	if err != nil {
		b.T.Fatal(err)
	}
	return change
}

// said is what a reply says of data.
type said struct{ Added, Dropped, Updated, Differs []string }

func (b *bench) says(when string, change *reload.Change, want said) {
	b.T.Helper()
	got := said{change.Added, change.Dropped, change.Updated, change.Differs}
	if diff := cmp.Diff(want, got); diff != "" {
		b.T.Errorf("%s: (-want +got)\n%s", when, diff)
	}
}

// Undo and redo tell what they did, not what the reload had done.
func TestUndoTellsWhatItDid(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": serve + `local a, t, gone = 1, { x = 1 }, { 1 }
		skynet.start(function() skynet.dispatch("lua", function(_, _, c) if c then a, t.y = c, c end
			skynet.retpack(table.concat({ a, t.x, t.y or "-" }, " ")) end) end)`})
	b.Edit("1, { x = 1 }, { 1 }", "2, { x = 2, y = 2 }, { 2 }")
	b.says("reload", b.reload(""), said{Added: []string{"t.y"}, Updated: []string{"a", "t.x"}})
	b.Is("7", "7 2 7")
	kept := said{Updated: []string{"t.x"}, Differs: []string{"a", "t.y"}}
	b.says("undo", b.undo(), kept)
	b.Is("", "7 1 7")
	b.says("redo", b.redo(), kept)
	b.Is("", "7 2 7")
	versions, err := reload.Versions(context.Background(), b.Service)
	if err != nil {
		t.Fatal(err)
	}
	if got := versions[1].Changes; got != "updated: t.x" {
		t.Errorf("version 2 says %q", got)
	}
}

// A list goes back and forth whole, with its records, or not at all.
func TestUndoOfListsOfRecords(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": serve + `local objs = { { id = 1, v = "a" }, { id = 2, v = "b" } }
		skynet.start(function() skynet.dispatch("lua", function(_, _, c) if c then objs[1].v = c end
			local r = {} for i, o in ipairs(objs) do r[i] = o.id .. o.v end skynet.retpack(table.concat(r, " ")) end) end)`})
	b.Edit(`v = "a" },`, `v = "A" }, { id = 9, v = "N" },`)
	changed, kept := said{Updated: []string{"objs"}}, said{Differs: []string{"objs"}}
	b.says("reload", b.reload(""), changed)
	b.Is("", "1A 9N 2b")
	b.says("undo", b.undo(), changed)
	b.Is(`"changed"`, "1changed 2b")
	b.says("redo", b.redo(), kept)
	b.Is("", "1changed 2b")
	b.says("undo", b.undo(), kept)
	b.Is("", "1changed 2b")
	b.Is(`"a"`, "1a 2b")
	b.says("redo", b.redo(), changed)
	b.Is("", "1A 9N 2b")
}

// What a service holds in a table that the new text replaces is not lost by redo.
func TestRedoKeepsWhatATableGot(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": serve + `local t = { x = 1 }
		skynet.start(function() skynet.dispatch("lua", function(_, _, c) if c then t.x = c end
			skynet.retpack(type(t) == "table" and t.x or t) end) end)`})
	b.Edit("{ x = 1 }", `"none"`)
	b.says("reload", b.reload(""), said{Updated: []string{"t"}})
	b.undo()
	b.Is("5", "5")
	b.says("redo", b.redo(), said{Differs: []string{"t"}})
	b.Is("", "5")
}

// The way over several versions is told as what it comes to, and can be followed dry.
func TestGoToTellsTheWholeWay(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": serve + `local T, back = { a = 1 }, 1
		local function f() return 1 end
		skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(T.a .. f()) end) end)`})
	b.Edit("a = 1 }, 1", "a = 2, k2 = 1 }, 2")
	b.Edit("return 1", "return 2")
	b.reload("")
	b.Edit("k2 = 1 }, 2", "k3 = 1 }, 1")
	b.Edit("local function f() return 2 end", "local function f() return 1 end local function g() return f end")
	b.reload("")
	for _, way := range []struct {
		to   int
		want said
	}{
		{1, said{Dropped: []string{"T.k3"}, Updated: []string{"T.a"}}},
		{3, said{Added: []string{"T.k3"}, Updated: []string{"T.a"}}},
	} {
		before := b.Call("")
		dry := b.goTo(way.to, true)
		b.says("dry", dry, way.want)
		b.Is("", before)
		change := b.goTo(way.to, false)
		b.says("done", change, way.want)
		if len(change.ChangedFunctions) > 0 {
			t.Errorf("changed: %v", change.ChangedFunctions)
		}
		dry.DryRun = false
		if diff := cmp.Diff(change, dry); diff != "" {
			t.Errorf("the dry run says otherwise:\n%s", diff)
		}
	}
}

// Of many versions the last ones are kept.
func TestReloadForgetsOldVersions(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": serve + `local function f() return 1 end
		skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(f()) end) end)`})
	const reloads = 70
	for i := 1; i <= reloads; i++ {
		b.Edit(fmt.Sprintf("return %d end", i), fmt.Sprintf("return %d end", i+1))
		b.reload("")
	}
	list, err := reload.Versions(context.Background(), b.Service)
	if err != nil {
		t.Fatal(err)
	}
	numbers := [][2]int{{1, 7}}
	for i := 8; i <= 71; i++ {
		numbers = append(numbers, [2]int{i, i})
	}
	var listed [][2]int
	for i, v := range list {
		listed = append(listed, [2]int{v.Number, v.Last})
		if v.Forgotten != (i == 0) {
			t.Errorf("%+v", v)
		}
	}
	if diff := cmp.Diff(numbers, listed); diff != "" {
		t.Errorf("the versions (-want +got):\n%s", diff)
	}
	if _, err := reload.GoTo(context.Background(), b.Service, 1, false); err == nil || !errors.Is(err, reload.ErrNoVersion) ||
		!strings.Contains(err.Error(), "version 1 of main is not kept any more: the last 64 are") {
		t.Errorf("to a version that is not kept: %v", err)
	}
	if _, _, _, err := reload.Diff(context.Background(), b.Service, 1, 0); !errors.Is(err, reload.ErrNoVersion) {
		t.Errorf("its difference: %v", err)
	}
	b.goTo(8, false)
	b.Is("", "8")
	if _, err := reload.Undo(context.Background(), b.Service); !errors.Is(err, reload.ErrNoVersion) {
		t.Errorf("before the first that is kept: %v", err)
	}
	b.Edit("return 71 end", "return 100 end")
	b.reload("") // forgets version 9, to which undo does not lead, and with it those after it
	if _, err := reload.GoTo(context.Background(), b.Service, 71, false); !errors.Is(err, reload.ErrNoVersion) {
		t.Errorf("on a way that is not kept: %v", err)
	}
	b.Is("", "100")
	b.undo()
	b.Is("", "8")
}

// What ran in a version is known after other ways were gone from it.
func TestVersionsKeepTheirFiles(t *testing.T) {
	b := newBench(t, map[string]string{
		"m.lua": `return { f = function() return "old" end }`,
		"main.lua": serve + `local m, n = require "m", 1
			skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(m.f() .. n) end) end)`,
	})
	b.Edit(`"m", 1`, `"m", 2`)
	b.reload("")
	b.undo()
	b.Edit(`"m", 2`, `"m", 1`)
	b.Write("m.lua", strings.Replace(b.Read("m.lua"), "old", "new", 1))
	b.reload("")
	b.goTo(2, false)
	b.Is("", "old2")
	b.undo()
	b.Write("m.lua", strings.Replace(b.Read("m.lua"), "new", "old", 1))
	b.Edit(`"m", 1`, `"m", 4`)
	b.reload("")
	b.Is("", "old4")
	b.undo()
	b.Is("", "old1")
}

// What lies in something that comes or goes on the way is told with it.
func TestWaysTellOfWholesNotOfTheirParts(t *testing.T) {
	const rest = `local CMD = {} function CMD.look() return %s end
		skynet.start(function() skynet.dispatch("lua", function(_, _, c, ...) skynet.retpack(CMD[c](...)) end) end)`
	const parts = `local conf, handlers = { a = 1 }, setmetatable({}, { __metatable = "x" })
		local function make() local rest = 5 return function() rest = rest + 1 return rest end end
		local only = make()
		`
	b := newBench(t, map[string]string{"main.lua": serve + parts + fmt.Sprintf(rest, "conf, handlers, only()")})
	b.Edit(`{ a = 1 }`, `{ a = 1, extra = 2 }`)
	b.Edit(`"x"`, `"y"`)
	b.Edit("rest = 5", "rest = 6")
	b.reload("")
	b.Write("main.lua", serve+fmt.Sprintf(rest, "3"))
	b.says("reload", b.reload(""), said{Dropped: []string{"conf", "handlers"}})
	b.says("to 1", b.goTo(1, false), said{Added: []string{"conf", "handlers"}})
	b.says("to 3", b.goTo(3, false), said{Dropped: []string{"conf", "handlers"}})
}
