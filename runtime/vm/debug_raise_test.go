package vm_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/vm"
)

// stops runs a program whose every error stops it, and tells at which line of Lua each was
// raised, with what, and whether something takes it; then what the program gave.
func stopsAtErrors(t *testing.T, source string, missed *[]string, at func(*vm.Thread)) []string {
	t.Helper()
	s := newState(vm.Config{})
	task := s.NewTask(load(t, s, source))
	s.Debug().SetTrap(&vm.Trap{
		Wants: func(*vm.Code, int) bool { return false },
		Stop:  func(*vm.Thread, *vm.Code, int, int) bool { return false },
		Raised: func(t *vm.Thread, caught bool) bool {
			if !t.CanSuspend() && missed != nil {
				*missed = append(*missed, t.Debug().Raising().Error())
			}
			return true
		},
	})
	var got []string
	status := task.AsTask().Resume()
	for ; status == vm.StatusTrapped; status = task.AsTask().Resume() {
		inner := task.Debug().Inner()
		line := -1
		for level := 0; line < 0; level++ {
			info, _ := inner.Debug().CallInfo(level)
			line = info.CurrentLine
		}
		got = append(got, fmt.Sprintf("line %d: %s", line, inner.Debug().Raising().Error()))
		s.Collector().Collect()
		at(task)
	}
	if status == vm.StatusError {
		return append(got, "failed: "+task.AsTask().Failure().Error())
	}
	for _, v := range task.AsTask().Results() {
		text, ok := vm.ToString(v)
		if !ok {
			text = fmt.Sprint(v.Truth())
		}
		got = append(got, text)
	}
	return got
}

func TestErrorsStopWhereTheyAreRaised(t *testing.T) {
	for name, c := range map[string]struct {
		source       string
		want, missed []string
	}{
		"one that nothing catches": {`local x
return x.y`, []string{"line 2: test:2: attempt to index local 'x' (a nil value)", "failed: test:2: attempt to index local 'x' (a nil value)"}, nil},
		"pcall": {`local function f()
	error("one")
end
local ok, err = pcall(f)
return ok, err`, []string{"line 2: one", "false", "one"}, nil},
		"xpcall's handler is asked after it": {`return xpcall(function()
	error("one")
end, function(e) return e .. ", handled" end)`, []string{"line 2: one", "false", "one, handled"}, nil},
		"a handler's own error is not asked about": {`return (xpcall(function()
	error("one")
end, function(e) error("two") end))`, []string{"line 2: one", "false"}, nil},
		"a coroutine": {`local co = create(function()
	local n = nil + 1
end)
return resume(co)`, []string{"line 2: test:2: attempt to perform arithmetic on a nil value", "false", "test:2: attempt to perform arithmetic on a nil value"}, nil},
		"a wrapped coroutine stops once": {`return pcall(wrap(function()
	error("one")
end))`, []string{"line 2: one", "false", "one"}, nil},
		"out of a Go function that calls": {`local function inner()
	error("one")
end
local ok, err = pcall(function()
	call(inner)
end)
return ok, err`, []string{"line 5: one", "false", "one"}, nil},
		"with all calls where nothing catches it": {`local function inner()
	error("one")
end
call(inner)`, []string{"line 2: one", "failed: one"}, nil},
		"caught inside a Go function": {`return call(function()
	return pcall(error, "one")
end)`, []string{"false", "one"}, []string{"one"}},
		"raised again": {`return pcall(function()
	rethrow(error, "one")
end)`, []string{"line 2: one", "line 2: one", "false", "one"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var missed []string
			got := stopsAtErrors(t, c.source, &missed, func(*vm.Thread) {})
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.missed, missed); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAbortRaisesWhereATaskStands(t *testing.T) {
	abort := func(task *vm.Thread) { task.AsTask().Abort(vm.String("aborted")) }
	got := stopsAtErrors(t, `local function f()
	error("one")
end
return pcall(f)`, nil, abort)
	if diff := cmp.Diff([]string{"line 2: one", "false", "aborted"}, got); diff != "" {
		t.Error(diff)
	}

	s := newState(vm.Config{})
	task := s.NewTask(load(t, s, `local ok, err = pcall(function()
	local n = 1
	while true do
		n = n + 1
	end
end)
return ok, err`))
	s.Debug().SetTrap(lineTrap(4))
	if status := task.AsTask().Resume(); status != vm.StatusTrapped {
		t.Fatal(status)
	}
	abort(task)
	s.Debug().SetTrap(nil)
	status := task.AsTask().Resume()
	if text, _ := vm.ToString(task.AsTask().Results()[1]); status != vm.StatusOK || text != "aborted" {
		t.Errorf("status %v, %s", status, text)
	}
}

func TestATaskIsClosedAtAnError(t *testing.T) {
	s := newState(vm.Config{})
	task := s.NewTask(load(t, s, `return pcall(error, "one")`))
	s.Debug().SetTrap(&vm.Trap{
		Wants:  func(*vm.Code, int) bool { return false },
		Stop:   func(*vm.Thread, *vm.Code, int, int) bool { return false },
		Raised: func(*vm.Thread, bool) bool { return true },
	})
	if status := task.AsTask().Resume(); status != vm.StatusTrapped {
		t.Fatal(status)
	}
	task.AsTask().Close()
	if status := task.CoroutineStatus(task.Debug().Inner()); status != "running" || task.Debug().Depth() != 0 {
		t.Errorf("%s, %d calls", status, task.Debug().Depth())
	}
}
