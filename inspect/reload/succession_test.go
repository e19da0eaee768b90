package reload_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect/reload"
)

// busy is an implementation whose functions are held in many ways.
const busy = `local skynet = require "skynet"
local version = "v1"
return function()
	local state = { count = 0, log = {} }
	local commands = {}
	local function tick(what)
		state.count = state.count + 1
		state.log[#state.log + 1] = version .. " " .. what .. " " .. state.count
	end
	function commands.timer(what) skynet.timeout(100, function() tick(what) end) end
	function commands.plain() skynet.timeout(100, commands.ticked) end
	function commands.ticked() tick "plain" end
	function commands.queued() skynet.fork(lock, function() tick "queued" end) end
	function commands.global() hook = function() tick "global" end end
	function commands.key() keyed = { [tick] = "key" } end
	function commands.routine() routine = coroutine.wrap(function() coroutine.yield() tick "routine" end) end
	return {
		handle_message = function(_, _, command, ...)
			if commands[command] then commands[command](...) end
			skynet.retpack(version .. " " .. state.count)
		end,
		get_state = function() return { count = state.count } end,
		set_state = function(from) state.count = from.count end,
		log = function() return table.concat(state.log, ", ") end,
		transfer_state = true,
	}
end`

const busyMain = `local skynet = require "skynet"
lock = skynet.queue()
local function create() return loadfile("DIR/impl.lua")()() end
local current = create()
skynet.start(function()
	skynet.dispatch("lua", function(session, source, command, ...)
		if command == "log" then skynet.retpack(current.log())
		elseif command == "hook" then hook() skynet.retpack()
		elseif command == "key" and keyed then for f, name in pairs(keyed) do f(name) end skynet.retpack()
		elseif command == "routine" and routine then routine() skynet.retpack()
		elseif command == "lock" then skynet.fork(lock, skynet.sleep, 50) skynet.retpack()
		else current.handle_message(session, source, command, ...) end
	end)
end)`

// implBench is a service with an implementation.
func implBench(t *testing.T, text string) *bench {
	return newBench(t, map[string]string{"main.lua": busyMain, "impl.lua": text})
}

// notes gives the notes of a change that say what became of functions that are held.
func notes(c *reload.Change) (list []string) {
	for _, note := range c.Notes {
		if strings.Contains(note, "held") || strings.Contains(note, "old") {
			list = append(list, note)
		}
	}
	return list
}

// Whatever holds a function of an implementation holds the new one's afterwards, with the
// new one's state and its own arguments.
func TestAnImplementationsFunctionsAreNewWhereverTheyAreHeld(t *testing.T) {
	b := implBench(t, busy)
	for _, call := range []string{`"lock"`, `"timer", "a"`, `"timer", "b"`, `"plain"`, `"queued"`, `"global"`, `"key"`} {
		b.Call(call)
	}
	b.Write("impl.lua", strings.ReplaceAll(busy, "v1", "v2"))
	if got := notes(b.reload("")); len(got) > 0 {
		t.Errorf("notes: %q", got)
	}
	b.Call(`"hook"`)
	b.Call(`"key"`)
	b.pass(time.Second)
	b.Is(`"log"`, "v2 global 1, v2 key 2, v2 queued 3, v2 a 4, v2 b 5, v2 plain 6")
	b.Is("", "v2 6")
}

// Undo, and a version that is gone back to, are exchanges in the same way.
func TestAnImplementationsFunctionsComeBackWithUndo(t *testing.T) {
	b := implBench(t, busy)
	b.Call(`"timer", "a"`)
	b.Write("impl.lua", strings.ReplaceAll(busy, "v1", "v2"))
	b.reload("")
	b.Call(`"timer", "b"`)
	b.undo()
	b.Call(`"timer", "c"`)
	b.pass(time.Second)
	b.Is(`"log"`, "v1 a 1, v1 b 2, v1 c 3")
}

// A function that only one version has goes on with the state of each that comes.
func TestFunctionsThatOneImplementationHasFollowTheState(t *testing.T) {
	b := implBench(t, busy)
	b.Call(`"timer", "a"`)
	none := strings.ReplaceAll(strings.Replace(busy, `skynet.timeout(100, function() tick(what) end)`, "", 1), "v1", "v2")
	b.Write("impl.lua", none)
	b.reload("")
	b.Write("impl.lua", strings.ReplaceAll(none, "v2", "v3"))
	b.reload("")
	b.undo()
	b.undo()
	b.pass(time.Second)
	b.Is(`"log"`, "v1 a 1")
	b.Is("", "v1 1")
}

