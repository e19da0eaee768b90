package reload_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lunarium/inspect/reload"
)

// reloadCase is a service, an edit of it, and what its answers must be on the way:
// as started, after a dry run, a reload, undo, redo, and a reload that fails.
type reloadCase struct {
	name       string
	modules    map[string]string
	main       string // with %s where the edit is
	old, new   string
	prepare    []string // calls after the start
	ask        string   // the question
	was, fresh string   // what it gives with old and new code
	module     string   // that is edited instead of main
}

func (c *reloadCase) write(b *bench, text string) {
	if c.module != "" {
		b.Write(c.module, strings.Replace(c.modules[c.module], "%s", text, 1))
		return
	}
	b.Write("main.lua", strings.ReplaceAll(c.main, "%s", text))
}

const serve = "local skynet = require 'skynet'\n"

var reloadCases = []reloadCase{
	{
		name: "a function in a required table", modules: map[string]string{"cmd.lua": "return {}"},
		main: serve + `local CMD = require "cmd"
			function CMD.look() return "%s" end
			skynet.start(function() skynet.dispatch("lua", function(_, _, c) skynet.retpack(CMD[c]()) end) end)`,
		old: "old", new: "new", ask: `"look"`, was: "old", fresh: "new",
	},
	{
		name: "a callback registered with a module",
		modules: map[string]string{"bus.lua": `local bus = { list = {} }
			function bus.on(f) bus.list[#bus.list + 1] = f end
			function bus.fire() local r = {} for i, f in ipairs(bus.list) do r[i] = f() end return table.concat(r, " ") end
			return bus`},
		main: serve + `local bus = require "bus"
			loads = (loads or 0) + 1
			bus.on(function() return "%s" end)
			skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(bus.fire() .. loads) end) end)`,
		old: "one", new: "two", was: "one1", fresh: "two1",
	},
	{
		name: "a wrapped global",
		main: serve + `local original = tostring
			tostring = function(x) return "%s" .. original(x) end
			skynet.start(function() skynet.dispatch("lua", function(_, _, x) skynet.retpack(tostring(x)) end) end)`,
		old: "1:", new: "2:", ask: "7", was: "1:7", fresh: "2:7",
	},
	{
		name: "a wrapped global that goes",
		main: serve + `%s
			skynet.start(function() skynet.dispatch("lua", function(_, _, x) skynet.retpack(tostring(x)) end) end)`,
		old: `local original = tostring
			tostring = function(x) return "1:" .. original(x) end`, new: "", ask: "7", was: "1:7", fresh: "7",
	},
	{
		name: "a wrapped library that goes",
		main: serve + `%s
			skynet.start(function() skynet.dispatch("lua", function(_, _, x) skynet.retpack(string.upper(x) .. (os and "" or "!")) end) end)`,
		old: `string = setmetatable({ upper = function(x) return "1" .. x end }, { __index = string }) os = nil`,
		new: "", ask: `"a"`, was: "1a!", fresh: "A",
	},
	{
		name: "a library that is no longer patched",
		main: serve + `%s
			skynet.start(function() skynet.dispatch("lua", function(_, _, x) skynet.retpack(x:len()) end) end)`,
		old: `string.len = function() return "many" end`, new: "", ask: `"abc"`, was: "many", fresh: "3",
	},
	{
		name: "values under functions",
		main: serve + `local function f() end
			local T, W = {}, setmetatable({}, {__mode = "k"})
			local v = "%s" T[f], W[f] = v, v
			skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(T[f] .. tostring(W[f])) end) end)`,
		old: "old", new: "new", was: "old", fresh: "new",
	},
	{
		name: "a patched library",
		main: serve + `local upper = string.upper
			function string:shout() return upper(self) .. "%s" end
			skynet.start(function() skynet.dispatch("lua", function(_, _, x) skynet.retpack(x:shout()) end) end)`,
		old: "!", new: "?", ask: `"a"`, was: "A!", fresh: "A?",
	},
	{
		name: "the metatable of strings",
		main: serve + `getmetatable("").__add = function(a, b) return a .. "%s" .. b end
			skynet.start(function() skynet.dispatch("lua", function(_, _, x) skynet.retpack(x + "b") end) end)`,
		old: "-", new: "+", ask: `"a"`, was: "a-b", fresh: "a+b",
	},
	{
		name: "lists",
		main: serve + `local LEVELS = { %s }
			local queue = {}
			skynet.start(function() skynet.dispatch("lua", function(_, _, c) queue[#queue + 1] = c skynet.retpack(table.concat(LEVELS, " ") .. "/" .. table.concat(queue, " ")) end) end)`,
		old: "10, 20, 30", new: "5, 15, 25, 35", was: "10 20 30/", fresh: "5 15 25 35/",
	},
	{
		name: "a list of records",
		main: serve + `local ITEMS = { {name = "a", cost = 1}, {name = "b", cost = %s} }
			local by = {} for _, item in ipairs(ITEMS) do by[item.name] = item end
			skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(ITEMS[1].cost .. " " .. by.b.cost .. tostring(by.b == ITEMS[2])) end) end)`,
		old: "2", new: "3", was: "1 2true", fresh: "1 3true",
	},
	{
		name: "functions as keys", prepare: []string{`"on"`},
		modules: map[string]string{"bus.lua": `local bus, subs = {}, setmetatable({}, {__mode = "k"})
			function bus.on(f) subs[f] = true return "" end
			function bus.fire() local r = {} for f in pairs(subs) do r[#r + 1] = f() end return table.concat(r, " ") end
			return bus`},
		main: serve + `local bus = require "bus"
			local function listener() return "%s" end
			local CMD = { fire = bus.fire, on = function() return bus.on(listener) end }
			skynet.start(function() skynet.dispatch("lua", function(_, _, c) skynet.retpack(CMD[c]()) end) end)`,
		old: "old", new: "new", ask: `"fire"`, was: "old", fresh: "new",
	},
	{
		name: "objects as keys that no variable holds", prepare: []string{`"fire"`},
		modules: map[string]string{"bus.lua": `local bus, subs = {}, {}
			function bus.on(o, tag) subs[o] = tag end
			function bus.fire() local r = {} for o, tag in pairs(subs) do r[#r + 1] = (type(o) == "table" and o:f() or o()) .. tag end table.sort(r) return table.concat(r, " ") end
			return bus`},
		main: serve + `local bus, bare = require "bus", {}
			local function make(n) local calls = 0 return function() calls = 1 return n .. "%s" end end
			bus.on(make "a", 1) bus.on(make "b", 2)
			bus.on({ calls = 0, f = function(self) self.calls = self.calls + 1 return "c" .. "%s" end }, 3)
			bus.on({ f = function() return "d" .. "%s" end }, 4)
			bus.on(setmetatable({}, { __index = { f = function() return "e" .. "%s" end } }), 5)
			bare[{}] = "%s" bare[{}] = "%s"
			local function show() local r = { bus.fire() } for _, v in pairs(bare) do r[#r + 1] = v end return table.concat(r, " ") end
			skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(show()) end) end)`,
		old: "old", new: "new", was: "aold1 bold2 cold3 dold4 eold5 old old", fresh: "anew1 bnew2 cnew3 dnew4 enew5 new new",
	},
	{
		name: "a class that another module has as a key",
		modules: map[string]string{
			"base.lua": `local B = { subs = setmetatable({}, { __mode = "k" }) }
				function B.sub() local c = {} B.subs[c] = true return c end return B`,
			"derived.lua": `local D = require "base".sub() function D.g() return "%s" end return D`,
		},
		main: serve + `local B, D = require "base", require "derived"
			skynet.start(function() skynet.dispatch("lua", function()
				local n = 0 for k in pairs(B.subs) do n = n + 1 end skynet.retpack(D.g() .. n .. tostring(B.subs[D])) end) end)`,
		module: "derived.lua", old: "one", new: "two", was: "one1true", fresh: "two1true",
	},
	{
		name: "a module that is no longer required",
		modules: map[string]string{
			"a.lua": `local M = {} function M.f() return "a" end return M`,
			"b.lua": `local a, n = require "a", 0 local of = a.f
				function a.f() n = n + 1 return "b" .. of() end
				function string.zap(s) return "zap" .. s end return { count = function() return n end }`,
		},
		main: serve + `local a = require "a"
			%s
			skynet.start(function() skynet.dispatch("lua", function()
				skynet.retpack(a.f() .. tostring(string.zap and ("x"):zap()) .. (package.loaded.b and "!" or "")) end) end)`,
		old: `require "b"`, new: "", was: "bazapx!", fresh: "anil",
	},
	{
		name: "a registry that a module is no longer in",
		modules: map[string]string{
			"reg.lua": `local R = { all = {}, hooks = {} }
				function R.define(t, f) R.all[#R.all + 1] = t R.hooks[#R.hooks + 1] = f return t end
				function R.run() local r = {} for i, f in ipairs(R.hooks) do r[i] = f() .. R.all[i].name end return table.concat(r, " ") end
				return R`,
			"npc.lua": `return require "reg".define({ name = "npc" }, function() return "n" end)`,
			"mob.lua": `return require "reg".define({ name = "mob" }, function() return "m" end)`,
		},
		main: serve + `local R = require "reg"
			for _, name in ipairs { %s } do require(name) end
			skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(R.run() .. "!") end) end)`,
		old: `"npc", "mob"`, new: `"mob"`, was: "nnpc mmob!", fresh: "mmob!",
	},
	{
		name: "a module that a handler requires, and one that it did", prepare: []string{`"later"`},
		modules: map[string]string{
			"late.lua":   `local n = 0 return { f = function() n = n + 1 return "late" .. n end }`,
			"seldom.lua": `local n = 0 return { f = function() n = n + 1 return "seldom" .. n end }`,
		},
		main: serve + `local text = "%s"
			if text == "old" then require "seldom" end
			skynet.start(function() skynet.dispatch("lua", function(_, _, c)
				if c then return skynet.retpack(require "late".f() .. require "seldom".f()) end
				skynet.retpack(text .. tostring(package.loaded.late ~= nil) .. tostring(package.loaded.seldom ~= nil)) end) end)`,
		old: "old", new: "new", was: "oldtruetrue", fresh: "newtruetrue",
	},
	{
		name: "modules that need each other",
		modules: map[string]string{
			"a.lua": `local M = {} package.loaded.a = M local b = require "b"
				function M.f() return "%s" .. b.g() end return M`,
			"b.lua": `local a = require "a" return { g = function() return a.f and " b sees a" end }`,
		},
		main: serve + `local a = require "a"
			skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(a.f() .. tostring(require "a" == a)) end) end)`,
		module: "a.lua", old: "a1", new: "a2", was: "a1 b sees atrue", fresh: "a2 b sees atrue",
	},
	{
		name: "closures of a factory", prepare: []string{`"make"`, `"make"`},
		main: serve + `local made = {}
			local function counter() local n = 0 return function() n = n + 1 return n %s end end
			local CMD = {}
			function CMD.make() made[#made + 1] = counter() return "" end
			function CMD.count() return made[1]() .. "," .. made[2]() end
			skynet.start(function() skynet.dispatch("lua", function(_, _, c) skynet.retpack(CMD[c]()) end) end)`,
		old: "", new: "* 0 - 1", ask: `"count"`, was: "", fresh: "-1,-1",
	},
	{
		name: "metatables of classes", prepare: []string{`"x"`},
		main: serve + `local Class, made = {}, nil Class.__index = Class
			Class.__call = function() return "%s" end
			skynet.start(function() skynet.dispatch("lua", function(_, _, x) made = made or setmetatable({}, Class) skynet.retpack(made()) end) end)`,
		old: "old", new: "new", was: "old", fresh: "new",
	},
	{
		name: "a map's entries",
		main: serve + `local limits = { %s }
			skynet.start(function() skynet.dispatch("lua", function() local r = {} for k, v in pairs(limits) do r[#r + 1] = k .. v end table.sort(r) skynet.retpack(table.concat(r, " ")) end) end)`,
		old: "a = 1, b = 2", new: "b = 3, c = 4", was: "a1 b2", fresh: "b3 c4",
	},
	{
		name: "a constant that another file takes over", modules: map[string]string{"config.lua": `return { limit = %s }`},
		main: serve + `local limit = require "config".limit
			skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(limit) end) end)`,
		module: "config.lua", old: "1", new: "2", was: "1", fresh: "2",
	},
	{
		name: "a protocol that is new",
		main: serve + `%s
			skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(tostring((pcall(skynet.traceproto, "mine", false)))) end) end)`,
		old: "", new: `skynet.register_protocol { name = "mine", id = 77, pack = skynet.pack, unpack = skynet.unpack }`,
		was: "false", fresh: "true",
	},
	{
		name: "a loop that waits in a filter",
		main: serve + `skynet.filter(function(...) return ... end, function()
			skynet.dispatch("lua", function() skynet.retpack "%s" end) end)`,
		old: "old", new: "new", was: "old", fresh: "new",
	},
	{
		name: "a queue made on loading",
		main: serve + `local lock = skynet.queue()
			skynet.start(function() skynet.dispatch("lua", function() lock(function() skynet.retpack "%s" end) end) end)`,
		old: "old", new: "new", was: "old", fresh: "new",
	},
}

