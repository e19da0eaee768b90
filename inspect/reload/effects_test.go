package reload_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"lunarium/inspect/reload"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

func (b *bench) pass(d time.Duration) {
	b.T.Helper()
	if _, err := b.Node.Clock().Advance(context.Background(), d); err != nil {
		b.T.Fatal(err)
	}
}

// timed is a service that notes what runs in it, with the text in the middle.
func timed(text string) string {
	return serve + `local log, handle = {}, nil
		local function note(x) log[#log + 1] = x end
		local function tick() note("tick") end
		` + text + `
		skynet.start(function() skynet.dispatch("lua", function(_, _, c) if c then return skynet.retpack(tostring(skynet.cancel(handle))) end
			skynet.retpack(table.concat(log, " ")) end) end)`
}

// whileBusy does something while the service answers a request, for as long as its global
// busy is set.
func (b *bench) whileBusy(expression string, do func()) {
	b.T.Helper()
	done := make(chan string)
	go func() { done <- b.Call(expression) }()
	globals := func(f func(*vm.Table)) {
		if err := b.Service.Do(context.Background(), func(own service.Self) {
			st := own.State()
			f(st.Globals)
		}); err != nil {
			b.T.Fatal(err)
		}
	}
	for busy := false; !busy; {
		globals(func(g *vm.Table) { busy = g.GetString("busy").Truth() })
	}
	do()
	globals(func(g *vm.Table) { g.SetString("busy", vm.Nil) })
	if reply := <-done; reply != "" {
		b.T.Error(reply)
	}
}

func (b *bench) dry() *reload.Change {
	b.T.Helper()
	return b.moved(reload.Reload(context.Background(), b.Service, "", true))
}

// A time-out that only the new text sets is set, with its handle, and undo takes it back.
func TestReloadAddsTimeouts(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": timed("")})
	b.Write("main.lua", timed("handle = skynet.timeout(100, tick) skynet.fork(note, 'fork') skynet.timeout(300, tick)"))
	timeout, handle := "time-out at main.lua:5", "handle"
	added := said{Added: []string{timeout, "fork at main.lua:5", timeout, handle}}
	b.says("dry", b.dry(), added)
	b.Is("", "")
	b.says("reload", b.reload(""), added)
	b.Is("", "fork")
	b.pass(500 * time.Millisecond)
	b.says("undo", b.undo(), said{Dropped: []string{timeout, timeout, handle}})
	b.pass(700 * time.Millisecond)
	b.Is("", "fork")
	b.says("redo", b.redo(), said{Added: []string{timeout, timeout, handle}})
	b.pass(10 * time.Millisecond)
	b.Is("", "fork tick") // it was due
	b.pass(1600 * time.Millisecond)
	b.Is("", "fork tick")
	b.pass(200 * time.Millisecond)
	b.Is("", "fork tick tick")
	b.undo()
	b.redo()
	b.pass(5 * time.Second)
	b.Is("", "fork tick tick") // what has run does not run again
}

// The handle of a time-out that a reload has set can cancel it.
func TestReloadAddsTimeoutsThatCanBeCancelled(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": timed("")})
	b.Write("main.lua", timed("handle = skynet.timeout(100, tick)"))
	b.reload("")
	if got := b.Call("1"); got != "true" {
		t.Errorf("cancel gives %s", got)
	}
	b.pass(2 * time.Second)
	b.Is("", "")
}

// A pending time-out that the new text no longer sets is taken back, and undo sets it
// to when it was due. One that both texts set stays.
func TestReloadTakesTimeoutsBack(t *testing.T) {
	for _, set := range []string{"skynet.timeout(100, tick)", "handle = skynet.timeout(100, tick)", "skynet.timeout(100, function() note 'tick' end)"} {
		both := "skynet.timeout(200, function() note 'both' end) "
		b := newBench(t, map[string]string{"main.lua": timed(both + set)})
		b.pass(500 * time.Millisecond)
		b.Write("main.lua", timed("\n"+strings.Replace(both, "200", "250", 1)))
		change := b.reload("")
		if len(change.Dropped) == 0 || change.Dropped[0] != "time-out at main.lua:5" {
			t.Errorf("%s: %+v", set, change)
		}
		b.pass(200 * time.Millisecond)
		b.undo()
		b.pass(200 * time.Millisecond)
		b.Is("", "")
		b.pass(200 * time.Millisecond)
		b.Is("", "tick")
		b.redo()
		b.pass(5 * time.Second)
		b.Is("", "tick both")
	}
}

