package vm

// Calls from Go that wait: a run of the loop within another one.

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
