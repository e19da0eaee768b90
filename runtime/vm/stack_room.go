package vm

import "unsafe"

// This file makes room on stacks.

// room is the number of slots that a call takes, from the function on: a vararg
// function keeps all its arguments below its registers, absent parameters too.
func (c *Code) room(nargs int) int {
	slots := 1 + int(c.frameSize/valueSize)
	if c.vararg {
		slots += max(nargs, c.params)
	}
	return slots
}

// need makes sure that slots values fit above address and gives the address
// again, which moves when the stack grows.
func (t *Thread) need(address uintptr, slots int) uintptr {
	if address+uintptr(slots)*valueSize <= t.limit {
		return address
	}
	offset := address - t.bottom()
	t.growStack(int(offset/valueSize) + slots)
	return t.bottom() + offset
}

// growStack moves the stack to one with at least need usable slots. Every
// address into it is corrected: frames, top, open upvalues.
//
//go:noinline
func (t *Thread) growStack(need int) {
	if need > maxStack {
		t.stackOverflow(need)
	}
	size := min(max(2*len(t.stack), need+extraStack), maxStack+extraStack)
	t.state.heap.takeFor(ThreadValue(t), (size-len(t.stack))*int(valueSize))
	t.resizeStack(size)
}

// resizeStack moves what is in use to a stack of another size.
func (t *Thread) resizeStack(size int) {
	if size <= cap(t.stack) && size > cap(t.stack)/2 {
		t.fitStack(size)
		return
	}
	old, before := t.bottom(), t.stack
	stack := makeStack(size)
	n := copy(stack, t.stack)
	for i := n; i < len(stack); i++ {
		stack[i].n = nilBits
	}
	t.stack = stack
	delta := t.bottom() - old
	t.top += delta
	t.limit = t.bottom() + uintptr(size-extraStack)*valueSize
	if t.frame != 0 {
		for f := t.firstFrame(); f <= t.frame; f += frameSize {
			fr := (*frame)(ptr(&f))
			fr.base += delta
			fr.function += delta
		}
	}
	for c := t.open; c != nil; c = c.next {
		c.v = unsafe.Pointer(t.at(uintptr(c.v) + delta))
	}
	poison(before)
}

// fitStack changes how much of the stack's memory is in use.
func (t *Thread) fitStack(size int) {
	old := len(t.stack)
	t.stack = t.stack[:size]
	for i := old; i < size; i++ {
		t.stack[i].n = nilBits
	}
	t.limit = t.bottom() + uintptr(size-extraStack)*valueSize
}

// stackOverflow raises the error, and makes room for its handler; a handler
// that needs more than that fails (luaD_growstack).
func (t *Thread) stackOverflow(need int) {
	if len(t.stack) > maxStack+extraStack {
		t.failHandling()
	}
	t.resizeStack(maxStack + errorStack + extraStack)
	t.runError("stack overflow")
}

// recede gives back the room that an overflow took, when the error has been
// caught (luaD_shrinkstack).
func (t *Thread) recede() {
	const large = 1 << 14
	switch used := int((t.extent()-t.bottom())/valueSize) + maxRegisters; {
	case len(t.stack) > large && used < large/4:
		t.resizeStack(large)
	case len(t.stack) > maxStack+extraStack && used <= maxStack:
		t.resizeStack(maxStack + extraStack)
	}
	switch used := int((t.frame-t.firstFrame())/frameSize) + 1; {
	case len(t.frames) > large && used < large/4:
		t.resizeFrames(large)
	case len(t.frames) > maxFrames && used <= maxFrames:
		t.frames = t.frames[:maxFrames]
		t.limitFrames()
	}
}

// shrink gives back the room that a deep recursion left behind it; end is where
// the values end. It may be called wherever the stack may grow.
func (t *Thread) shrink(end uintptr) {
	end = max(end, t.top)
	if t.frame != 0 {
		end = max(end, t.reach())
	}
	if used := int((end-t.bottom())/valueSize) + minGoStack + extraStack; len(t.stack) > max(4*used, smallStack) {
		t.resizeStack(2 * used)
	}
	if depth := t.calls() + 1; len(t.frames) > max(4*depth, smallFrames) && t.frame != 0 {
		t.resizeFrames(2 * depth)
	}
}