func TestReloadCases(t *testing.T) {
	for _, c := range reloadCases {
		t.Run(c.name, func(t *testing.T) {
			b := newCaseBench(t, &c)
			ask := func(when, want string) {
				t.Helper()
				if got := b.Call(c.ask); !strings.HasPrefix(got, want) {
					t.Errorf("%s: %s gives %s, want %s", when, c.ask, got, want)
				}
			}
			for _, call := range c.prepare {
				b.Call(call)
			}
			ask("as started", c.was)
			c.write(b, c.new)
			if _, err := reload.Reload(context.Background(), b.Service, "", true); err != nil {
				t.Fatal(err)
			}
			ask("after a dry run", c.was)
			b.reload("")
			ask("after the reload", c.fresh)
			if change := b.reload(""); !change.Unchanged {
				t.Errorf("reloaded again: %+v", change)
			}
			move := func(to func(context.Context) (*reload.Change, error), when, want string) {
				t.Helper()
				if _, err := to(context.Background()); err != nil {
					t.Fatalf("%s: %v", when, err)
				}
				ask(when, want)
			}
			undo := func(ctx context.Context) (*reload.Change, error) { return reload.Undo(ctx, b.Service) }
			redo := func(ctx context.Context) (*reload.Change, error) { return reload.Redo(ctx, b.Service) }
			move(undo, "after undo", c.was)
			move(redo, "after redo", c.fresh)
			c.write(b, c.old)
			b.reload("")
			ask("after a reload of the first text", c.was)
			move(undo, "after its undo", c.fresh)
			move(func(ctx context.Context) (*reload.Change, error) { return reload.GoTo(ctx, b.Service, 1, false) }, "in version 1", c.was)
			c.write(b, c.new)
			b.Write("main.lua", b.Read("main.lua")+"\nerror 'broken'")
			if _, err := reload.Reload(context.Background(), b.Service, "", false); err == nil {
				t.Error("a file that raises was taken")
			}
			ask("after a reload that failed", c.was)
		})
	}
}

