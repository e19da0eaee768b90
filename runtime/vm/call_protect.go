package vm

// Protected calls (pcall, xpcall).

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

// Protect calls fn so that an error ends the calling Go function with false and
// the error value, after handler, unless it is nil, has been given it (pcall,
// xpcall). Success gives true and fn's results.
func (t *Thread) Protect(fn Value, args []Value, handler Value) int {
	f := t.current()
	f.flags |= frameProtected
	if !handler.IsNil() {
		f.flags |= frameHandler
		f.place = int32((t.top - f.base) / valueSize)
		t.Push(handler)
	}
	t.pushThen(protectedThen)
	t.startCall(fn, args, frameThen)
	return control
}

// ProtectArgs is Protect of argument 1 with the remaining arguments, in place.
func (t *Thread) ProtectArgs() int {
	f := t.current()
	f.flags |= frameProtected | frameInPlace
	t.call(f.base, int(f.nargs)-1, -1, frameThen)
	return control
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
