package vm

// This file holds polls of the run loop.

// poll is called when the budget is used up: orders from outside, the end of
// the slice. It tells whether the run loop is to be left.
//
//go:noinline
func (s *State) poll() bool {
	s.budget = pollInterval
	s.running.checkAll()
	if s.heap.watched && s.tend(s.running.statementEnd()) {
		return true
	}
	return s.obey(Nil)
}

// pollCall is poll before a call of fn: end is behind its arguments.
func (s *State) pollCall(fn Value, end uintptr) bool {
	s.budget = pollInterval
	s.running.checkAll()
	if s.heap.watched && s.tend(end) {
		return true
	}
	return s.obey(fn)
}

// obey does what was ordered from outside, before fn is called or nothing is; true leaves
// the run loop.
func (s *State) obey(fn Value) bool {
	s.last = nil
	s.tellPolled(fn)
	s.answer()
	if s.signalled() {
		s.running.runError("%s", s.signalText())
	}
	s.endWhatIsOver(1)
	return s.sliceOver() && s.preempt()
}
