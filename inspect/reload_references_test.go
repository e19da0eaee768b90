package inspect_test

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
		b.edit("return "+from, "return "+to)
		b.edit("[f] = "+from, "[f] = "+to)
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
	b.is("", "11")
	b.is("7", "71")
	both(3, said{Differs: []string{"byf[function]"}})
	b.is("", "73")
	step("3", "4")
	both(1, said{Differs: []string{"byf[function]"}})
	b.is("", "71")
}

// Entries under several functions have one name in replies; each is told.
func TestReloadTellsOfEachEntryUnderAFunction(t *testing.T) {
	b := newBench(t, holding(`local function f() end local function g() end
		local byf = { [f] = 1 }
		local function show() return byf[f] .. (byf[g] or "") end`, ``))
	b.edit("[f] = 1", "[f] = 2, [g] = 3")
	b.says("reload", b.reload(""), said{Added: []string{"byf[function]"}, Updated: []string{"byf[function]"}})
	b.is("", "23")
}