func newCaseBench(t *testing.T, c *reloadCase) *bench {
	files := map[string]string{"main.lua": strings.ReplaceAll(c.main, "%s", c.old)}
	for name, text := range c.modules {
		files[name] = strings.Replace(text, "%s", c.old, 1)
	}
	return newBench(t, files)
}

// A pending time-out runs the new function, with the variables of the old one.
func TestReloadOfPendingTimeouts(t *testing.T) {
	text := func(word string) string {
		return fmt.Sprintf(serve+`local log = {}
			local function tick(x) log[#log + 1] = %q .. (x or "") end
			local function later(x) skynet.timeout(100, function() tick(x) end) end
			skynet.start(function()
				skynet.timeout(100, tick)
				skynet.timeout(100, function() tick() end)
				later("x")
				handle = skynet.timeout(100, tick)
				skynet.dispatch("lua", function() skynet.retpack(table.concat(log, " ")) end)
			end)`, word)
	}
	b := newBench(t, map[string]string{"main.lua": text("old")})
	b.Write("main.lua", text("new"))
	b.reload("")
	if _, err := b.Node.Clock().Advance(context.Background(), 2*time.Second); err != nil {
		t.Fatal(err)
	}
	b.Is("", "new new newx new")
}

// A module that stays as it is may have done something outside when it was loaded.
func TestReloadBesideModulesThatAct(t *testing.T) {
	b := newBench(t, map[string]string{
		"child.lua": serve + `skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(7) end) end)`,
		"db.lua": serve + `local address = skynet.uniqueservice "child"
			return { address = address, ask = function() return skynet.call(address, "lua") end }`,
		"main.lua": serve + `local db
			local function answer() return db.ask() + 1 end
			skynet.start(function() db = require "db" skynet.dispatch("lua", function() skynet.retpack(answer()) end) end)`,
	})
	b.Is("", "8")
	b.Edit("+ 1", "+ 2")
	change := b.reload("")
	if len(change.Differs)+len(change.Updated)+len(change.Dropped) > 0 {
		t.Errorf("%+v", change)
	}
	b.Is("", "9")
}

