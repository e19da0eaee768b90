package reload_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect/reload"
)

// What differs in every run of a text, such as an address, and what is equal to nothing,
// is no difference between texts.
func TestReloadIsNotMisledByValues(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": serve + `local nan, addr, co, word = 0/0, tostring({}), coroutine.create(print), "old"
		skynet.start(function() skynet.dispatch("lua", function(_, _, c)
			skynet.retpack(word .. tostring(nan ~= nan) .. addr:sub(1, 1) .. coroutine.status(co)) end) end)`})
	b.Edit(`"old"`, `"new"`)
	b.Edit("{}", "{ 1 }") // and another object before
	b.says("reload", b.reload(""), said{Updated: []string{"word"}})
	b.Is("", "newtruetsuspended")
	b.Edit("0/0", "5")
	b.Edit("nan ~= nan", "nan")
	b.says("another number", b.reload(""), said{Updated: []string{"nan"}})
	b.Is("", "new5tsuspended")
	b.says("undo", b.undo(), said{Updated: []string{"nan"}})
	b.Is("", "newtruetsuspended")
}

// Entries under the address of an object are the same ones in each load of a text: they
// do not gather, their values are the new text's, and they go with what made them.
func TestReloadKeepsEntriesUnderAddresses(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": serve + `local seen, word = {}, "a"
		seen[tostring({})] = "one"
		skynet.start(function() skynet.dispatch("lua", function(_, _, add)
			if add then seen[tostring({})] = add end
			local list = {} for _, v in pairs(seen) do list[#list + 1] = v end
			table.sort(list) skynet.retpack(word .. table.concat(list)) end) end)`})
	b.Is("", "aone")
	b.Edit(`"a"`, `"b"`)
	b.reload("")
	b.Is("", "bone")
	b.Edit(`"one"`, `"two"`)
	b.reload("")
	b.Is("", "btwo")
	b.undo()
	b.Is("", "bone")
	b.redo()
	b.Edit(`seen[tostring({})] = "two"`, "")
	b.reload("")
	b.Is("", "b")
	b.undo()
	b.Is("", "btwo")
	b.Is(`"own"`, "bowntwo")
	b.Edit(`"b"`, `"c"`)
	b.reload("")
	b.Is("", "cowntwo")
}

// Each function that is registered or held somewhere is named.
func TestReloadNamesRegisteredFunctions(t *testing.T) {
	b := newBench(t, map[string]string{
		"a.lua": `local M = {} function M.f() return "a1" end return M`,
		"b.lua": `local a = require "a" local of = a.f function a.f() return "b1" .. of() end return {}`,
		"main.lua": serve + `local a = require "a" require "b"
			skynet.info_func(function() return "info1" end)
			skynet.dispatch_unknown_request(function() return "unknown1" end)
			skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(a.f()) end) end)`,
	})
	changed := func(when string, want ...string) {
		t.Helper()
		change := b.reload("")
		got := append(append([]string(nil), change.ChangedFunctions...), change.RemovedFunctions...)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", when, diff)
		}
	}
	b.Edit("info1", "info2")
	changed("info", "info_func")
	b.Edit("unknown1", "unknown2")
	changed("unknown", "dispatch_unknown_request")
	b.Edit(`skynet.info_func(function() return "info2" end)`, "")
	changed("removed", "info_func")
	b.Write("a.lua", `local M = {} function M.f() return "a2" end return M`)
	changed("wrapped", "M.f at a.lua:1")
	b.Is("", "b1a2")
}

// Of many functions that stay old the reply names few.
func TestReloadTellsOfManyThatStay(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": serve + `local made = {}
		local function a() local n = 0 return function() return n end end
		local function b() local n = 0 return function() return n end end
		local function c() local n = 0 return function() return n end end
		local function d() local n = 0 return function() return n end end
		local CMD = {} function CMD.make() for _ = 1, 2 do for _, f in ipairs {a, b, c, d} do made[#made + 1] = f() end end end
		skynet.start(function() skynet.dispatch("lua", function(_, _, c) skynet.retpack(CMD[c]()) end) end)`})
	b.Call(`"make"`)
	for range 4 {
		b.Edit("local n = 0 return function() return n end", "local m = 0 return function() return m end")
	}
	const want = "8 functions stay old: main.lua:3, made without m; main.lua:4, made without m; main.lua:5, made without m; …"
	if change := b.reload(""); !cmp.Equal(change.Notes, []string{want}) {
		t.Errorf("notes: %q", change.Notes)
	}
}

// State that closures lose with a variable of their function is named, and so are
// functions that can't be made new.
func TestReloadTellsOfLostVariables(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": serve + `local made, CMD = {}, {}
		local function counter() local n = 0 return function() n = n + 1 return n end end
		local one = counter()
		function CMD.make() made[1] = counter() end
		function CMD.count() return one() .. (made[1] and made[1]() or "") end
		skynet.start(function() skynet.dispatch("lua", function(_, _, c) skynet.retpack(CMD[c]()) end) end)`})
	b.Is(`"count"`, "1")
	b.Call(`"make"`)
	b.Is(`"count"`, "21")
	b.Edit("local n = 0 return function() n = n + 1 return n end", "local count = 0 return function() count = count + 10 return count end")
	change := b.reload("")
	b.says("reload", change, said{Added: []string{"one: count"}, Dropped: []string{"one: n"}})
	if want := []string{"1 function stays old: main.lua:3, made without count"}; !cmp.Equal(change.Notes, want) {
		t.Errorf("notes: %q", change.Notes)
	}
	b.Is(`"count"`, "102")
	b.says("undo", b.undo(), said{Added: []string{"one: n"}, Dropped: []string{"one: count"}})
	b.Is(`"count"`, "33")
}

// Functions that no name leads to, such as handlers in lists, are told by their places,
// and what they are in is state.
func TestReloadTellsOfFunctionsInLists(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": serve + `local h = {}
		local function on(name, f) h[name] = h[name] or {} table.insert(h[name], f) end
		on("a", function() return "a1" end)
		skynet.start(function() skynet.dispatch("lua", function(_, _, c)
			skynet.retpack(h[c] and h[c][1]()) end) end)`})
	tells := func(when string, change *reload.Change, added, removed []string, data said) {
		t.Helper()
		b.says(when, change, data)
		if diff := cmp.Diff([][]string{added, removed}, [][]string{change.NewFunctions, change.RemovedFunctions}); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", when, diff)
		}
	}
	atB, atC := []string{"the function at main.lua:5"}, []string{"the function at main.lua:6"}
	both := append(append([]string(nil), atB...), atC...)
	b.Edit("skynet.start", "on('b', function() return 'b1' end)\nskynet.start")
	tells("dry", b.dry(), atB, nil, said{Added: []string{"h.b"}})
	tells("reload", b.reload(""), atB, nil, said{Added: []string{"h.b"}})
	b.Is(`"b"`, `b1`)
	tells("undo", b.undo(), nil, atB, said{Dropped: []string{"h.b"}})
	b.Is(`"b"`, "")
	tells("redo", b.redo(), atB, nil, said{Added: []string{"h.b"}})
	b.Edit("skynet.start", "on('c', function() return 'c1' end)\nskynet.start")
	tells("another", b.reload(""), atC, nil, said{Added: []string{"h.c"}})
	tells("to 1", b.goTo(1, false), nil, both, said{Dropped: []string{"h.b", "h.c"}})
	tells("to 3", b.goTo(3, false), both, nil, said{Added: []string{"h.b", "h.c"}})
	b.Edit("a1", "a2")
	change := b.reload("")
	tells("changed", change, nil, nil, said{})
	if diff := cmp.Diff([]string{"the function at main.lua:4"}, change.ChangedFunctions); diff != "" {
		t.Error(diff)
	}
}

// The functions of a file are counted once, whatever modules are made in it.
func TestReloadOfModulesMadeInAFile(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": serve + `local cache = { 1 }
		package.preload["virt"] = function() return { who = function() return "v1" end } end
		table.insert(package.searchers or package.loaders, function(name)
			if name == "magic" then return function() return { word = function() return "m1" end } end end end)
		local virt, magic = require "virt", require "magic"
		skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(virt.who() .. magic.word() .. #cache) end) end)`})
	b.Is("", "v1m11")
	b.Edit("v1", "v2")
	b.Edit("m1", "m2")
	for _, step := range []struct {
		does func() *reload.Change
		want string
	}{{func() *reload.Change { return b.reload("") }, "v2m21"}, {b.undo, "v1m11"}, {b.redo, "v2m21"}} {
		change := step.does()
		if len(change.NewFunctions)+len(change.RemovedFunctions) > 0 {
			t.Errorf("new: %q, removed: %q", change.NewFunctions, change.RemovedFunctions)
		}
		if diff := cmp.Diff([]string{"cache"}, change.Kept); diff != "" {
			t.Errorf("kept: %s", diff)
		}
		b.Is("", step.want)
	}
}
