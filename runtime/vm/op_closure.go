package vm

// This file makes functions, and closes their variables.

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
	if h := &t.state.heap; h.sampling != nil {
		h.sample(0, ClosureValue(c))
	}
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
