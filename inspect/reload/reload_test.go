package reload_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect/inspecttest"
	"lunarium/inspect/reload"
	"lunarium/runtime/host"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// bench is a service with what tests of reload do to it.
type bench struct{ *inspecttest.Bench }

func newBench(t testing.TB, files map[string]string) *bench {
	t.Helper()
	return &bench{inspecttest.New(t, files)}
}

func (b *bench) reload(file string) *reload.Change {
	b.T.Helper()
	change, err := reload.Reload(context.Background(), b.Service, file, false)
	if err != nil {
		b.T.Fatal(err)
	}
	return change
}

// reloadWithin reloads with a time limit for the code. When the limit passes before
// the service has begun it tries again with a longer one.
func (b *bench) reloadWithin(limit time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	_, err := reload.Reload(ctx, b.Service, "", false)
	var late *reload.LateError
	if errors.Is(err, context.DeadlineExceeded) && !errors.As(err, &late) {
		return b.reloadWithin(2 * limit)
	}
	return err
}

const chat = `local skynet = require "skynet"
local rooms = {}
local joined = 0
local limit = 3
local handlers = {}
local function greet(name) return "hello " .. name end
function handlers.join(name)
	joined = joined + 1
	rooms[name] = true
	return greet(name)
end
function handlers.count() local n = 0 for _ in pairs(rooms) do n = n + 1 end return n .. "/" .. joined .. "/" .. limit end
function handlers.wait() skynet.sleep(100) return "old " .. joined end
skynet.start(function()
	local calls = 0
	skynet.dispatch("lua", function(_, _, cmd, ...)
		calls = calls + 1
		if cmd == "calls" then return skynet.retpack(calls) end
		skynet.retpack(handlers[cmd](...))
	end)
	skynet.register "CHAT"
end)
`

func TestReloadKeepsState(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": chat})
	b.Is(`"join", "ann"`, "hello ann")
	b.Is(`"join", "bob"`, "hello bob")
	b.Edit(`"hello "`, `"welcome, "`)
	b.Edit(`local limit = 3`, "local limit = 5\nlocal topics = {}")
	b.Edit(`function handlers.wait() skynet.sleep(100)`, `function handlers.topic(x) topics[1] = x return x end function handlers.wait2()`)
	change := b.reload("")
	want := &reload.Change{
		Service: "CHAT", Version: 2,
		NewFunctions: []string{"handlers.topic", "handlers.wait2"}, ChangedFunctions: []string{"greet"},
		RemovedFunctions: []string{"handlers.wait"}, SameFunctions: []string{"dispatch lua", "handlers.count", "handlers.join"},
		Kept: []string{"joined", "limit", "rooms"}, Added: []string{"topics"}, Updated: []string{"limit"},
	}
	if diff := cmp.Diff(want, change); diff != "" {
		t.Error(diff)
	}
	b.Is(`"count"`, "2/2/5")
	b.Is(`"join", "cid"`, "welcome, cid")
	b.Is(`"calls"`, "5")
	b.Is(`"topic", "tea"`, "tea")
	if change := b.reload(""); !change.Unchanged || change.Version != 2 {
		t.Errorf("a reload of the same file: %+v", change)
	}
	change, err := reload.Undo(context.Background(), b.Service)
	if err != nil {
		t.Fatal(err)
	}
	if change.Version != 1 || !cmp.Equal(change.Dropped, []string{"topics"}) {
		t.Errorf("undo: %+v", change)
	}
	b.Is(`"join", "dan"`, "hello dan")
	b.Is(`"count"`, "4/4/3")
	list, err := reload.Versions(context.Background(), b.Service)
	if err != nil || len(list) != 2 || !list[0].Current || list[1].Previous != 1 {
		t.Errorf("versions: %+v, %v", list, err)
	}
	if _, err := reload.Undo(context.Background(), b.Service); !errors.Is(err, reload.ErrNoPrevious) {
		t.Errorf("the second undo: %v", err)
	}
}

func TestDryRunInstallsNothing(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": chat})
	b.Edit(`"hello "`, `"welcome, "`)
	change, err := reload.Reload(context.Background(), b.Service, "", true)
	if err != nil || !change.DryRun || change.Version != 2 || !cmp.Equal(change.ChangedFunctions, []string{"greet"}) {
		t.Errorf("%+v, %v", change, err)
	}
	b.Is(`"join", "ann"`, "hello ann")
}