// BenchmarkReloadLarge reloads a service that holds a million records. Nothing but the
// search for who holds functions depends on their number.
func BenchmarkReloadLarge(b *testing.B) {
	const text = serve + `local users, CMD = {}, {}
		function CMD.fill(n) for i = 1, n do users[i] = { id = i, name = "u" .. i, items = { i, i + 1 } } end end
		function CMD.word() return "old" end
		skynet.start(function() skynet.dispatch("lua", function(_, _, c, ...) skynet.retpack(CMD[c](...)) end) end)`
	w := newBench(b, map[string]string{"main.lua": text})
	w.Call(`"fill", 1000000`)
	words := []string{`"old"`, `"new"`}
	for i := 0; b.Loop(); i++ {
		w.Edit(words[i%2], words[1-i%2])
		w.reload("")
	}
}

// BenchmarkReloadClosures reloads a service that holds 300,000 closures.
func BenchmarkReloadClosures(b *testing.B) {
	const text = serve + `local made, CMD = {}, {}
		local function counter(i) local n = 0 return function() n = n + 1 return "old" end end
		function CMD.fill(n) for i = 1, n do made[i] = counter(i) end end
		skynet.start(function() skynet.dispatch("lua", function(_, _, c, ...) skynet.retpack(CMD[c](...)) end) end)`
	w := newBench(b, map[string]string{"main.lua": text})
	w.Call(`"fill", 300000`)
	words := []string{`"old"`, `"new"`}
	for i := 0; b.Loop(); i++ {
		w.Edit(words[i%2], words[1-i%2])
		w.reload("")
	}
}

