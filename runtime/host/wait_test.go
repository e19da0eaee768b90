package host_test

import (
	"testing"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
)

// run has a Go function run as a task's first, to its end.
func run(t *testing.T, s *vm.State, f func(*vm.Thread) int) {
	t.Helper()
	task := s.NewTask(s.NewFunction("work", f))
	if status := task.AsTask().Resume(); status != vm.StatusOK {
		t.Fatalf("the task ended with %v: %v", status, task.AsTask().Failure())
	}
}

func TestAStateWithoutAHostBlocksAndTakesNoTasks(t *testing.T) {
	s := vm.NewState(vm.Config{})
	done := false
	run(t, s, func(th *vm.Thread) int {
		return host.Await(th, "work", func(finish func(func(*vm.Thread) int)) func() {
			go finish(func(*vm.Thread) int { done = true; return 0 })
			return nil
		})
	})
	if !done {
		t.Error("Await returned before the work was done")
	}
	if host.Post(s, "a task", func(*vm.Thread) int { return 0 }) || host.Gone(s) != nil || host.Wakeup(s, vm.True) {
		t.Error("a state without a host took a task, told of its end, or woke somebody")
	}
	host.Opened(s)()
}

func TestIsolatedCodeIsRefusedWhatWaits(t *testing.T) {
	s := vm.NewState(vm.Config{Host: &host.Host{}})
	var refused []string
	defer s.Isolate(&vm.Isolation{Refuse: func(_ *vm.Thread, what string) int {
		refused = append(refused, what)
		return 0
	}})()
	run(t, s, func(th *vm.Thread) int {
		return host.Await(th, "work", nil) + host.Watch(th, "event", nil) + host.Sleep(th, 0, vm.Nil)
	})
	if len(refused) != 3 {
		t.Errorf("refused: %q", refused)
	}
}
