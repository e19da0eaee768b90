package vm

// This file calls the message handlers of protected calls. An error in a handler
// goes to the handler again, in the reference deeper and deeper in the C stack,
// until that overflows. Here nothing gets deeper, but handlers see how often they
// are called, and with what: so the calls are counted that would be C's.

// Calls in C at which the reference raises "C stack overflow", and at which it calls
// no handler any more (LUAI_MAXCCALLS, and an eighth more).
const (
	maxCCalls     = 200
	maxErrorCalls = 225
)

// handle gives an xpcall's handler the error, on top of the frames that raised
// it, so that it can look at them.
func (t *Thread) handle(e *Error, f *frame) Value {
	// Protect pushed the handler just above the arguments.
	handler := *t.at(f.base + uintptr(f.place)*valueSize)
	if !handler.IsFunction() {
		return String(errorInHandling)
	}
	value, place := e.Value, ""
	depth := min(t.depthInC(), maxCCalls/2) // deeper than C could be, it begins anew
	for depth+1 < maxErrorCalls {
		if depth+1 == maxCCalls {
			depth, value = maxCCalls, String(place+cOverflow)
		}
		result, failed := t.tryHandler(handler, value, maxCCalls-depth)
		switch {
		case failed == nil:
			return result
		case failed.status == statusKilled:
			panic(failed)
		case failed.status == statusHandlerErr:
			return String(errorInHandling)
		}
		trail := failed.trail
		if depth < maxCCalls && depth+trail.calls >= maxCCalls {
			depth, value = maxCCalls, String(trail.last+cOverflow)
			continue
		}
		depth, value, place = depth+max(1, trail.calls), failed.Value, trail.place
	}
	return String(errorInHandling)
}

func (t *Thread) tryHandler(handler, value Value, allowed int) (result Value, failed *Error) {
	s := t.state
	depth, frame, outer := s.depth, t.frame-t.firstFrame(), s.handler
	s.handling++
	s.handler = &handling{t, frame, allowed}
	defer func() {
		s.handling--
		s.handler = outer
		if r := recover(); r != nil {
			failed = s.asError(r)
			s.depth = depth
			t.unwindTo(t.firstFrame() + frame)
		}
	}()
	t.top = t.extent()
	return t.Call1(handler, value), nil
}

// noteTrail records where in a message handler an error was raised, while the
// frames are there.
func (s *State) noteTrail(e *Error) {
	if h := s.handler; h != nil && h.thread == s.running && e.trail == (trail{}) {
		t := s.running
		e.trail.place = t.Where(0)
		e.trail.calls, e.trail.last = t.callsInC(t.firstFrame()+h.above, h.allowed)
	}
}

// depthInC counts the calls in C that the reference would be in. Its interpreter
// calls a main function in C, and that the program.
func (t *Thread) depthInC() int {
	depth := 0
	if main := t.state.task; main != nil && main.frame != 0 && !main.frames[0].isGo() {
		depth++
	}
	for ; t != nil; t = t.resumer {
		calls, _ := t.callsInC(t.firstFrame(), 0)
		depth += calls + 1
	}
	return depth
}

// callsInC counts the frames above one that the reference would reach by a call in
// C: of a handler, from a C function, of a metamethod or an iterator. It also tells
// where the call of a number was made.
func (t *Thread) callsInC(above uintptr, number int) (calls int, place string) {
	for a := above; a < t.frame; a += frameSize {
		caller, next := (*frame)(ptr(&a)), a+frameSize
		f := (*frame)(ptr(&next))
		if !caller.isGo() && f.flags&(frameMeta|frameBoundary) == 0 && op(caller.instruction().op) != opTForCall {
			continue
		}
		if calls++; calls == number {
			place = t.placeOf(caller)
		}
	}
	return calls, place
}