// What has no time-out pending any more has nothing taken back, and a loop that sets its
// own is left alone.
func TestReloadLeavesLoopsAlone(t *testing.T) {
	loop := "local function loop() note 'l' skynet.timeout(100, loop) end "
	b := newBench(t, map[string]string{"main.lua": timed(loop + "skynet.timeout(50, loop)")})
	b.pass(time.Second)
	b.Is("", "l")
	b.Write("main.lua", timed(loop+"skynet.timeout(70, loop)"))
	b.reload("")
	b.pass(time.Second)
	b.Is("", "l l")
}

// Names, the node's settings and the memory limit go back and forth as values do.
func TestReloadMergesNamesAndSettings(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": timed("skynet.register '.old' skynet.setenv('k', 'one')")})
	is := func(when, name, env string, limit int) {
		t.Helper()
		if got := strings.Join(b.Node.NamesOf(b.Service.Address()), " "); got != name {
			t.Errorf("%s: the names are %s, want %s", when, got, name)
		}
		if got, _ := b.Node.Getenv("k"); got != env {
			t.Errorf("%s: the setting is %s, want %s", when, got, env)
		}
		if got := b.Service.MemLimit(); got != limit {
			t.Errorf("%s: the limit is %d, want %d", when, got, limit)
		}
	}
	b.Write("main.lua", timed("assert(skynet.register '.new') skynet.setenv('k', 'two') skynet.memlimit(1e8) skynet.send(skynet.self(), 'lua')"))
	is("as started", "old", "one", 0)
	b.dry()
	is("after a dry run", "old", "one", 0)
	change := b.reload("")
	b.says("reload", change, said{Added: []string{"name .new", "memory limit"}, Dropped: []string{"name .old"}, Updated: []string{"environment k"}})
	if want := "skynet.send at main.lua:5 is left undone until the service is started again"; len(change.Notes) != 1 || change.Notes[0] != want {
		t.Errorf("notes: %q", change.Notes)
	}
	is("after the reload", "new", "two", 1e8)
	b.undo()
	is("after undo", "old", "one", 0)
	b.redo()
	is("after redo", "new", "two", 1e8)
}

// What get_state and set_state write anywhere in the service is taken back when they
// fail, and in a dry run.
func TestSetStateIsTakenBack(t *testing.T) {
	b := newBench(t, map[string]string{
		"main.lua": strings.Replace(hot, "skynet.start(", `total = { n = 1 }
			local M = require "m" kept = setmetatable({}, { __index = total })
			skynet.start(`, 1) + "\nwhole = function() return total.n .. tostring(total.x) .. kept.n .. require 'm'.get() end",
		"m.lua":    "local n = 5 return { get = function() return n end, set = function(x) n = x end }",
		"impl.lua": strings.Replace(impl, "skynet.retpack(", "skynet.retpack(whole() .. ", 1),
	})
	b.Is(`"get"`, "1nil15v1 nil")
	writes := `total.n = 2 total.x = true total.n = nil setmetatable(kept, nil) require "m".set(6) `
	for _, end := range []string{"error 'no'", ""} {
		b.Write("impl.lua", strings.Replace(strings.Replace(impl, "state.data = new.data or {}", writes+end, 1), "v1", "v2", 1))
		if _, err := reload.Reload(context.Background(), b.Service, "", end == ""); (err == nil) != (end == "") {
			t.Errorf("%v", err)
		}
		b.Is(`"get"`, "1nil15v1 nil")
	}
}

