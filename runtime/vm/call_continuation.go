package vm

import "unsafe"

// This file goes on with Go functions that wait for a call without waiting: the
// continuation stands in the stack.

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

// retProtected is ret through a pcall by Lua code: it gives true and the results
// to the caller of both.
func (t *Thread) retProtected(first uintptr, n int) {
	t.frame -= frameSize
	f := t.current()
	dst, wanted := f.function, int(f.results)
	open := wanted < 0
	if open {
		wanted = n + 1
	}
	copied := min(n+1, wanted)
	for j := 1; j < copied; j++ {
		*t.at(dst + uintptr(j)*valueSize) = *t.at(first + uintptr(j-1)*valueSize)
	}
	for j := copied; j < wanted; j++ {
		*t.at(dst + uintptr(j)*valueSize) = Nil
	}
	if wanted > 0 {
		*t.at(dst) = True
	}
	if open {
		t.top = dst + uintptr(wanted)*valueSize
	}
	t.frame -= frameSize
}

// protectedThen puts true in front of the results, over the continuation.
func protectedThen(t *Thread) int {
	f := t.current()
	*t.at(f.base - valueSize) = True
	return int(f.nargs) + 1
}

// protectedInPlace puts true in front of the n results of ProtectArgs' function.
func (t *Thread) protectedInPlace(n int) (uintptr, int) {
	f := t.current()
	for p := f.base + uintptr(n)*valueSize; p > f.base; p -= valueSize {
		*t.at(p) = *t.at(p - valueSize)
	}
	*t.at(f.base) = True
	t.top += valueSize
	return f.base, n + 1
}