// A dry run says what a reload would say and changes nothing.
func TestADryRunLeavesAnImplementationsFunctions(t *testing.T) {
	const gone = "still held, though the new file does not have it: the function at impl.lua:10"
	b := implBench(t, busy)
	b.Call(`"timer", "a"`)
	b.Write("impl.lua", strings.ReplaceAll(strings.Replace(busy, `skynet.timeout(100, function() tick(what) end)`, "", 1), "v1", "v2"))
	change, err := reload.Reload(context.Background(), b.Service, "", true)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{gone}, notes(change)); diff != "" {
		t.Error(diff)
	}
	b.Is("", "v1 0")
	if diff := cmp.Diff([]string{gone}, notes(b.reload(""))); diff != "" {
		t.Error(diff)
	}
	b.Is("", "v2 0")
	b.pass(time.Second)
	b.Is(`"log"`, "v2 a 1")
	b.Is("", "v2 1")
}

// A task that waits inside the old implementation finishes there, on the new one's state,
// and is named.
func TestTasksInsideAnOldImplementationAreNamed(t *testing.T) {
	waits := strings.Replace(busy, `commands.ticked() tick "plain"`, `commands.wait() skynet.sleep(100) tick "waited"`, 1)
	b := implBench(t, waits)
	done := make(chan string)
	go func() { done <- b.Call(`"wait"`) }()
	for b.Service.Stat().Tasks == 0 {
		if err := b.Node.Settle(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	b.Write("impl.lua", strings.ReplaceAll(waits, "v1", "v2"))
	if diff := cmp.Diff([]string{"1 task goes on in old code: impl.lua:12"}, notes(b.reload(""))); diff != "" {
		t.Error(diff)
	}
	b.pass(time.Second)
	if got := <-done; got != "v2 1" {
		t.Errorf("the task answers %s", got)
	}
	b.Is("", "v2 1")
}

// What the new text needs in addition is the new implementation's.
func TestHeldFunctionsGetTheNewVariablesOfAnImplementation(t *testing.T) {
	b := implBench(t, busy)
	b.Call(`"timer", "a"`)
	fresh := strings.Replace(busy, "local commands = {}", "local commands, extra = {}, { 'extra' }", 1)
	fresh = strings.Replace(fresh, "function() tick(what) end", "function() extra[2] = what tick(table.concat(extra, ' ')) end", 1)
	b.Write("impl.lua", fresh)
	b.reload("")
	b.pass(time.Second)
	b.Is(`"log"`, "v1 extra a 1")
}

// Two implementations of one text are told apart: only the one that is exchanged gives up
// its variables.
func TestAnotherImplementationOfTheSameTextKeepsItsState(t *testing.T) {
	main := strings.Replace(busyMain, "local current = create()", "local current = create()\nother = create()", 1)
	main = strings.Replace(main, "if command", `if command == "other" then other.handle_message(session, source, ...)
		elseif command == "others" then skynet.retpack(other.log())
		elseif command`, 1)
	b := newBench(t, map[string]string{"main.lua": main, "impl.lua": busy})
	b.Call(`"timer", "a"`)
	b.Call(`"other", "timer", "b"`)
	b.Call(`"other", "timer", "c"`)
	b.Write("impl.lua", strings.ReplaceAll(strings.Replace(busy, `" " .. what`, `" new " .. what`, 1), "v1", "v2"))
	b.reload("")
	b.pass(time.Second)
	b.Is(`"log"`, "v2 new a 1")
	b.Is(`"others"`, "v1 new b 1, v1 new c 2")
}

// Objects of the old implementation's classes are objects of the new one's, so that a new
// method may call what only the new class has.
func TestObjectsOfAnImplementationsClassesAreOfTheNewClass(t *testing.T) {
	const text = `local skynet = require "skynet"
local Animal = {}
Animal.__index = Animal
function Animal:name() return "animal v1" end
local Dog = setmetatable({}, { __index = Animal })
Dog.__index = Dog
function Dog:speak() return self:name() end
return function()
	local state = { direct = setmetatable({}, Dog), single = setmetatable({}, { __index = Dog }) }
	local function isDog() return getmetatable(state.direct) == Dog end
	return {
		handle_message = function(_, _, kind)
			if kind then skynet.retpack(state[kind]:speak()) else skynet.retpack(tostring(isDog())) end
		end,
		get_state = function() return state end,
		set_state = function(from) state = from end,
		transfer_state = true,
	}
end`
	b := implBench(t, text)
	fresh := strings.Replace(text, "return self:name()", `return "dog and " .. self:name() .. self:more()`, 1)
	fresh = strings.Replace(fresh, "local Dog", "function Animal:more() return ' and more' end\nlocal Dog", 1)
	b.Write("impl.lua", strings.ReplaceAll(fresh, "v1", "v2"))
	if _, err := reload.Reload(context.Background(), b.Service, "", true); err != nil {
		t.Fatal(err)
	}
	both := func(want string) {
		t.Helper()
		b.Is("", "true")
		b.Is(`"direct"`, want)
		b.Is(`"single"`, want)
	}
	both("animal v1")
	b.reload("")
	both("dog and animal v2 and more")
	b.undo()
	both("animal v1")
}
