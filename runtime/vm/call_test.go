package vm_test

import (
	"strings"
	"testing"

	"lunarium/runtime/vm"
)

var callPrograms = []program{
	{"missing and extra", "local function f(a, b) return b, a end return f(1), (f(1, 2, 3)), f(1, 2)", "nil 2 2 1"},
	{"varargs", "local function f(...) local a, b = ... return count(...), a, b, ... end return f(nil, 2, nil)", "3 nil 2 nil 2 nil"},
	{"vararg in table", "local function f(a, ...) return #{...}, {...} end local n, t = f(0, 1, 2, 3) return n, t[3]", "3 3"},
	{"vararg below params", "local function f(a, b, ...) return count(...), b end return f(1)", "0 nil"},
	{"many results", "local t = {} for i = 1, 200 do t[i] = 'x' end local function all(i) if i <= 200 then return t[i], all(i + 1) end end return count(all(1))", "200"},
	{"tail calls", "local function loop(n, s) if n == 0 then return s end return loop(n - 1, s + 1) end return loop(1000000, 0)", "1000000"},
	{"mutual tail calls", "local odd; local function even(n) if n == 0 then return 'even' end return odd(n - 1) end function odd(n) if n == 0 then return 'odd' end return even(n - 1) end return even(1000001)", "odd"},
	{"tail call with captured locals", "local sum = 0 local function f(n) local k = n local function g() sum = sum + k end g() if n > 1 then return f(n - 1) end return sum end return f(1000)", "500500"},
	{"callable table", "local t = setmetatable({}, {__call = function(self, a, ...) return a, count(...) end}) return t(5, 6, 7)", "5 2"},
	{"callable by tail call", "local t = setmetatable({}, {__call = function(self, n) return n end}) local function f() return t(9) end return f()", "9"},
	{"go call", "return call(function(...) return count(...), ... end, 1, nil)", "2 1 nil"},
	{"go call in go call", "local function f(n) if n == 0 then return 0 end return 1 + call(f, n - 1) end return f(100)", "100"},
	{"error through go call", "return pcall(call, error, 'up')", "false up"},
	{"stack grows under upvalues", "local x = 1 local function get() return x end local function deep(n) if n > 0 then return 1 + deep(n - 1) end x = 42 return 0 end return deep(5000), get(), x", "5000 42 42"},
	{"protected", "return pcall(function(...) return ... end, 1, 2)", "true 1 2"},
	{"raised on by a continuation", "return pcall(rethrow, fail, 'x')", "false x"},
	{"raised on and on", "return pcall(rethrow, rethrow, rethrow, fail, 'x')", "false x"},
	{"protected twice", "return pcall(pcall, error, 'x')", "true false x"},
	{"handler", "return xpcall(function(a) error(a) end, function(e) return 'h' .. e end, 'e')", "false he"},
	{"error object", "local e = {} local ok, got = pcall(error, e) return ok, got == e", "false true"},
	{"runtime error", "return pcall(function() local t = nil; return t.x end)", "false test:1: attempt to index local 't' (a nil value)"},
	{"nil index", "return pcall(function() local t = {} t[nil] = 1 end)", "false test:1: table index is nil"},
	{"locals after error", "local a, b = 1, 2 pcall(function() b = 3; fail 'x' end) return a, b", "1 3"},
}

func TestCalls(t *testing.T) { check(t, callPrograms) }

var overflowPrograms = []struct{ name, source, message string }{
	{"lua recursion", "local function f() return 1 + f() end return pcall(f)", "stack overflow"},
	{"pcall in pcall", "local function f() local ok, e = pcall(f) if not ok then error(e) end return ok end return pcall(f)", "overflow"},
	{"index metamethod", "local t = {} setmetatable(t, {__index = function(t, k) return t[k + 1] end}) return pcall(function() return t[1] end)", "overflow"},
	{"add metamethod", "local t = {} setmetatable(t, {__add = function(a, b) return (a + b) end}) return pcall(function() return t + 1 end)", "overflow"},
	{"go recursion", "local function f() return (call(f)) end return pcall(f)", "overflow"},
	{"tostring metamethod", "local t = {} setmetatable(t, {__tostring = function(t) return tostring(t) end}) return pcall(tostring, t)", "overflow"},
	{"coroutines", "local function f() local ok, e = resume(create(f)) if not ok then error(e) end return ok end return pcall(f)", "overflow"},
}

func TestOverflowIsAnError(t *testing.T) {
	for _, p := range overflowPrograms {
		t.Run(p.name, func(t *testing.T) {
			got := run(t, p.source)
			if !strings.HasPrefix(got, "false ") || !strings.Contains(got, p.message) {
				t.Errorf("got %.300q", got)
			}
		})
	}
}

func TestStateServesAfterOverflow(t *testing.T) {
	got := run(t, "local function f() return 1 + f() end pcall(f) return (pcall(f)), pcall(count, 1)")
	if got != "false true 1" {
		t.Error(got)
	}
}

func TestTracebackOfFailure(t *testing.T) {
	s := newState(vm.Config{})
	task := s.NewTask(load(t, s, "local function inner() fail 'broken' end\nlocal function outer() inner() end\nouter()"))
	if status := task.AsTask().Resume(); status != vm.StatusError {
		t.Fatalf("status %d", status)
	}
	failure := task.AsTask().Failure()
	if failure.Error() != "test:1: broken" {
		t.Errorf("error %q", failure)
	}
	for _, part := range []string{"stack traceback:", "test:1:", "test:2:", "test:3:", "in main chunk"} {
		if !strings.Contains(failure.Traceback, part) {
			t.Errorf("no %q in %q", part, failure.Traceback)
		}
	}
}

// A Go function may call in steps, and each step's error comes to Protect.
func TestCallThen(t *testing.T) {
	s := newState(vm.Config{})
	s.Globals.SetString("twice", s.NewFunction("twice", func(t *vm.Thread) int {
		fn := t.Arg(1)
		return t.CallThen(fn, t.Args(2), func(t *vm.Thread) int {
			first := t.Args(1)
			return t.CallThen(fn, first, func(t *vm.Thread) int {
				return t.Return(append(first, t.Args(1)...)...)
			})
		})
	}))
	source := "local function f(a) return a + suspend() end return count(twice(f, 1)), twice(f, 1)"
	task := s.NewTask(load(t, s, source))
	status := task.AsTask().Resume()
	for i := 1; status == vm.StatusSuspended; i++ {
		status = task.AsTask().Resume(vm.Int(i))
	}
	if got := finish(t, task, status); got != "2 4 8" {
		t.Error(got)
	}
	task = s.NewTask(load(t, s, "return pcall(twice, function() error 'in step' end)"))
	if got := finish(t, task, task.AsTask().Resume()); got != "false in step" {
		t.Error(got)
	}
}
