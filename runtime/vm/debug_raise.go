package vm

// This file stops a task at an error before its stack is unwound, for a trap.

// askRaised asks the trap about an error; true means that the task stops. An error that the
// trap's own doing ends the task with comes instead.
func (s *State) askRaised(e *Error, limit *Thread, mark uintptr) (instead *Error, stops bool) {
	t := s.running
	if s.trap.Raised == nil || e.asked || e.status == statusKilled || s.handling > 0 {
		return e, false
	}
	if s.depth > 0 && !s.catches(e, limit, mark) {
		return e, false // it comes again, where the Go function that called was called
	}
	e.asked = true
	failure, was := t.failure, t.waiting
	t.failure, t.waiting = e, atRaise
	defer func() {
		if r := recover(); r != nil {
			instead, stops = s.asError(r), false
		}
		if !stops {
			t.failure, t.waiting = failure, was
		}
	}()
	if !s.trap.Raised(t, s.catches(e, nil, 0)) || s.depth > 0 {
		return e, false
	}
	s.outcome = outcomeTrapped
	return nil, true
}

// Raising gives the error that a thread is about to raise, at which a trap has stopped it or
// is asked; nil when it stands elsewhere.
func (d ThreadDebug) Raising() *Error {
	if d.t.waiting != atRaise {
		return nil
	}
	return d.t.failure
}

// leaveRaise gives the error with which a task goes on; nil when it stands at none.
func (t *Thread) leaveRaise() (e *Error) {
	if t.waiting == atRaise {
		e = t.failure
		t.failure, t.waiting = nil, waitingNot
	}
	return e
}