// manyRecords gives the text of a service whose start function makes records, so that both
// texts that are tried make them, too.
func manyRecords(n int, key string) string {
	return serve + strings.NewReplacer("COUNT", strconv.Itoa(n), "KEY", key).Replace(`local users, CMD = {}, {}
		function CMD.word() return "old" end
		skynet.start(function()
			for i = 1, COUNT do users[KEY] = { id = i, name = "user" .. i, x = 0, tags = { i } } end
			skynet.dispatch("lua", function(_, _, c, ...) skynet.retpack(CMD[c](...)) end)
		end)`)
}

// BenchmarkReloadOfManyRecords reloads a service that makes 100,000 records.
func BenchmarkReloadOfManyRecords(b *testing.B) {
	for _, of := range []struct{ name, key, old, new string }{
		{"list", "i", `"old"`, `"new"`},
		{"names", `"user" .. i`, `"old"`, `"new"`},
		{"changed list", "i", "x = 0", "x = 1"},
		{"changed names", `"user" .. i`, "x = 0", "x = 1"},
	} {
		b.Run(of.name, func(b *testing.B) {
			w := newBench(b, map[string]string{"main.lua": manyRecords(100_000, of.key)})
			b.ReportAllocs()
			words := []string{of.old, of.new}
			for i := 0; b.Loop(); i++ {
				w.Edit(words[i%2], words[1-i%2])
				w.reload("")
			}
		})
	}
}

