package vm_test

import (
	"errors"
	"testing"

	"lunarium/runtime/vm"
)

var coroutinePrograms = []program{
	{"values both ways", "local co = create(function(a) local b = yield(a + 1) return b * 2 end) local _, x = resume(co, 1) local _, y = resume(co, 10) return x, y, status(co)", "2 20 dead"},
	{"yield in pcall", "local co = wrap(function() local ok, e = pcall(function() yield(1) fail 'after' end) yield(e) return 'end' end) return co(), co(), co()", "1 test:1: after end"},
	{"yield in handler's call", "local co = wrap(function() return xpcall(function() error(yield(1)) end, function(e) return e .. '!' end) end) return co(), co('e')", "1 false e!"},
	{"yield in metamethods", "local m = {} m.__add = function(a, b) return yield('add') end m.__index = function(t, k) return yield(k) end m.__lt = function() return yield('lt') end m.__concat = function() return yield('cat') end local t = setmetatable({}, m) local co = wrap(function() local r = t + 1 local i = t.key local l = t < t local c = 'a' .. t .. 'b' return r, i, l, c end) return co(), co(1), co(2), co(3), co(4)", "add key lt cat 1 2 true a4"},
	{"results of metamethods", "local m = {} m.__add = function(a, b) return yield('add') end m.__eq = function() return yield('eq') end m.__len = function() return yield 'len' end local t, u = setmetatable({}, m), setmetatable({}, m) local co = wrap(function() local r = t + 1 local e = t == u local n = #t return r, e, n end) co() co(1) co(false) return co(7)", "1 false 7"},
	{"newindex", "local got local t = setmetatable({}, {__newindex = function(t, k, v) got = yield(k) end}) local co = wrap(function() t.x = 1 return got end) return co(), co(5)", "x 5"},
	{"yield in iterator", "local co = wrap(function() local sum = 0 for v in function() return yield('next') end do sum = sum + v end return sum end) co() co(1) co(2) return co(nil)", "3"},
	{"wrap as iterator", "local sum = 0 for v in wrap(function() for i = 1, 100 do yield(i) end end) do sum = sum + v end return sum", "5050"},
	{"wrap error", "local co = wrap(function() error 'inside' end) return pcall(co)", "false inside"},
	{"resume dead", "local co = create(function() end) resume(co) return resume(co)", "false cannot resume dead coroutine"},
	{"resume failed", "local co = create(function() error 'x' end) local _, e = resume(co) local ok, d = resume(co) return e, d, status(co)", "x cannot resume dead coroutine dead"},
	{"wrap dead", "local co = wrap(function() end) co() return (pcall(co))", "false"},
	{"resume itself", "local co co = create(function() return resume(co) end) return resume(co)", "true false cannot resume non-suspended coroutine"},
	{"nested", "local co = wrap(function() local inner = wrap(function() yield(1) yield(2) end) yield(inner()) yield(inner()) return 3 end) return co(), co(), co()", "1 2 3"},
	{"no yield across a Go call", "local co = create(function() call(yield, 1) end) return (resume(co))", "false"},
	{"upvalues live on", "local co = wrap(function() local n = 0 yield(function() n = n + 1 return n end) n = 10 yield() end) local f = co() local a = f() co() return a, f()", "1 11"},
	{"tail yield", "local co = wrap(function() return yield(1) end) return co(), co(2)", "1 2"},
	{"many", "local list = {} for i = 1, 2000 do list[i] = wrap(function() local n = i while true do yield(n) n = n + 1 end end) end local sum = 0 for round = 1, 3 do for i = 1, 2000 do sum = sum + list[i]() end end return sum", "6009000"},
}

func TestCoroutines(t *testing.T) { check(t, coroutinePrograms) }

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
