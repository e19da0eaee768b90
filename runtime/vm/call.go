package vm

import "unsafe"

// This file holds calls and returns.

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

// callMeta calls a metamethod from an instruction of the running Lua function.
// finishInstruction takes the result.
func (t *Thread) callMeta(handler Value, args ...Value) {
	f := t.current()
	slot := f.base + f.lua().code.frameSize
	slot = t.need(slot, len(args)+3)
	*t.at(slot) = handler
	for j, v := range args {
		*t.at(slot + uintptr(j+1)*valueSize) = v
	}
	t.call(slot, len(args), 1, frameMeta)
}