// An implementation's time-outs are exchanged with it: those of its file, and those that
// set_state sets.
func TestReloadExchangesTimeoutsOfAnImplementation(t *testing.T) {
	text := func(word string) string {
		set := `skynet.timeout(100, function() ran[#ran + 1] = "` + word + `" end) `
		return strings.Replace(strings.Replace(strings.Replace(impl, `"v1 "`, `table.concat(ran, " ")`, 1),
			"return function()", "ran = ran or {} "+set+"return function()", 1),
			"set_state = function(new) ", "set_state = function(new) "+strings.Replace(set, word, "set "+word, 1), 1)
	}
	b := newBench(t, map[string]string{"main.lua": hot, "impl.lua": text("one")})
	b.Write("impl.lua", text("two"))
	b.dry()
	change := b.reload("")
	b.says("reload", change, said{Added: []string{"time-out at impl.lua:2", "time-out at impl.lua:12"}})
	b.pass(2 * time.Second)
	b.Is("", "two set twonil")
	b.undo()
	b.pass(2 * time.Second)
	b.Is("", "two set two one set onenil")
}

// A text that reads back what it tells the node finds what it has made itself, and not
// what the text before it had made.
func TestReloadOfWhatAFileReadsBack(t *testing.T) {
	text := func(n string) string {
		return strings.Replace(timed(`if not skynet.getenv "e" then skynet.setenv("e", `+n+`) end
			if not skynet.localname ".n`+n+`" then skynet.register ".n`+n+`" end
			local e, me = skynet.getenv "e", skynet.localname ".n`+n+`"`),
			`table.concat(log, " ")`, `e .. tostring(me ~= nil)`, 1)
	}
	b := newBench(t, map[string]string{"main.lua": text("1")})
	is := func(n string) {
		t.Helper()
		b.Is("", n+"true")
		if got, _ := b.Node.Getenv("e"); got != n {
			t.Errorf("the setting is %s, want %s", got, n)
		}
		if got := strings.Join(b.Node.NamesOf(b.Service.Address()), " "); got != "n"+n {
			t.Errorf("the names are %s, want n%s", got, n)
		}
	}
	is("1")
	b.Write("main.lua", text("2"))
	b.says("reload", b.reload(""), said{Added: []string{"name .n2"}, Dropped: []string{"name .n1"}, Updated: []string{"environment e", "e"}})
	is("2")
	b.undo()
	is("1")
	b.redo()
	is("2")
	b.Write("main.lua", strings.ReplaceAll(text("true"), ".ntrue", ".n2"))
	b.says("a truth value", b.reload(""), said{Updated: []string{"environment e", "e"}})
	b.Is("", "truetrue")
	b.Write("main.lua", strings.ReplaceAll(text("false"), ".nfalse", ".n2"))
	b.reload("")
	b.Is("", "falsetrue")
}

// A fork that a reload has made and that has not begun is taken back by the next text, by
// undo, and set again, as a time-out is.
func TestReloadTakesForksBack(t *testing.T) {
	text := func(fork string) string {
		return serve + `local log = {}
			local function f() log[#log + 1] = "f" end
			` + fork + `
			skynet.start(function() skynet.dispatch("lua", function(_, _, c)
				if c then busy = true while busy do end return skynet.retpack() end
				skynet.retpack(table.concat(log)) end) end)`
	}
	b := newBench(t, map[string]string{"main.lua": text("")})
	added, dropped := said{Added: []string{"fork at main.lua:4"}}, said{Dropped: []string{"fork at main.lua:4"}}
	b.whileBusy("1", func() {
		b.Write("main.lua", text("skynet.fork(f)"))
		b.says("reload", b.reload(""), added)
		b.Write("main.lua", text("local x"))
		b.says("another", b.reload(""), dropped)
	})
	b.Is("", "")
	b.whileBusy("1", func() {
		b.says("undo of that", b.undo(), added)
		b.says("undo", b.undo(), dropped)
		b.says("redo", b.redo(), added)
		b.says("redo of that", b.redo(), dropped)
	})
	b.Is("", "")
	b.undo()
	b.Is("", "f")
	b.redo()
	b.goTo(2, false)
	b.Is("", "f")
}
