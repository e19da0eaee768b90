package vm_test

import (
	"errors"
	"testing"

	"lunarium/runtime/vm"
)

func TestSuspendInsideCall(t *testing.T) {
	got := run(t, "return pcall(call, suspend)")
	if got != "false attempt to yield across a C-call boundary" {
		t.Error(got)
	}
}

// Preempted at every poll, a program gives the same results as in one piece.
func TestPreemption(t *testing.T) {
	source := `
		local t, sum = {}, 0
		for i = 1, 30000 do t[i % 100 + 1] = i sum = sum + i end
		local n = 0
		while n < 30000 do n = n + 1 end
		local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
		local m = setmetatable({}, {__index = function(t, k) local x = 0 for i = 1, k do x = x + 1 end return x end})
		local co = wrap(function() for i = 1, 20 do local _, v = pcall(function() return m[2000] + fib(10) end) yield(v) end end)
		for i = 1, 20 do sum = sum + co() end
		for k, v in next, t do sum = sum + v end
		local function tail(n) if n > 0 then return tail(n - 1) end return 'tail' end
		repeat n = n - 1 until n == 0
		return sum, fib(20), tail(50000), n`
	want := run(t, source)
	s := newState(vm.Config{Slice: func() bool { return true }})
	task := s.NewTask(load(t, s, source))
	status, slices := task.AsTask().Resume(), 0
	for ; status == vm.StatusPreempted; slices++ {
		status = task.AsTask().Resume()
	}
	if got := finish(t, task, status); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if slices == 0 {
		t.Error("never preempted")
	}
}

func TestKillIsNotCaught(t *testing.T) {
	loops := []string{
		"while true do end",
		"while true do pcall(function() while true do end end) end",
		"local co = wrap(function() while true do xpcall(function() while true do end end, function() return 1 end) end end) pcall(co)",
		"pcall(call, function() while true do end end) while true do end",
	}
	for _, source := range loops {
		var s *vm.State
		s = newState(vm.Config{Slice: func() bool { s.Interrupt(vm.InterruptKill); return false }})
		task := s.NewTask(load(t, s, source))
		if status := task.AsTask().Resume(); status != vm.StatusError || !errors.Is(task.AsTask().Failure(), vm.ErrKilled) {
			t.Errorf("%s: status %d, failure %v", source, status, task.AsTask().Failure())
		}
	}
}

// Functions that go through much do not poll; code that calls them in a row hears of
// orders after each.
func TestLongWorkOfFunctionsIsFollowedByAPoll(t *testing.T) {
	works := map[string]func(*vm.Thread, int){
		"Take": (*vm.Thread).Take, "Worked": (*vm.Thread).Worked,
		"TakeMore": func(t *vm.Thread, n int) { t.TakeMore(0, n) },
	}
	for name, work := range works {
		polls := 0
		s := newState(vm.Config{Over: func(n int) bool { polls += n; return false }})
		s.Globals.SetString("work", s.NewFunction("work", func(t *vm.Thread) int { work(t, 1<<20); return 0 }))
		task := s.NewTask(load(t, s, "for i = 1, 100 do work() end"))
		if got := finish(t, task, task.AsTask().Resume()); got != "" || polls < 99 {
			t.Errorf("%s: %d polls, result %q", name, polls, got)
		}
	}
}

func TestInterruptPreempts(t *testing.T) {
	s := newState(vm.Config{})
	s.Interrupt(vm.InterruptPreempt)
	task := s.NewTask(load(t, s, "local n = 0 for i = 1, 100000 do n = n + i end return n"))
	if status := task.AsTask().Resume(); status != vm.StatusPreempted {
		t.Fatalf("status %d", status)
	}
	s.ClearInterrupt(vm.InterruptPreempt)
	if got := finish(t, task, task.AsTask().Resume()); got != "5000050000" {
		t.Error(got)
	}
}

func TestCloseTask(t *testing.T) {
	s := newState(vm.Config{})
	task := s.NewTask(load(t, s, "local kept = 5 function get() return kept end wrap(function() suspend() end)() kept = 6"))
	if status := task.AsTask().Resume(); status != vm.StatusSuspended {
		t.Fatalf("status %d", status)
	}
	task.AsTask().Close()
	task = s.NewTask(load(t, s, "return get()"))
	if got := finish(t, task, task.AsTask().Resume()); got != "5" {
		t.Error(got)
	}
}

func TestInterruptRaise(t *testing.T) {
	s := newState(vm.Config{})
	task := s.NewTask(load(t, s, `local ok, why = pcall(function()
	while true do end
end)
return why`))
	s.Interrupt(vm.InterruptRaise)
	if status := task.AsTask().Resume(); status != vm.StatusOK {
		t.Fatal(status)
	}
	if why, _ := task.AsTask().Results()[0].AsString(); why != "test:2: interrupted by signal 0" {
		t.Error(why)
	}
}

// Suspend takes the whole task along, however deep its coroutines stand.
func TestSuspendAcrossNestedCoroutines(t *testing.T) {
	s := newState(vm.Config{})
	s.Globals.SetString("ask", s.NewFunction("ask", func(t *vm.Thread) int {
		question := t.Arg(1)
		return t.Suspend(func(t *vm.Thread) int { return t.Return(question, t.Arg(1), vm.Int(t.NArgs())) })
	}))
	task := s.NewTask(load(t, s, `
		local inner = wrap(function() yield(ask 'first') return ask 'second' end)
		local outer = wrap(function() return pcall(function() local q, a = inner() local r, b = inner() return q, a, r, b end) end)
		return outer()`))
	for _, answer := range []string{"one", "two"} {
		values := []vm.Value{vm.String(answer), vm.Nil}
		if answer == "one" {
			values = nil
		}
		if status := task.AsTask().Resume(values...); status != vm.StatusSuspended {
			t.Fatalf("status %d, failure %v", status, task.AsTask().Failure())
		}
		if task.Debug().Inner() == task || task.Debug().Inner().Debug().Resumer() == nil {
			t.Error("the suspended task does not stand in its innermost coroutine")
		}
		if answer == "two" {
			break
		}
	}
	if got := finish(t, task, task.AsTask().Resume(vm.String("three"))); got != "true first two second three" {
		t.Error(got)
	}
}
