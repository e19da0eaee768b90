package vm

import "unsafe"

// This file knows the variables on a stack that closures share.

// findCell gives the open cell for the variable at a stack address, made if
// there is none yet.
func (t *Thread) findCell(address uintptr) *cell {
	link := &t.open
	for *link != nil && uintptr((*link).v) > address {
		link = &(*link).next
	}
	if c := *link; c != nil && uintptr(c.v) == address {
		return c
	}
	c := &cell{next: *link}
	c.v = unsafe.Pointer(t.at(address))
	*link = c
	return c
}

// closeCells gives every open cell at address or above its own value.
func (t *Thread) closeCells(address uintptr) {
	for t.open != nil && uintptr(t.open.v) >= address {
		c := t.open
		t.open = c.next
		c.own = *(*Value)(c.v)
		if c.own.n < tagFloor {
			c.own.p = nil
		}
		c.v = unsafe.Pointer(&c.own)
		c.next = nil
	}
}
