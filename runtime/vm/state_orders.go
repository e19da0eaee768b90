package vm

import (
	"cmp"
	"time"
)

// This file takes orders from other goroutines, and ends what goes on for too long.

// Interrupts that other goroutines may order.
const (
	// InterruptKill ends the running task with an error that Lua cannot catch.
	InterruptKill = 1 << iota
	// InterruptPreempt ends the running task's slice.
	InterruptPreempt
	// InterruptRaise raises an error in the running task, which Lua can catch.
	InterruptRaise
	// InterruptLook has Config.Look called where the running task stands, even
	// inside a Go function that polls. The stacks are whole there, but that
	// function may hold what it has read: look, and change nothing.
	InterruptLook
)

// Interrupt orders the machine to stop at its next poll. It may be called from
// any goroutine.
func (s *State) Interrupt(what uint32) { s.interrupt.Or(what) }

// PollSoon has the machine poll before the next call or backward jump. It is for Go
// functions that Lua code calls, on the state's own thread.
func (s *State) PollSoon() { s.budget = 0 }

// ClearInterrupt takes orders back.
func (s *State) ClearInterrupt(what uint32) { s.interrupt.And(^what) }

// answer does the orders that need no task to give way.
func (s *State) answer() {
	orders := s.interrupt.Load()
	if orders&InterruptKill != 0 {
		s.ClearInterrupt(InterruptKill)
		panic(&Error{Value: String("killed"), status: statusKilled})
	}
	if orders&InterruptLook != 0 {
		s.look()
	}
}

func (s *State) look() {
	s.ClearInterrupt(InterruptLook)
	if s.config.Look != nil {
		s.config.Look()
	}
}

// signalled tells whether InterruptRaise was ordered, and takes the order.
func (s *State) signalled() bool {
	if s.interrupt.Load()&InterruptRaise == 0 {
		return false
	}
	s.ClearInterrupt(InterruptRaise)
	return true
}

func (s *State) signalText() string { return cmp.Or(s.config.Raised, "interrupted by signal 0") }

// sliceOver tells whether the running task is to give way.
func (s *State) sliceOver() bool {
	if s.interrupt.Load()&InterruptPreempt != 0 {
		s.ClearInterrupt(InterruptPreempt)
		return true
	}
	return s.config.Slice != nil && s.config.Slice()
}

func (s *State) preempt() bool {
	if s.depth > 0 {
		if s.config.Stuck != nil {
			s.config.Stuck()
		}
		return false
	}
	s.outcome = outcomePreempted
	return true
}

// endWhatIsOver raises the end of a bounded Try or of the task, when it is due.
func (s *State) endWhatIsOver(polls int) {
	for b := s.bounded; b != nil; b = b.outer {
		if b.left -= polls; b.left < 0 {
			panic(&Error{Value: String("it took too long"), status: statusKilled, bounded: b})
		}
	}
	if s.config.Over != nil && s.config.Over(polls) {
		panic(&Error{Value: String("killed"), status: statusKilled})
	}
}

// tellPolled tells who counts polls.
func (s *State) tellPolled(before Value) {
	if s.config.Polled != nil {
		s.config.Polled(before)
	}
}

// obeyReturning is Poll where so little has been done that it does not count.
func (t *Thread) obeyReturning() {
	if t.state.interrupt.Load()&(InterruptKill|InterruptLook) != 0 {
		t.state.answer()
	}
}

// Poll lets a long Go function be interrupted: it raises the kill or the error that
// another goroutine ordered, if any, answers those who want to look, and ends the task
// if that has gone on for too long.
func (t *Thread) Poll() { t.PollBefore(Nil) }

// PollBefore is Poll by a Go function that is about to call another.
func (t *Thread) PollBefore(fn Value) {
	t.state.tellPolled(fn)
	t.obeyReturning()
	if t.state.signalled() {
		t.Errorf("%s", t.state.signalText())
	}
	t.state.endWhatIsOver(1)
}

// pollTime is about how much Lua code runs between two polls of the run loop.
const pollTime = 50 * time.Microsecond

// PollAfter is Poll by a Go function that has waited for so long. It counts as what
// Lua code does in a part of that time: waiting wears nothing out.
func (t *Thread) PollAfter(waited time.Duration) {
	t.obeyReturning()
	t.state.endWhatIsOver(max(1, int(waited/pollTime/waitingShare)))
}

// waitingShare is how many polls of waiting count as one of work.
const waitingShare = 5

// Killed tells whether another goroutine ordered a kill, or the task's end is due,
// which Poll would raise.
func (t *Thread) Killed() bool {
	s := t.state
	return s.interrupt.Load()&InterruptKill != 0 || s.config.Over != nil && s.config.Over(0)
}

// CanSuspend tells whether Suspend would work here: not inside Thread.Call.
func (t *Thread) CanSuspend() bool { return t.state.depth == 0 && t.state.task != nil }