func TestReloadThatFailsChangesNothing(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"syntax":        {"local limit = 3", "local limit = = 3", "main.lua:4:"},
		"error":         {"local limit = 3", "local limit = nil + 3", "main.lua:4: attempt to perform arithmetic"},
		"effect":        {"local limit = 3", "local limit = skynet.call('CHAT', 'lua', 'count')", "main.lua:4: skynet.call cannot be run by a reload"},
		"file":          {"local limit = 3", "io.open('DIR/x', 'w')", "io.open for writing cannot be run"},
		"kind":          {"local joined = 0", "local joined = {}", "joined holds a number and is a table"},
		"function":      {"local rooms = {}", "local function rooms() end", "rooms holds a table (1 entries) and is a function"},
		"endless":       {"local limit = 3", "while true do end", "loading the new text was ended"},
		"start":         {"local calls = 0", "local calls = nil + 1", "sets no handler of lua messages"},
		"no such proto": {`skynet.dispatch("lua"`, `skynet.dispatch("lu"`, "unknown protocol 'lu'"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, map[string]string{"main.lua": chat})
			b.Is(`"join", "ann"`, "hello ann")
			b.Edit(`"hello "`, `"welcome, "`)
			b.Edit(c.old, c.new)
			limit := time.Minute
			if name == "endless" {
				limit = 50 * time.Millisecond
			}
			err := b.reloadWithin(limit)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
			b.Is(`"join", "bob"`, "hello bob")
			b.Is(`"count"`, "2/2/3")
		})
	}
}

func TestReloadIgnoresEffectsOfStart(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": `local skynet = require "skynet"
local ticks, step = 0, 1
local function tick()
	ticks = ticks + step
	skynet.timeout(100, tick)
end
skynet.start(function()
	skynet.timeout(100, tick)
	local child = skynet.newservice("child")
	skynet.dispatch("lua", function() skynet.retpack(ticks) end)
	skynet.call(child, "lua", "never")
end)`, "child.lua": `local skynet = require "skynet"
skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(1) end) end)`})
	services := len(b.Node.Services())
	advance := func() {
		t.Helper()
		if _, err := b.Node.Clock().Advance(context.Background(), 3*time.Second); err != nil {
			t.Fatal(err)
		}
	}
	advance()
	b.Is("", "3")
	b.Edit("ticks + step", "ticks + 10 * step")
	b.reload("")
	if now := len(b.Node.Services()); now != services {
		t.Errorf("%d services, had %d", now, services)
	}
	advance()
	b.Is("", "33") // the timer that was set before runs the new function, too
}

func TestSuspendedTaskEndsInOldCode(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": chat})
	answer := make(chan string, 1)
	go func() { answer <- b.Call(`"wait"`) }()
	for b.Service.Stat().Tasks == 0 {
		if err := b.Node.Settle(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	b.Edit(`return "old " .. joined`, `return "new " .. joined`)
	b.reload("")
	b.Is(`"join", "ann"`, "hello ann")
	if _, err := b.Node.Clock().Advance(context.Background(), time.Second); err != nil {
		t.Fatal(err)
	}
	if got := <-answer; got != "old 1" {
		t.Errorf("the suspended task answers %s", got)
	}
}

const hot = `local skynet = require "skynet"
local function create_handler() return loadfile("DIR/impl.lua")()() end
local current_handler = create_handler()
skynet.start(function()
	skynet.dispatch("lua", function(session, source, cmd, ...)
		current_handler.handle_message(session, source, cmd, ...)
	end)
end)`

const impl = `local skynet = require "skynet"
return function()
	local state, commands = {data = {}}, {}
	function commands.set(k, v) state.data[k] = v end
	local function handle_message(_, _, cmd, k, v)
		if commands[cmd] then commands[cmd](k, v) end
		skynet.retpack("v1 " .. tostring(state.data[k]))
	end
	return {
		handle_message = handle_message,
		get_state = function() return {data = state.data} end,
		set_state = function(new) state.data = new.data or {} end,
		transfer_state = true,
	}
