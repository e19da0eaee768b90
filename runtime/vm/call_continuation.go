package vm

import "unsafe"

// Calls from Go that do not wait: a continuation stands in the stack.

// runThen goes on with a Go function whose continuation stands in the slot
// below the results of what it called.
func (t *Thread) runThen(results uintptr, n int) (uintptr, int) {
	f := t.current()
	f.base, f.nargs = results, int32(n)
	t.obeyReturning() // returns through many Go functions are a loop of their own
	t.top = results + uintptr(n)*valueSize
	t.checkThen(results - valueSize)
	then := t.at(results - valueSize).p
	t.top = t.need(t.top, minGoStack)
	if f.flags&frameInPlace != 0 {
		return t.protectedInPlace(n)
	}
	if then == nil {
		return t.top - uintptr(n)*valueSize, n
	}
	k := *(*func(*Thread) int)(unsafe.Pointer(&then))
	n = k(t)
	return t.top - uintptr(max(n, 0))*valueSize, n
}

// pushThen puts a continuation on the stack: its function value is a pointer,
// which the slot keeps alive.
func (t *Thread) pushThen(then func(*Thread) int) {
	t.Push(Value{*(*unsafe.Pointer)(unsafe.Pointer(&then)), thenBits})
}

// thenBits mark a continuation, in a slot that is the machine's alone; nobody is
// shown one, and what is left of one somewhere is nil to those who look.
const thenBits = uint64(hiLight)<<32 | 2

// shown gives what the debug library and the debugger see of a slot.
func (v Value) shown() Value {
	if v.n == thenBits {
		return Nil
	}
	return v
}

// CallThen calls fn with args; then runs afterwards, with fn's results as its
// arguments, and ends the calling Go function like a Run of its own. A nil then
// gives fn's results. Everything may suspend. Use: return t.CallThen(…).
func (t *Thread) CallThen(fn Value, args []Value, then func(*Thread) int) int {
	t.pushThen(then)
	t.startCall(fn, args, frameThen)
	return control
}

// CallAgain is CallThen for a Go function that calls without end: what it has
// been given so far is dropped.
func (t *Thread) CallAgain(fn Value, args []Value, then func(*Thread) int) int {
	t.top = t.current().function + valueSize
	return t.CallThen(fn, args, then)
}

// control is what Run returns when the machine has taken over.
const control = -1
