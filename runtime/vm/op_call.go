package vm

import "unsafe"

// This file holds the slow paths of calls and returns.

// callOp is CALL in general: any callee, an open list of arguments.
//
//go:noinline
func (t *Thread) callOp(i *instr) {
	s := t.state
	if s.budget--; s.budget < 0 && t.pollCallOp(i) {
		return
	}
	f := t.current()
	slot := f.base + uintptr(i.a)
	if t.at(slot).hi() == hiGo && t.fastFrame != 0 {
		t.callGo(slot, t.argCount(slot, i.y), i.x)
		return
	}
	t.call(slot, t.argCount(slot, i.y), i.x, 0)
}

// callGo is enterGo for a CALL while no hook is set.
func (t *Thread) callGo(slot uintptr, nargs int, results int32) {
	fn := (*GoFunction)(t.at(slot).p)
	f := t.pushFrame()
	f.closure, f.base, f.function = uintptr(unsafe.Pointer(fn)), slot+valueSize, slot
	f.results, f.nargs, f.flags = results, int32(nargs), frameGo
	t.checkCall()
	t.top = slot + uintptr(nargs+1)*valueSize
	if t.top+minGoStack*valueSize > t.limit {
		t.top = t.need(t.top, minGoStack)
	}
	n := fn.Run(t)
	if n < 0 {
		return
	}
	first := t.top - uintptr(n)*valueSize
	f = t.current()
	if f.flags != frameGo || f.results != 1 || t.hook != nil {
		t.ret(first, n)
		return
	}
	result := Nil
	if n > 0 {
		result = *t.at(first)
	}
	*t.at(f.function) = result
	t.frame -= frameSize
}

// pollCallOp polls before a CALL or TAILCALL; true: it was preempted, and runs
// again on return.
func (t *Thread) pollCallOp(i *instr) bool {
	slot := t.current().base + uintptr(i.a)
	if !t.state.pollCall(*t.at(slot), slot+uintptr(t.argCount(slot, i.y)+1)*valueSize) {
		return false
	}
	t.current().pc -= instrSize
	return true
}

// argCount gives the number of arguments above a function slot: count-1, or up
// to top when count is 0.
func (t *Thread) argCount(slot uintptr, count uint32) int {
	if count == 0 {
		return int((t.top-slot)/valueSize) - 1
	}
	return int(count) - 1
}

//go:noinline
func (t *Thread) tailCallOp(i *instr) {
	s := t.state
	if s.budget--; s.budget < 0 && t.pollCallOp(i) {
		return
	}
	slot := t.current().base + uintptr(i.a)
	slot, nargs := t.callee(slot, t.argCount(slot, i.y))
	if t.at(slot).hi() != hiClosure {
		// The frame stays: its RETURN, which follows, passes the results on.
		t.enterGo(slot, nargs, -1, 0)
		return
	}
	f := t.current()
	if t.hook != nil {
		// The hook sees both calls, as in the reference.
		t.enterLua(slot, nargs, f.results, frameTail)
		t.replaceCaller()
		return
	}
	// While the caller is there, for what may come of it; the call takes place
	// further down.
	slot = t.need(slot, (*Closure)(t.at(slot).p).code.room(nargs))
	if f.lua().code.nested {
		t.closeCells(f.base)
	}
	results, flags, function := f.results, f.flags, f.function
	for j := uintptr(0); j <= uintptr(nargs); j++ {
		*t.at(function + j*valueSize) = *t.at(slot + j*valueSize)
	}
	t.frame -= frameSize
	t.boundary -= flags.boundary()
	t.enterLua(function, nargs, results, flags|frameTail)
}

// replaceCaller puts the Lua function just entered in the place of its caller.
func (t *Thread) replaceCaller() {
	called := t.current()
	caller := called.previous()
	if caller.lua().code.nested {
		t.closeCells(caller.base)
	}
	delta := called.function - caller.function
	end := called.base + uintptr(called.lua().code.params)*valueSize
	for from := called.function; from < end; from += valueSize {
		*t.at(from - delta) = *t.at(from)
	}
	caller.pc, caller.closure, caller.nargs = called.pc, called.closure, called.nargs
	caller.base = called.base - delta
	caller.flags |= called.flags
	t.frame -= frameSize
}

//go:noinline
func (t *Thread) returnOp(i *instr) {
	f := t.current()
	if f.lua().code.nested && t.open != nil {
		t.closeCells(f.base)
	}
	first := f.base + uintptr(i.a)
	n := int(i.x)
	if n < 0 {
		n = int((t.top - first) / valueSize)
	}
	t.ret(first, n)
}

//go:noinline
func (t *Thread) varargOp(i *instr) {
	f := t.current()
	n, wanted := int(f.nargs), int(i.x)
	offset := uintptr(i.a)
	if wanted < 0 {
		wanted = n
		t.need(f.base+offset, n+1)
		f = t.current()
		t.top = f.base + offset + uintptr(n)*valueSize
	}
	dst := f.base + offset
	first := f.base - uintptr(n)*valueSize
	for j := 0; j < wanted; j++ {
		if j < n {
			*t.at(dst + uintptr(j)*valueSize) = *t.at(first + uintptr(j)*valueSize)
		} else {
			*t.at(dst + uintptr(j)*valueSize) = Nil
		}
	}
}

//go:noinline
func (t *Thread) forCall(i *instr) {
	f := t.current()
	base := t.need(f.base+uintptr(i.a), 8)
	t.state.budget--
	if t.step(base, i.x) {
		return
	}
	for j := uintptr(0); j < 3; j++ {
		*t.at(base + (3+j)*valueSize) = *t.at(base + j*valueSize)
	}
	if t.at(base).hi() == hiGo && t.hook == nil {
		t.callGo(base+3*valueSize, 2, i.x)
		return
	}
	t.call(base+3*valueSize, 2, i.x, 0)
}
