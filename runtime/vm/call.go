package vm

import "unsafe"

// This file holds calls and returns.

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
	if !t.state.pollCall(slot + uintptr(t.argCount(slot, i.y)+1)*valueSize) {
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

// call starts a call of the value in slot with the nargs values above it. A Go
// function that does not wait has returned afterwards; a Lua function's frame
// is ready to run.
func (t *Thread) call(slot uintptr, nargs int, results int32, flags frameFlags) {
	slot, nargs = t.callee(slot, nargs)
	if t.at(slot).hi() == hiClosure {
		t.enterLua(slot, nargs, results, flags)
		return
	}
	t.enterGo(slot, nargs, results, flags)
}

// callee puts the __call function of a value that is none into its slot, and
// the value before the arguments (luaD_precall, tryfuncTM). The stack may move.
func (t *Thread) callee(slot uintptr, nargs int) (uintptr, int) {
	v := t.at(slot)
	if v.hi() == hiClosure || v.hi() == hiGo {
		return slot, nargs
	}
	handler := t.state.metamethod(*v, eventCall)
	if !handler.IsFunction() {
		t.typeErrorAt(slot, "call")
	}
	slot = t.need(slot, nargs+3)
	for p := slot + uintptr(nargs+1)*valueSize; p > slot; p -= valueSize {
		*t.at(p) = *t.at(p - valueSize)
	}
	*t.at(slot) = handler
	return slot, nargs + 1
}

func (t *Thread) enterLua(slot uintptr, nargs int, results int32, flags frameFlags) {
	closure := (*Closure)(t.at(slot).p)
	code := closure.code
	slot = t.need(slot, code.room(nargs))
	base, extra := slot+valueSize, 0
	for n := nargs; n < code.params; n++ {
		*t.at(base + uintptr(n)*valueSize) = Nil
	}
	if code.vararg {
		first := base
		extra = max(0, nargs-code.params)
		base += uintptr(max(nargs, code.params)) * valueSize
		for n := 0; n < code.params; n++ {
			from := first + uintptr(n)*valueSize
			*t.at(base + uintptr(n)*valueSize) = *t.at(from)
			*t.at(from) = Nil
		}
	}
	f := t.pushFrame()
	t.boundary += flags.boundary()
	*f = frame{
		pc: uintptr(code.start), closure: uintptr(unsafe.Pointer(closure)), base: base, function: slot,
		results: results, nargs: int32(extra), flags: flags,
	}
	t.checkCall()
	if t.fastFrame < slowCalls {
		if t.hook != nil {
			f.flags |= frameSlow
		}
		t.hookCall(f)
	}
}

func (t *Thread) enterGo(slot uintptr, nargs int, results int32, flags frameFlags) {
	fn := (*GoFunction)(t.at(slot).p)
	f := t.pushFrame()
	t.boundary += flags.boundary()
	*f = frame{
		closure: uintptr(unsafe.Pointer(fn)), base: slot + valueSize, function: slot,
		results: results, nargs: int32(nargs), flags: flags | frameGo,
	}
	t.top = slot + uintptr(nargs+1)*valueSize
	t.top = t.need(t.top, minGoStack)
	t.checkCall()
	if t.hook != nil {
		t.hookCall(t.current())
	}
	if n := fn.Run(t); n >= 0 {
		t.ret(t.top-uintptr(n)*valueSize, n)
	}
}

// ret ends the current function with the n results at first, and goes on with
// whatever waits for them.
//
//go:noinline
func (t *Thread) ret(first uintptr, n int) {
	for {
		t.checkReturn(first, n)
		f := t.current()
		if t.hook != nil {
			f.flags &^= frameProtected | frameHandler // a pcall that returns takes no error of its hook
			first = t.hookReturn(first, n)
			f = t.current()
		} else if f.flags == frameThen && f.previous().flags == frameGo|frameProtected|frameInPlace {
			t.retProtected(first, n)
			return
		}
		flags, dst, wanted := f.flags, f.function, int(f.results)
		if flags&frameBottom != 0 {
			t.finish(first, n)
			return
		}
		if wanted < 0 {
			wanted = n
		}
		copied := min(n, wanted)
		for j := uintptr(0); j < uintptr(copied); j++ {
			*t.at(dst + j*valueSize) = *t.at(first + j*valueSize)
		}
		for j := uintptr(copied); j < uintptr(wanted); j++ {
			*t.at(dst + j*valueSize) = Nil
		}
		end := dst + uintptr(wanted)*valueSize
		open := f.results < 0
		t.frame -= frameSize
		if t.hook != nil && !t.hook.running {
			t.resumeLine()
		}
		switch {
		case flags&frameBoundary != 0:
			t.boundary--
			t.top = end
			t.state.outcome = outcomeBoundary
			return
		case flags&frameThen != 0:
			if first, n = t.runThen(dst, wanted); n < 0 {
				return
			}
			continue
		case flags&frameMeta != 0:
			t.finishInstruction(*t.at(dst))
		case open:
			t.top = end
		}
		return
	}
}

func (t *Thread) startCall(fn Value, args []Value, flags frameFlags) {
	t.top = t.need(t.top, len(args)+1)
	slot := t.top
	*t.at(slot) = fn
	for j, v := range args {
		*t.at(slot + uintptr(j+1)*valueSize) = v
	}
	t.top += uintptr(len(args)+1) * valueSize
	t.call(slot, len(args), -1, flags)
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

// newTable is NEWTABLE.
//
//go:noinline
func (t *Thread) newTable(i *instr) {
	*t.at(t.current().base + uintptr(i.a)) = TableValue(t.state.NewTable(int(i.x), int(i.y)))
}

// jumpClose is JMP that closes upvalues.
//
//go:noinline
func (t *Thread) jumpClose(i *instr) {
	f := t.current()
	t.closeCells(f.base + uintptr(i.a))
	f.pc += uintptr(int(i.x))
	if t.state.budget--; t.state.budget < 0 {
		t.state.poll()
	}
}

//go:noinline
func (t *Thread) closureOp(i *instr) {
	f := t.current()
	parent := f.lua()
	code := parent.code.protos[i.x]
	// As in the reference, a closure that nobody could tell from one before is
	// that one. One with local variables of the running function is looked for
	// where the last round of a loop left it.
	before := t.state.last
	if code.capturing {
		before = nil
		if t.open != nil && uintptr(t.open.v) >= f.base {
			before = t.at(f.base + uintptr(i.a)).AsClosure()
		}
	}
	if before != nil && before.code == code && t.sharesCells(before, parent, f.base) {
		*t.at(f.base + uintptr(i.a)) = ClosureValue(before)
		return
	}
	t.state.ids++
	c := newClosure(code, t.state.ids)
	if !code.capturing {
		t.state.last = c
	}
	for j := range code.upvalues {
		u := &code.upvalues[j]
		if u.InStack {
			*c.upvalue(j) = t.findCell(f.base + uintptr(u.Index)*valueSize)
		} else {
			*c.upvalue(j) = *parent.upvalue(int(u.Index))
		}
	}
	*t.at(f.base + uintptr(i.a)) = ClosureValue(c)
}

// sharesCells tells whether a new closure of c's code would have the very
// variables that c has, so that nobody could tell the two apart.
func (t *Thread) sharesCells(c, parent *Closure, base uintptr) bool {
	for j := range c.code.upvalues {
		u, have := &c.code.upvalues[j], *c.upvalue(j)
		if u.InStack {
			if uintptr(have.v) != base+uintptr(u.Index)*valueSize {
				return false
			}
		} else if have != *parent.upvalue(int(u.Index)) {
			return false
		}
	}
	return true
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
func (t *Thread) setList(i *instr) {
	f := t.current()
	slot := f.base + uintptr(i.a)
	table := t.at(slot).AsTable()
	if table == nil { // no compiler writes that
		t.runError("invalid instruction")
	}
	n := int(i.x)
	if n == 0 {
		n = int((t.top-slot)/valueSize) - 1
	}
	f.pc += uintptr(i.c)
	table.setSequence(int(i.y), n, slot+valueSize)
}

//go:noinline
func (t *Thread) forPrep(i *instr) {
	f := t.current()
	r := f.base + uintptr(i.a)
	for j, what := range [...]string{"initial", "limit", "step"} {
		v := t.at(r + uintptr(j)*valueSize)
		if v.IsNumber() {
			continue
		}
		n, ok := t.ToNumber(*v)
		if !ok {
			if j == 0 {
				t.runError("'for' initial value must be a number")
			}
			t.runError("'for' %s must be a number", what)
		}
		*v = Number(n)
	}
	*t.at(r) = Number(t.at(r).num() - t.at(r+2*valueSize).num())
	f.pc += uintptr(int(i.x))
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