// A reload of a service that makes many records takes little more memory than the texts
// that are tried do: what does not change has no places and no names of its own.
func TestReloadOfManyRecordsTakesLittle(t *testing.T) {
	if testing.Short() {
		t.Skip("makes many records")
	}
	const records = 20_000
	for key, most := range map[string]uint64{"i": 2_400, `"user" .. i`: 3_500} { // bytes for each, of which the texts take some 1,000
		b := newBench(t, map[string]string{"main.lua": manyRecords(records, key)})
		b.Edit(`"old"`, `"new"`)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		b.reload("")
		runtime.ReadMemStats(&after)
		if each := (after.TotalAlloc - before.TotalAlloc) / records; each > most {
			t.Errorf("under %s: %d bytes for each record, want less than %d", key, each, most)
		}
	}
}

// BenchmarkReloadSmall reloads a small service.
func BenchmarkReloadSmall(b *testing.B) {
	w := newBench(b, map[string]string{"main.lua": chat})
	words := []string{`"hello "`, `"hullo "`}
	for i := 0; b.Loop(); i++ {
		w.Edit(words[i%2], words[1-i%2])
		w.reload("")
	}
}

// A function that nothing names is told by its place.
func TestReloadTellsOfFunctionsWithoutNames(t *testing.T) {
	b := newBench(t, map[string]string{
		"bus.lua": `local bus, list = {}, {} function bus.on(f) list[#list + 1] = f end function bus.fire() return list[1]() end return bus`,
		"main.lua": serve + `local bus = require "bus"
			bus.on(function() return 1 end)
			skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(bus.fire()) end) end)`,
	})
	b.Edit("return 1 end", "return 2 end")
	if change := b.reload(""); !slices.Equal(change.ChangedFunctions, []string{"the function at main.lua:3"}) {
		t.Errorf("changed: %q", change.ChangedFunctions)
	}
	b.Is("", "2")
}

// The text of an error that is an object, with which a new file fails, is its own.
func TestReloadFailsWithAnObject(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": serve + "skynet.start(function() end)"})
	for handler, want := range map[string]string{
		`return "no gold"`:                 "no gold",
		`require "skynet".sleep(1)`:        "(error object is a table value)",
		`while true do end`:                "(error object is a table value)",
		`for i = 1, 9 do tostring(i) end`:  "(error object is a table value)",
		`return ("gold"):rep(100):sub(-4)`: "gold",
	} {
		b.Write("main.lua", serve+"error(setmetatable({}, {__tostring = function() "+handler+" end}))")
		_, err := reload.Reload(context.Background(), b.Service, "", false)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", handler, err, want)
		}
	}
}
