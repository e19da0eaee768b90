package service

import "lunarium/runtime/vm"

// finalizerPolls is how many polls of the machine, about 50 µs of Lua each, the
// finalizers of a service that ends may take together.
const finalizerPolls = 20_000

// finalizerWait is how many times more what they wait for counts, a command whose pipe
// nobody closed: together half a second.
const finalizerWait = 10

// SetMemLimit bounds the memory of the service's state, in bytes
// (skynet.memlimit); 0 is no bound. Beyond it the service's Lua code gets the
// error "not enough memory". Own thread.
func (s *Service) SetMemLimit(bytes int) {
	s.memLimit.Store(int64(bytes))
	s.node.limited.Store(true)
	s.state.SetMemLimit(bytes)
}

// MemLimit gives the bound, in bytes; 0: there is none.
func (s *Service) MemLimit() int { return int(s.memLimit.Load()) }

// UsualMemLimit is the bound of services that set none.
func (s *Service) UsualMemLimit() int { return s.node.config.MemLimit }

// What a task and a time-out without one take besides what the machine counts.
const (
	bytesOfTask  = 480
	bytesOfLater = 160 // with its place among the sessions
)

// taskBytes gives the memory of the service's tasks and time-outs that the machine does
// not see.
func (s *Service) taskBytes() int {
	later := s.later.count
	return later*bytesOfLater + (s.taskCount-later)*bytesOfTask
}

// reachable tells the machine's collector what the service itself holds: the
// functions that Lua code gave it, those of time-outs too, the tasks, and what they
// wait on.
func (s *Service) reachable(visit func(*vm.Value)) {
	s.registered.visit(visit)
	for _, list := range [...]*task{s.live, s.spare} {
		for t := list; t != nil; t = t.next {
			thread := vm.ThreadValue(t.thread)
			visit(&thread)
			visitClosure(&t.starts, visit)
			s.visitToken(t, visit)
		}
	}
	for w := range s.later.each {
		visitClosure(&w.starts, visit)
	}
}

func visitClosure(c **vm.Closure, visit func(*vm.Value)) {
	if *c != nil {
		v := vm.ClosureValue(*c)
		visit(&v)
		*c = v.AsClosure()
	}
}

// visitToken names the value that a task waits on, and keeps the tokens in order
// when it is changed.
func (s *Service) visitToken(t *task, visit func(*vm.Value)) {
	if t.token == nil {
		return
	}
	before := *t.token
	visit(&t.token.value)
	if *t.token != before {
		delete(s.tokens, before)
		s.tokens[*t.token] = t
	}
}

// What the tasks run that call finalizers: those that became due while no task
// ran, and all of them when the service ends.
var (
	finalizeFunction = vm.SharedFunction("service", "finalizers", runFinalizers)
	closeFunction    = vm.SharedFunction("service", "last finalizers", runLastFinalizers)
)

func runFinalizers(t *vm.Thread) int {
	t.Finalize()
	return 0
}

func runLastFinalizers(t *vm.Thread) int {
	s := Of(t)
	t.Close(func(err *vm.Error) {
		s.Error("error in __gc metamethod (" + ExplainIn(t, err).Error() + ")")
	})
	return 0
}

// finalizeAll runs the finalizers of all objects of a service that ends. They can't
// wait, and those that take too long are given up.
func (s *Service) finalizeAll() {
	if s.state == nil || s.worker == nil || !s.state.OwnsFinalizers() {
		return
	}
	s.state.DropCollect()
	s.state.ClearInterrupt(vm.InterruptKill)
	s.effort = effort{}
	t := s.newTask(TaskFinalizer, closeFunction)
	if s.state.Resume(t.thread) == vm.StatusError {
		s.Error(s.describe() + " ended before all its finalizers had run: they took too long")
	}
}
