package vm

// This file pushes frames and drops them.

// A stack that is used by a quarter or less shrinks in a cycle, unless it is small.
const (
	smallStack  = 512
	smallFrames = 64
)

// pushFrame opens a frame above the current one.
func (t *Thread) pushFrame() *frame {
	next := t.frame + frameSize
	if t.frame == 0 {
		next = t.firstFrame()
	}
	if next > t.lastFrame {
		next = t.growFrames(next)
	}
	t.frame = next
	return (*frame)(ptr(&next))
}

//go:noinline
func (t *Thread) growFrames(next uintptr) uintptr {
	used := len(t.frames)
	switch {
	case used >= maxFrames+errorStack:
		t.failHandling()
	case used >= maxFrames:
		t.resizeFrames(maxFrames + errorStack)
		t.runError("stack overflow")
	}
	t.state.heap.takeFor(ThreadValue(t), used*int(frameSize))
	t.resizeFrames(min(2*used, maxFrames))
	return t.frame + frameSize
}

// resizeFrames moves the frames in use to an array of another size.
func (t *Thread) resizeFrames(size int) {
	offset := t.frame - t.firstFrame()
	if size <= cap(t.frames) && size > cap(t.frames)/2 {
		t.frames = t.frames[:size]
		t.limitFrames()
		return
	}
	frames := make([]frame, size)
	copy(frames, t.frames)
	poisonFrames(t.frames)
	t.frames = frames
	t.frame = t.firstFrame() + offset
	t.limitFrames()
}

func (t *Thread) limitFrames() {
	t.lastFrame = t.firstFrame() + uintptr(len(t.frames)-1)*frameSize
	if t.fastFrame >= slowCalls {
		t.fastFrame = t.lastFrame
	}
}

// unwindTo drops the frames above the one at an address.
func (t *Thread) unwindTo(address uintptr) {
	for a := t.frame; a > address; a -= frameSize {
		f := (*frame)(ptr(&a))
		t.boundary -= f.flags.boundary()
		t.closeCells(f.function)
	}
	t.frame = address
}

// catcher gives the topmost protected frame from floor on that may take e.
func (t *Thread) catcher(e *Error, floor uintptr) *frame {
	if t.frame == 0 || e.status == statusKilled {
		return nil
	}
	for a := t.frame; a >= floor; a -= frameSize {
		if f := (*frame)(ptr(&a)); f.flags&frameProtected != 0 {
			return f
		}
	}
	return nil
}

// catches tells whether a protected call or a resumed coroutine takes an error, above the
// boundary of a nested run (limit is its thread, mark the frame below); limit is nil for
// the whole task.
func (s *State) catches(e *Error, limit *Thread, mark uintptr) bool {
	for t := s.running; t != nil; t = t.resumer {
		floor := t.firstFrame()
		if t == limit {
			floor += mark + frameSize
		}
		switch {
		case t.frame != 0 && t.catcher(e, floor) != nil:
			return true
		case t == limit:
			return false
		case t.resumer != nil && !t.wrapped:
			return true
		}
	}
	return false
}
