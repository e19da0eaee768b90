package service

// Timers, sleeping and waiting, by the virtual clock.

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTimers(t *testing.T) {
	w := newWorld(t)
	s := w.launch("clockwork", `
	local function again() print("tick", now()) timeout(500, again) end
	start(function()
		timeout(500, again)
		once = timeout(700, function() print "never" end)
		fork(function() while true do sleep(300) end end)
	end)
	dispatch(function(_, _, c) ret(cancel(once)) ret(cancel(once)) end)`)
	w.advance(5 * time.Second)
	w.printed("tick 501")
	type row struct {
		id    uint64
		kind  WaitKind
		left  time.Duration
		every time.Duration
		at    string
	}
	rows := func() (rows []row) {
		for _, timer := range w.Clock().Timers() {
			rows = append(rows, row{timer.ID, timer.Kind, timer.Left, timer.Every, timer.SetAt})
		}
		return rows
	}
	want := []row{
		{4, WaitSleep, time.Second, 3 * time.Second, "clockwork:6"},
		{2, WaitTimer, 2 * time.Second, 0, "clockwork:5"},
		{5, WaitTimer, 5 * time.Second, 0, "clockwork:2"},
	}
	if diff := cmp.Diff(want, rows(), cmp.AllowUnexported(row{})); diff != "" {
		t.Error(diff)
	}
	if got := w.mustCall(s, "cancel"); got != "true" {
		t.Errorf("cancel: %s", got)
	}
	if !w.Clock().Fire(5) || w.Clock().Fire(5) {
		t.Error("Fire of the ticking timer")
	}
	w.settle()
	if timers := rows(); timers[1].every != 5*time.Second {
		t.Errorf("no period was seen: %v", timers)
	}
	if ok, err := w.Clock().Cancel(w.ctx, timers0(w)); !ok || err != nil {
		t.Errorf("Cancel: %v, %v", ok, err)
	}
	passed, fired, err := w.Clock().Next(w.ctx)
	if passed != 5*time.Second || fired != 1 || err != nil {
		t.Errorf("Next: %v, %d, %v", passed, fired, err)
	}
	w.settle()
	if got := w.out.take(); !strings.HasSuffix(got, "tick 501\ntick 1001") {
		t.Errorf("written %s", got)
	}
}

func timers0(w *world) uint64 { return w.Clock().Timers()[0].ID }

func TestSleepAndWait(t *testing.T) {
	w := newWorld(t)
	w.launch("sleeper", `start(function()
		fork(function() print("slept", sleep(1000, "tok")) end)
		fork(function() print("waited", wait "other") end)
		fork(function() print("twice", pcall(sleep, 10, "tok")) end)
		fork(function()
			print(wakeup "tok", wakeup "tok", wakeup "other")
			print(sleep(10), now())
			print(await())
			local co = create(function(a) local b = yield(a) sleep(5) return b + 1 end)
			print(resume(co, 1)) print(resume(co, 2))
			print(pcall(function() sleep(5) error "in pcall" end))
			print(pcall(nested, function() sleep(1) end))
		end)
	end)`)
	w.until(func() bool { w.advance(50 * time.Millisecond); return w.out.has("C-call") })
	w.printed(`
twice false a task waits on this token already
true false true
slept BREAK
waited BREAK
nil 11
done
true 1
true 3
false sleeper:11: in pcall
false sleeper:12: attempt to yield across a C-call boundary`)
}

func TestYieldOutsideACoroutine(t *testing.T) {
	w := newWorld(t)
	s := w.launch("yielder", `dispatch(function() yield(1) end)`)
	if _, err := w.call(s, "x"); err == nil || !strings.Contains(err.Error(), "outside a coroutine") {
		t.Errorf("error %v", err)
	}
}