end`

func TestModule(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": hot, "impl.lua": impl})
	b.Is(`"set", "x", 1`, "v1 1")
	b.Write("impl.lua", strings.Replace(impl, `"v1 "`, `"v2 "`, 1))
	change := b.reload("")
	if change.Version != 2 || !cmp.Equal(change.ChangedFunctions, []string{"handle_message"}) || !cmp.Equal(change.Kept, []string{"data"}) {
		t.Errorf("%+v", change)
	}
	b.Is(`"get", "x"`, "v2 1")
	if change := b.reload("impl.lua"); !change.Unchanged {
		t.Errorf("the same file again: %+v", change)
	}
	for broken, want := range map[string]string{
		`new.data = nil new.data.x = 1`:     "set_state: ",
		`skynet.newservice("x") state = {}`: "skynet.newservice cannot be run by a reload",
	} {
		b.Write("impl.lua", strings.Replace(impl, "state.data = new.data or {}", "new.data.x = 7 "+broken, 1))
		if _, err := reload.Reload(context.Background(), b.Service, "impl.lua", false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("a broken set_state: %v", err)
		}
		b.Is(`"get", "x"`, "v2 1")
	}
	b.Write("impl.lua", "return 1")
	if _, err := reload.Reload(context.Background(), b.Service, "impl.lua", false); err == nil {
		t.Error("a file that gives no module is taken")
	}
	b.Write("impl.lua", strings.Replace(impl, "state.data[k] = v", "state.data[k] = 2 * v", 1))
	if change := b.reload(""); !cmp.Equal(change.ChangedFunctions, []string{"commands.set", "handle_message"}) {
		t.Errorf("a changed inner function: %+v", change)
	}
	b.Is(`"set", "y", 2`, "v1 4")
	for _, want := range []string{"v2 4", "v1 4"} {
		if _, err := reload.Undo(context.Background(), b.Service); err != nil {
			t.Fatal(err)
		}
		b.Is(`"get", "y"`, want)
	}
}

func TestReloadOfGlobalsAndClasses(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": `local skynet = require "skynet"
hits = 0
local Room = {}
Room.__index = Room
function Room:name() return "room " .. self.id end
local room = setmetatable({id = 7}, Room)
function answer() hits = hits + 1 return room:name() .. " " .. hits end
skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(answer()) end) end)`})
	b.Is("", "room 7 1")
	b.Edit(`"room "`, `"hall "`)
	b.Edit(`.. " " .. hits`, `.. ", " .. hits`)
	change := b.reload("")
	if !cmp.Equal(change.ChangedFunctions, []string{"answer", "room.name"}) || !cmp.Equal(change.Kept, []string{"room", "hits"}) {
		t.Errorf("%+v", change)
	}
	b.Is("", "hall 7, 2")
}

// A timer that is set above the start function is all that holds its function.
func TestReloadOfTimersFunction(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": `local skynet = require "skynet"
local step = 1
local state = {ticks = 0}
local function tick()
	state.ticks = state.ticks + step
	skynet.timeout(100, tick)
