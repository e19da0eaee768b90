package service

import "lunarium/runtime/vm"

// This file holds how a task runs until it waits, ends, or has used its slice up.

const (
	// slicePolls is sliceTime for the virtual clock, in polls of the machine.
	slicePolls = 20
	// sliceMessages bounds the messages taken in one slice.
	sliceMessages = 64
)

// resume runs a task until it waits, ends or is stopped by its slice's end.
func (s *core) resume(t *task) {
	s.current, s.preempted = t, false
	s.beginTurn()
	status := t.thread.AsTask().Resume()
	s.endTurn(t)
	if status == vm.StatusPreempted {
		s.preempted = true
		s.tellAnswer()
		if s.busySince.Load() == 0 {
			s.busySince.Store(int64(s.worker.clock) + 1)
		}
		return
	}
	s.current = nil
	s.clearBusy()
	s.state.ClearInterrupt(vm.InterruptRaise)
	switch {
	case s.ending != nil || s.asked.Load()&askEnd != 0:
	case status == vm.StatusTrapped:
		s.noteStopped(t)
	case status == vm.StatusError:
		s.failed(t, t.thread.AsTask().Failure())
	case status == vm.StatusOK || t.finished:
		s.finished(t)
	case t.leaveStart:
		t.thread.AsTask().Close()
		s.finished(t)
	case t.wait.Kind == WaitNone:
		t.thread.AsTask().Close()
		s.failed(t, &vm.Error{Value: vm.String("attempt to yield from outside a coroutine")})
	default:
		s.turned(t, TurnWaits)
	}
	if s.written.untold != nil {
		s.tellAnswer()
	}
}

// slice is the machine's question, about every 50 µs of Lua, whether the
// running task should give way.
func (s *core) slice() bool {
	w := s.worker
	if w == nil {
		return false
	}
	w.beat.Add(1)
	w.now = s.node.clock.monotonic()
	s.publish()
	w.yieldNext()
	if s.stuck.Load() && s.canSuspend() {
		s.recovered(w) // it came out of the Go function
	}
	s.polls++
	if s.state.Collector().Collecting() { // a piece of it is done, of about a poll's length
		s.spend(costPoll)
	}
	if s.ending != nil {
		return false
	}
	if s.asked.Load() != 0 || s.node.scheduler.unrest.exhausted() {
		return true
	}
	if s.node.scheduler.queued.Load() == 0 {
		return false
	}
	if f := s.node.shuffle; f != nil {
		return f.givesWay() && s.canSuspend()
	}
	if s.node.config.Virtual {
		return s.polls%slicePolls == 0
	}
	return w.now-w.clock > sliceTime
}

// canSuspend tells whether what runs can give its worker back.
func (s *core) canSuspend() bool {
	running := s.state.Running()
	return running == nil || running.CanSuspend()
}

// overBound is the machine's question whether the running task has gone on for longer than
// it may.
func (s *core) overBound(polls int) bool {
	if s.ending != nil && polls > 1 {
		polls *= finalizerWait
	}
	s.effort.polls += polls
	if polls > 1 {
		s.effort.waited += polls
	}
	made := s.state.Memory().Made()
	s.effort.made += max(0, made-s.made)
	s.made = made
	if !s.endless.Load() {
		s.spend(polls * costPoll)
	}
	running := s.state.Task()
	switch {
	case s.ending != nil: // finalizers run
		return s.effort.polls > finalizerPolls
	case running == nil:
		return false
	}
	t := running.AsTask().Data().(*task)
	b := t.bound()
	if b == nil || !b.abandoned.Load() && (b.polls == 0 || s.effort.spent() < b.polls) {
		if s.effort.worked() >= patience(b) {
			s.countAsEndless() // inside a Go function, too, from which it can't give way
		}
		return false
	}
	if b.was == nil {
		info := s.taskInfo(t)
		b.was = &info
	}
	return true
}

// finalizerPolls is how many polls of the machine, about 50 µs of Lua each, the
// finalizers of a service that ends may take together.
const finalizerPolls = 20_000

// finalizerWait is how many times more what they wait for counts, a command whose pipe
// nobody closed: together half a second.
const finalizerWait = 10

// stuckInCall is told by the machine that a slice ended where the task can't be
// stopped.
func (s *core) stuckInCall() {
	if w := s.worker; w != nil && !s.stuck.Load() {
		s.markStuck(w)
	}
}
