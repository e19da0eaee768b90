package vm_test

import (
	"testing"

	"lunarium/runtime/vm"
)

var closurePrograms = []program{
	{"shared variable", "local function pair() local n = 0 return function() n = n + 1 end, function() return n end end local inc, get = pair() inc() inc() return get()", "2"},
	{"fresh per iteration", "local fs = {} for i = 1, 3 do fs[i] = function() i = i + 10 return i end end return fs[1](), fs[1](), fs[2]()", "11 21 12"},
	{"fresh per while body", "local fs, n = {}, 0 while n < 3 do n = n + 1 local k = n fs[n] = function() return k end end return fs[1](), fs[2](), fs[3]()", "1 2 3"},
	{"closed by goto", "local fs, i = {}, 1 ::top:: local x = i fs[i] = function() return x end i = i + 1 if i <= 3 then goto top end return fs[1](), fs[3]()", "1 3"},
	{"through two levels", "local x = 1 local function f() return function() x = x + 1 return x end end return f()(), f()(), x", "2 3 3"},
}

func TestClosures(t *testing.T) { check(t, closurePrograms) }

func TestUpvalueIdentity(t *testing.T) {
	s := newState(vm.Config{})
	task := s.NewTask(load(t, s, `
		local shared, other = 1, 2
		local function get() return shared end
		local function set(v) shared = v end
		local function far() return function() return other end end
		return get, set, far()`))
	finish(t, task, task.AsTask().Resume())
	results := task.AsTask().Results()
	get, set, far := results[0].AsClosure(), results[1].AsClosure(), results[2].AsClosure()
	if get.Cell(0) != set.Cell(0) || get.Cell(0) == far.Cell(0) {
		t.Fatal("cells do not tell which variables are shared")
	}
	if get.UpvalueName(0) != "shared" || far.UpvalueName(0) != "other" || get.Upvalues() != 1 {
		t.Errorf("names %q, %q", get.UpvalueName(0), far.UpvalueName(0))
	}
	chunk := get.Code().Parent()
	if chunk == nil || chunk.Parent() != nil || far.Code().Parent().Parent() != chunk {
		t.Error("parents do not lead to the chunk")
	}
	if get.Code().Declarer(0) != chunk || far.Code().Declarer(0) != chunk || chunk.Declarer(0) != nil {
		t.Error("declarers are wrong")
	}
	set.SetUpvalue(0, vm.Int(9))
	if !vm.Same(get.Upvalue(0), vm.Int(9)) {
		t.Error("a shared variable was set for one closure alone")
	}
	get.Join(0, far, 0)
	if get.Cell(0) != far.Cell(0) || !vm.Same(get.Upvalue(0), vm.Int(2)) || !vm.Same(set.Upvalue(0), vm.Int(9)) {
		t.Error("Join does not give the other's variable")
	}
}