end
skynet.timeout(100, tick)
skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(state.ticks) end) end)`})
	b.Edit("local step = 1", "local step = 10")
	b.Edit("state.ticks + step", "state.ticks + step * 10")
	change := b.reload("")
	if !cmp.Equal(change.ChangedFunctions, []string{"tick"}) || !cmp.Equal(change.Kept, []string{"state", "step"}) {
		t.Errorf("%+v", change)
	}
	if _, err := b.Node.Clock().Advance(context.Background(), 2*time.Second); err != nil {
		t.Fatal(err)
	}
	b.Is("", "200")
}

func BenchmarkReload(b *testing.B) {
	w := newBench(b, map[string]string{"main.lua": chat})
	words := []string{`"hello "`, `"welcome, "`}
	for i := 0; b.Loop(); i++ {
		w.Edit(words[i%2], words[1-i%2])
		w.reload("")
	}
}

// What a library made for the service, such as a lock, is state and stays.
func TestReloadKeepsLibrariesAndLocks(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": `local skynet = require "skynet"
local queue = require "skynet.queue"
local lock, seen = queue(), nil
skynet.start(function()
	skynet.dispatch("lua", function(_, _, x)
		lock(function() seen = (seen or 0) + x skynet.retpack(seen) end)
	end)
end)`})
	b.Is("1", "1")
	b.Edit("skynet.retpack(seen)", "skynet.retpack(seen + 100)")
	change := b.reload("")
	if !cmp.Equal(change.Kept, []string{"seen"}) || len(change.Dropped)+len(change.Added) > 0 {
		t.Errorf("%+v", change)
	}
	b.Is("2", "103")
}

// Another version of the whole file can be tried without touching the first.
func TestReloadFromAnotherFile(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": chat, "other.lua": strings.ReplaceAll(chat, `"hello "`, `"welcome, "`)})
	b.Is(`"join", "bob"`, "hello bob")
	if change := b.reload(filepath.Join(b.Dir, "other.lua")); change.Version != 2 {
		t.Errorf("%+v", change)
	}
	b.Is(`"join", "ann"`, "welcome, ann")
}

const counter = `local skynet = require "skynet"
local add = require("logic").add
local logic = require "logic"
local count = 0
local handlers = {}
function handlers.inc(n) count = add(count, n) return count end
function handlers.calls() return logic.calls() end
skynet.start(function()
	skynet.dispatch("lua", function(_, _, cmd, ...) skynet.retpack(handlers[cmd](...)) end)
end)
`

const logic = `local words = require "words"
local M = {}
local calls = 0
function M.add(a, b) calls = calls + 1 return a + b end
function M.calls() return words.say(calls) end
return M
`

const wordsModule = `return { say = function(n) return n .. " calls" end }`

func TestReloadOfModules(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": counter, "logic.lua": logic, "words.lua": wordsModule})
	b.Is(`"inc", 5`, "5")
	b.Write("logic.lua", strings.Replace(logic, "a + b", "a + 10 * b", 1))
	b.Write("words.lua", strings.Replace(wordsModule, "calls", "times", 1))
	want := &reload.Change{
		Service: "main", Version: 2, ChangedFunctions: []string{"logic.add", "words.say"},
		SameFunctions: []string{"logic.calls"}, Kept: []string{"logic: calls"},
	}
	if diff := cmp.Diff(want, b.reload("")); diff != "" {
		t.Error(diff)
	}
	b.Is(`"inc", 5`, "55") // through a local that holds the module's function
	b.Is(`"calls"`, "2 times")
	if change := b.reload(""); !change.Unchanged {
		t.Errorf("reloaded again: %+v", change)
	}
	if _, err := reload.Undo(context.Background(), b.Service); err != nil {
		t.Fatal(err)
	}
	b.Is(`"inc", 5`, "60")
	b.Is(`"calls"`, "3 calls")
}

func TestReloadOfOneModule(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": counter, "logic.lua": logic, "words.lua": wordsModule})
	b.Is(`"inc", 5`, "5")
	b.Write("logic.lua", strings.Replace(logic, "a + b", "a - b", 1))
	b.Write("words.lua", strings.Replace(wordsModule, "calls", "times", 1))
	b.reload("logic.lua")
	b.Is(`"inc", 1`, "4")
	b.Is(`"calls"`, "2 calls")
}

// New code of the main file may need new code of a module, at once.
func TestReloadOfFileAndModuleTogether(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": counter, "logic.lua": logic, "words.lua": wordsModule})
	b.Is(`"inc", 5`, "5")
	b.Write("logic.lua", logic[:len(logic)-len("return M\n")]+"function M.sub(a, b) calls = calls + 1 return a - b end\nreturn M\n")
	b.Edit(`require("logic").add`, `assert(require("logic").sub)`)
	b.reload("")
	b.Is(`"inc", 1`, "4")
	b.Is(`"calls"`, "2 calls")
	b.Write("words.lua", "return nil + 1")
	b.Edit("count = 0", "count = 1")
	if _, err := reload.Reload(context.Background(), b.Service, "", false); err == nil || !strings.Contains(err.Error(), "words.lua:1:") {
		t.Errorf("a module that fails: %v", err)
	}
	b.Is(`"calls"`, "2 calls")
}

func TestReloadLoadsNewModules(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": chat, "words.lua": wordsModule})
	b.Edit(`return "hello " .. name`, `return require("words").say(name)`)
	b.Edit(`local rooms = {}`, "local rooms = {}\nlocal words = require \"words\"")
	b.reload("")
	b.Is(`"join", 2`, "2 calls")
	b.Write("words.lua", strings.Replace(wordsModule, "calls", "times", 1))
	b.reload("")
	b.Is(`"join", 2`, "2 times")
}

func TestReloadTakesNoFileWithoutHandlers(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": chat, "words.lua": wordsModule})
	_, err := reload.Reload(context.Background(), b.Service, "words.lua", false)
	if err == nil || !strings.Contains(err.Error(), "words.lua calls neither skynet.start nor skynet.dispatch") {
		t.Errorf("error %v", err)
	}
	b.Is(`"join", "ann"`, "hello ann")
}

func TestReloadTellsThatStartChanged(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": chat})
	b.Edit("calls + 1", "calls + 2")
	if change := b.reload(""); len(change.Notes) > 0 {
		t.Errorf("a handler inside the start function changed: %q", change.Notes)
	}
	b.Edit(`skynet.register "CHAT"`, `skynet.register "TALK"`)
	if change := b.reload(""); len(change.Notes) != 1 || !strings.Contains(change.Notes[0], "start function has changed") {
		t.Errorf("notes %q", change.Notes)
	}
}

// Work outside the machine is not done by a reload.
func TestReloadDoesNoWorkOutside(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": strings.Replace(chat, "local calls = 0", "local calls = 0 if outside then outside() end", 1)})
	begun := 0
	b.Extend = func(s service.Self) error {
		st := s.State()
		st.Globals.SetString("outside", st.NewFunction("outside", func(t *vm.Thread) int {
			return host.Await(t, "the work", func(finish func(func(*vm.Thread) int)) func() { begun++; return nil })
		}))
		return nil
	}
	b.Edit(`"hello "`, `"welcome, "`)
	change := b.reload("")
	if len(change.Notes) != 1 || !strings.Contains(change.Notes[0], "as far as main.lua:15, the work") {
		t.Errorf("notes %q", change.Notes)
	}
	b.Is(`"join", "ann"`, "welcome, ann")
	if begun > 0 {
		t.Error("the work was begun")
	}
	b.Edit("local limit = 3", "local limit = outside()")
	if _, err := reload.Reload(context.Background(), b.Service, "", false); err == nil || !strings.Contains(err.Error(), "the work cannot be run by a reload") {
		t.Errorf("error %v", err)
	}
}
