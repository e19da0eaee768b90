package vm

// This file runs code where a thread stands, for debuggers and finalizers.

// Try calls fn from Go while the thread stands at a trap or in a hook, above
// everything that the thread uses. An error does not pass through the caller, but
// for one that ends the task.
func (d ThreadDebug) Try(fn Value, args ...Value) (result Value, failed *Error) {
	return d.t.try(nil, fn, args)
}

// TryBriefly is Try for what may go on for so many polls of the machine, about 50 µs
// each, before it is ended with an error that only TryBriefly catches.
func (d ThreadDebug) TryBriefly(polls int, fn Value, args ...Value) (result Value, failed *Error) {
	t := d.t
	s := t.state
	b := &bounded{outer: s.bounded, left: polls}
	s.bounded = b
	defer func() { s.bounded = b.outer }()
	return t.try(b, fn, args)
}

func (t *Thread) try(b *bounded, fn Value, args []Value) (result Value, failed *Error) {
	s := t.state
	top, depth, frame := t.top-t.bottom(), s.depth, t.frame-t.firstFrame()
	running := s.running
	s.handling++ // the error is not for the handlers of the code that stands
	defer func() {
		s.handling--
		if r := recover(); r != nil {
			failed = s.asError(r)
			if failed.status == statusKilled && (b == nil || failed.bounded != b) {
				panic(failed)
			}
			s.running = running
			s.depth = depth
			t.unwindTo(t.firstFrame() + frame)
			t.top = t.bottom() + top
		}
	}()
	t.top = t.need(t.extent(), minGoStack)
	result = t.Call1(fn, args...)
	t.top = t.bottom() + top
	return result, nil
}
