package vm

// This file tells whether a Go function's results are all the arguments of another.

// Feeds tells whether the running Go function's results are going to be all the
// arguments of a call of fn, a shared Go function, which is what its caller does
// next: fn(running(...)). The two may then hand values over in a form that only
// they understand.
func (t *Thread) Feeds(fn Value) bool {
	f := t.current()
	if f.flags != frameGo || f.results >= 0 || t.fastFrame < slowCalls || f == (*frame)(pointerTo(t.firstFrame())) {
		return false
	}
	caller := f.previous()
	if caller.isGo() {
		return false
	}
	slot := f.function - valueSize
	if slot < caller.base || !Same(*t.at(slot), fn) {
		return false
	}
	next := (*instr)(ptr(&caller.pc))
	return (op(next.op) == opCall || op(next.op) == opTailCall) && next.y == 0 && caller.base+uintptr(next.a) == slot
}
