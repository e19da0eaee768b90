package vm

// This file holds calls from Go that do not wait.

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
