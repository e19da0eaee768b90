package vm

// This file takes errors to the protected calls that catch them.

// throw unwinds the running thread to the protected call that takes the error.
// A thread without one dies, and its error goes to its resumer. In a nested run
// (limit is its thread) an error that reaches the boundary is panicked on. It
// returns an error that came up on the way and has to be thrown instead.
func (s *State) throw(e *Error, limit *Thread, mark uintptr) (next *Error) {
	defer func() {
		if r := recover(); r != nil {
			if e, ok := r.(*rethrown); ok {
				panic(e.err)
			}
			next = s.asError(r)
		}
	}()
	s.noteTraceback(e)
	s.noteTrail(e)
	for {
		t := s.running
		floor := t.firstFrame()
		if t == limit {
			floor += mark + frameSize
		}
		if f := t.catcher(e, floor); f != nil {
			t.catch(e, f)
			return nil
		}
		if t == limit {
			if t.catcher(e, t.firstFrame()) != nil {
				t.handleBelow(e)
				t.unwindTo(t.firstFrame() + mark)
			} // else the thread dies, and its frames stay
			panic(&rethrown{e})
		}
		t.die(e)
		if t == s.task || t.resumer == nil {
			s.outcome = outcomeError
			return nil
		}
		r := t.resumer
		t.resumer = nil
		if e.Traceback != "" { // nobody will catch it
			e.died = append(e.died, t)
		}
		s.running = r
		r.status = threadRunning
		if !t.wrapped || e.status == statusKilled {
			if e.status == statusKilled {
				continue
			}
			n := r.Return(False, e.Value)
			r.ret(r.top-uintptr(n)*valueSize, n)
			return nil
		}
		if e.Value.IsString() {
			e = &Error{Value: String(r.Where(1) + e.Value.str()), Traceback: e.Traceback, status: e.status, died: e.died}
		}
	}
}

// rethrown carries an error out of a nested run.
type rethrown struct{ err *Error }

// catch ends the protected call f with false and the error.
func (t *Thread) catch(e *Error, f *frame) {
	offset := uintptrOf(f) - t.firstFrame()
	value := e.Value
	if f.flags&frameHandler != 0 && !e.handled && e.status != statusMemory {
		value = t.handle(e, f)
	}
	t.unwindTo(t.firstFrame() + offset)
	t.closeCells(t.current().base)
	t.recede()
	f = t.current()
	f.flags &^= frameProtected | frameHandler | frameInPlace
	t.top = t.need(f.base, minGoStack)
	n := t.Return(False, value)
	t.ret(t.top-uintptr(n)*valueSize, n)
}

// handleBelow gives an error that is about to leave a nested run to the handler
// of the protected call below it, if that has one, while the frames that raised
// it are there to be looked at.
func (t *Thread) handleBelow(e *Error) {
	if e.handled || e.status == statusMemory || t.state.handling > 0 {
		return
	}
	if f := t.catcher(e, t.firstFrame()); f != nil && f.flags&frameHandler != 0 {
		e.Value = t.handle(e, f)
		e.handled = true
	}
}
