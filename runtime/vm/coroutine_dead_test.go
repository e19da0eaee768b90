package vm_test

import (
	"runtime"
	"testing"
	"weak"

	"lunarium/runtime/vm"
)

// A dead thread does not keep what lay on its stack: threads that made each other
// would else keep all of their line.
func TestDeadThreadsHoldNothing(t *testing.T) {
	for name, source := range map[string]string{
		"ended":               "make()",
		"a coroutine ended":   "co = create(function() make() end) resume(co)",
		"closed":              "make() suspend()",
		"a coroutine, closed": "co = create(function() make() suspend() end) resume(co)",
	} {
		t.Run(name, func(t *testing.T) {
			s := newState(vm.Config{})
			var made weak.Pointer[vm.Thread]
			s.Globals.SetString("make", s.NewFunction("make", func(t *vm.Thread) int {
				thread := s.NewTask(vm.Nil)
				made = weak.Make(thread)
				return t.Return(vm.ThreadValue(thread))
			}))
			task := s.NewTask(load(t, s, source))
			if task.AsTask().Resume() == vm.StatusSuspended {
				task.AsTask().Close()
			}
			// Another task takes the place of this one in the state.
			s.NewTask(load(t, s, "local a, b, c = 1, 2, 3")).AsTask().Resume()
			runtime.GC()
			runtime.GC()
			if made.Value() != nil {
				t.Error("the thread is held")
			}
			runtime.KeepAlive(task)
		})
	}
}
