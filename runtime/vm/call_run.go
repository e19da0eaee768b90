package vm

// This file runs the loop, also within another run: calls from Go that wait.

// execute runs the loop until the outcome is set. Errors unwind to protected
// calls inside it; one that finds none ends the task, or, in a nested run, goes
// on as a panic. mark is the frame, as an offset in t, that a nested run
// started above; failure is the error that it started with, if any.
func (s *State) execute(t *Thread, mark uintptr, failure *Error) {
	depth := s.depth
	for {
		if failure == nil {
			failure = s.runProtected()
		}
		if failure == nil {
			return
		}
		for failure != nil {
			s.depth = depth // also of what failed in the hook of a pcall that takes an error
			if s.trap != nil {
				var stops bool
				if failure, stops = s.askRaised(failure, t, mark); stops {
					return
				}
			}
			failure = s.throw(failure, t, mark)
		}
		// What took the error may have raised another one: the loop sees to it.
		if s.outcome != outcomeNone && s.outcome != outcomeRaised {
			return
		}
	}
}

// runProtected runs the loop and gives the error that stopped it, if any.
func (s *State) runProtected() (failure *Error) {
	defer func() {
		if r := recover(); r != nil {
			failure = s.asError(r)
		}
	}()
	if s.entering {
		s.begin()
	}
	s.loop()
	if s.outcome == outcomeRaised {
		failure = s.raised
		s.raised, s.outcome = nil, outcomeNone
	}
	return failure
}

// Call calls fn from Go and waits for it. What it runs cannot be suspended, and
// an error in it passes through the caller.
func (t *Thread) Call(fn Value, args ...Value) []Value {
	first, n := t.callNested(fn, args)
	results := make([]Value, n)
	for j := range results {
		results[j] = *t.at(first + uintptr(j)*valueSize)
	}
	t.top = first
	return results
}

// Call1 is Call for one result, without allocating; nil when there is none.
func (t *Thread) Call1(fn Value, args ...Value) Value {
	first, n := t.callNested(fn, args)
	t.top = first
	if n == 0 {
		return Nil
	}
	return *t.at(first)
}

// maxDepth bounds Go's recursion through Lua (LUAI_MAXCCALLS, less what the
// stand-alone interpreter itself takes). A message handler gets errorDepth more.
const (
	maxDepth   = 196
	errorDepth = 25
)

func (t *Thread) callNested(fn Value, args []Value) (first uintptr, n int) {
	s := t.state
	t.checkNested()
	if s.depth >= maxDepth {
		switch {
		case s.handling == 0:
			t.runError(cOverflow)
		case s.depth >= maxDepth+errorDepth:
			t.failHandling()
		}
	}
	s.depth++
	mark := t.frame - t.firstFrame()
	offset := t.top - t.bottom()
	failure := t.startNested(fn, args)
	if failure != nil || s.outcome == outcomeNone || s.outcome == outcomeRaised {
		s.execute(t, mark, failure)
	}
	s.outcome = outcomeNone
	s.depth--
	first = t.bottom() + offset
	return first, int((t.top - first) / valueSize)
}

// startNested starts the call of a nested run. A Go function, which may be the
// __call of something else, may fail at once, inside a protected call that it has
// begun itself.
func (t *Thread) startNested(fn Value, args []Value) (failure *Error) {
	if fn.hi() != hiClosure {
		defer func() {
			if r := recover(); r != nil {
				failure = t.state.asError(r)
			}
		}()
	}
	t.startCall(fn, args, frameBoundary)
	return nil
}
