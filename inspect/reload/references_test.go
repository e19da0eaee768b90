package reload_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// holding is a service with the text in its middle, whose tables answers gives. Messages
// are code that it runs.
func holding(text, answers string) map[string]string {
	return map[string]string{"main.lua": serve + text + `
		skynet.start(function() skynet.dispatch("lua", function(_, _, c) if c then ` + answers + ` end
			skynet.retpack(show()) end) end)`}
}

// An entry under a function is the same one in all versions, whatever has become of the
// function: the replies of all ways, dry ones too, tell of it.
func TestWaysOverEntriesUnderFunctions(t *testing.T) {
	b := newBench(t, holding(`local function f() return 1 end
		local byf, n = { [f] = 1 }, 1
		local function show() return byf[f] .. f() end`, `byf[f] = c`))
	step := func(from, to string) {
		t.Helper()
		b.Edit("return "+from, "return "+to)
		b.Edit("[f] = "+from, "[f] = "+to)
		b.reload("")
	}
	step("1", "2")
	step("2", "3")
	both := func(to int, want said) {
		t.Helper()
		dry := b.goTo(to, true)
		b.says("dry", dry, want)
		change := b.goTo(to, false)
		dry.DryRun = false
		if diff := cmp.Diff(change, dry); diff != "" {
			t.Errorf("the dry run says otherwise (-done +dry)\n%s", diff)
		}
	}
	both(1, said{Updated: []string{"byf[function]"}})
	b.Is("", "11")
	b.Is("7", "71")
	both(3, said{Differs: []string{"byf[function]"}})
	b.Is("", "73")
	step("3", "4")
	both(1, said{Differs: []string{"byf[function]"}})
	b.Is("", "71")
}

// Entries under several functions have one name in replies; each is told.
func TestReloadTellsOfEachEntryUnderAFunction(t *testing.T) {
	b := newBench(t, holding(`local function f() end local function g() end
		local byf = { [f] = 1 }
		local function show() return byf[f] .. (byf[g] or "") end`, ``))
	b.Edit("[f] = 1", "[f] = 2, [g] = 3")
	b.says("reload", b.reload(""), said{Added: []string{"byf[function]"}, Updated: []string{"byf[function]"}})
	b.Is("", "23")
}

// A place that refers to a table which stands elsewhere holds something else when it
// refers to another table, however much they look alike.
func TestReloadOfReferences(t *testing.T) {
	text := func(r string) map[string]string {
		return holding(`local a, b = { x = 1 }, { x = 1 }
			local r = `+r+`
			local function show() return (r == a and "a" or r == b and "b" or "own") .. r.x end`, `r = b`)
	}
	differs := said{Differs: []string{"r"}}
	b := newBench(t, text("a"))
	b.Is("1", "b1")
	b.Write("main.lua", text("b")["main.lua"])
	b.says("what the service has", b.reload(""), said{})
	b.says("undo", b.undo(), differs)
	b.says("redo", b.redo(), said{})
	b.Is("", "b1")

	b = newBench(t, text("{ x = 1 }"))
	b.Is("1", "b1")
	b.Write("main.lua", text("{ x = 2 }")["main.lua"])
	b.says("another table", b.reload(""), differs)
	b.Is("", "b1")
	b.says("undo", b.undo(), differs)
	b.Is("", "b1")
}

// A table of the service's own that the new text replaces by one which looks like the old
// text's differs.
func TestReloadTellsOfAReferenceToATableAlike(t *testing.T) {
	b := newBench(t, holding(`local a = { x = 1 }
		local r = { x = 1 }
		local function show() return r == a and "a" or r.x .. (r.y or "") end`, `r.y = c`))
	b.Is("5", "15")
	b.Edit("r = { x = 1 }", "r = a")
	b.says("reload", b.reload(""), said{Differs: []string{"r"}})
	b.Is("", "15")
}

// What is written into a table that the service has exchanged for another is no news: the
// other one differs.
func TestUndoInATableThatWasExchanged(t *testing.T) {
	b := newBench(t, holding(`local t = { x = 1 }
		local function show() return t.x .. (t.y or "") end`, `t = { x = c }`))
	b.Edit("x = 1", "x = 2, y = 2")
	b.says("reload", b.reload(""), said{Added: []string{"t.y"}, Updated: []string{"t.x"}})
	b.Is("7", "7")
	b.says("undo", b.undo(), said{Differs: []string{"t"}})
	b.Is("", "7")
	b.says("redo", b.redo(), said{Differs: []string{"t"}})
	b.Is("", "7")
}

// A way on which a table came and what is in it came later is told as the table.
func TestGoToTellsOfATableOnce(t *testing.T) {
	b := newBench(t, holding(`local t = "none"
		local function show() return type(t) == "table" and t.x .. (t.y or "") or t end`, ``))
	b.Edit(`"none"`, "{ x = 1 }")
	b.reload("")
	b.Edit("x = 1", "x = 1, y = 2")
	b.reload("")
	b.says("to 1", b.goTo(1, false), said{Updated: []string{"t"}})
	b.Is("", "none")
	b.says("to 3", b.goTo(3, false), said{Updated: []string{"t"}})
	b.Is("", "12")
}

// A table that the service put in the place of one that stands elsewhere is merged by what
// is in it; what the other one has is nothing to it.
func TestReloadOfATableInThePlaceOfAReference(t *testing.T) {
	b := newBench(t, holding(`local a = { fixed = 1 }
		local r = a
		local function show() return a.fixed * r.fixed .. (r.k or "") .. (r.j or "") end`, `r = { fixed = 1, k = c }`))
	b.Is("7", "17")
	b.Edit("r = a", "r = { fixed = 1, k = 2, j = 3 }")
	b.says("reload", b.reload(""), said{Added: []string{"r.j"}, Differs: []string{"r.k"}})
	b.Is("", "173")
	b.says("undo", b.undo(), said{Dropped: []string{"r.j"}, Differs: []string{"r"}})
	b.Is("", "17")
}

// An entry that only the new text has stands under the new function, whatever stood for
// that before, and undo takes it out.
func TestReloadAddsAnEntryUnderAFunction(t *testing.T) {
	b := newBench(t, holding(`local function f() return 1 end
		local byf = { fixed = 0 }
		local function show() local n = 0 for _ in pairs(byf) do n = n + 1 end return (byf[f] or "none") .. f() .. n end`, ``))
	b.Edit("return 1", "return 2")
	b.Edit("fixed = 0", "fixed = 0, [f] = 5")
	b.says("reload", b.reload(""), said{Added: []string{"byf[function]"}})
	b.Is("", "522")
	b.says("undo", b.undo(), said{Dropped: []string{"byf[function]"}})
	b.Is("", "none11")
	b.says("redo", b.redo(), said{Added: []string{"byf[function]"}})
	b.Is("", "522")
}
