package service

import "lunarium/runtime/vm"

// This file holds finalizers: what runs them, and the last of them; and a collection
// that goes on between other things.

// What the tasks run that call finalizers: those that became due while no task
// ran, and all of them when the service ends.
var (
	finalizeFunction = vm.SharedFunction("service", "finalizers", runFinalizers)
	closeFunction    = vm.SharedFunction("service", "last finalizers", runLastFinalizers)
)

func runFinalizers(t *vm.Thread) int {
	t.State().Collector().Finalize(t)
	return 0
}

func runLastFinalizers(t *vm.Thread) int {
	s := Of(t)
	t.State().Collector().FinalizeAll(t, func(err *vm.Error) {
		s.Error("error in __gc metamethod (" + ExplainIn(t, err).Error() + ")")
	})
	return 0
}

// finalizeAll runs the finalizers of all objects of a service that ends. They can't
// wait, and those that take too long are given up.
func (s *core) finalizeAll() {
	if s.state == nil || s.worker == nil || !s.state.Collector().OwnsFinalizers() {
		return
	}
	s.state.Collector().Drop()
	s.state.ClearInterrupt(vm.InterruptKill)
	s.effort = effort{}
	t := s.newTask(TaskFinalizer, closeFunction)
	if t.thread.AsTask().Resume() == vm.StatusError {
		s.Error(s.describe() + " ended before all its finalizers had run: they took too long")
	}
}

// inCollection tells whether a collection stands in the middle.
func (s *core) inCollection() bool { return s.state != nil && s.state.Collector().Collecting() }

// goOnCollecting goes on with what Collect began.
func (s *core) goOnCollecting() {
	if s.state.Collector().Some(s.slice) {
		s.finishCollecting()
	}
}

// finishCollecting ends the collection that stands in the middle, if there is one.
func (s *core) finishCollecting() {
	s.state.Collector().Some(func() bool { return false })
	if !s.collecting {
		return
	}
	s.collecting, s.collected = false, s.state.Memory().Live()
	if s.state.Collector().FinalizersDue() {
		task := s.newTask(TaskFinalizer, finalizeFunction)
		s.beginWait(task, Wait{Kind: WaitFork})
		s.forks.Push(task)
	}
}
