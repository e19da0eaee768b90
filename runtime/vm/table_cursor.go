package vm

import "unsafe"

// This file goes through a table in pieces while it changes.

// Cursor goes through a table's entries in pieces, between which Lua code may
// change the table. Entries that are there all the time are met, once if the
// table is not rebuilt meanwhile; those that come or go may be met or not.
type Cursor struct {
	table    *Table
	at       uint32
	restarts uint8
	// The table's parts when it was begun. One that was rebuilt has its entries in
	// other places, so that it is begun anew.
	nums, nodes unsafe.Pointer
	size, mask  uint32
}

// maxRestarts bounds how often a cursor begins anew. A table that is rebuilt even
// more often is gone through as it comes.
const maxRestarts = 4

// Cursor begins to go through the table.
func (t *Table) Cursor() Cursor {
	c := Cursor{table: t}
	c.begin()
	return c
}

func (c *Cursor) begin() {
	t := c.table
	c.at, c.nums, c.nodes, c.size, c.mask = 0, t.nums, t.nodes, t.size, t.mask
}

// Table gives the table that the cursor goes through.
func (c *Cursor) Table() *Table { return c.table }

// Begun tells whether the cursor has begun anew since the last piece, because the
// table was rebuilt: what was counted so far is counted again.
func (c *Cursor) Begun() bool {
	t := c.table
	if c.nums == t.nums && c.nodes == t.nodes && c.size == t.size && c.mask == t.mask {
		return false
	}
	if c.restarts == maxRestarts {
		at := c.at
		c.begin()
		c.at = at
		return false
	}
	c.restarts++
	c.begin()
	return true
}

// Some calls f for the entries in the next places, and tells whether there are
// more. f must not change the table. A table that follows a template is given in
// one piece, and not filled.
func (c *Cursor) Some(places int, f func(k, v Value)) (more bool) {
	t := c.table
	if t.lazy() {
		t.Entries(func(k, v Value) bool { f(k, v); return true })
		return false
	}
	end := c.at + uint32(min(places, 1<<30))
	for ; c.at < t.size && c.at < end; c.at++ {
		if v := t.element(c.at); v.n != nilBits {
			f(Int(int(c.at)+1), v)
		}
	}
	if t.used == 0 {
		return c.at < t.size
	}
	for ; c.at >= t.size && c.at-t.size <= t.mask && c.at < end; c.at++ {
		if n := t.node(c.at - t.size); !n.empty() && n.val.n != nilBits {
			f(n.key, n.val)
		}
	}
	return c.at < t.size || c.at-t.size <= t.mask
}

// Places gives the number of places that the table has for entries: at least as
// many as entries, and known at once.
func (t *Table) Places() int {
	if t.lazy() {
		return len(t.template().names) + int(t.used)
	}
	if t.used == 0 {
		return int(t.size)
	}
	return int(t.size) + int(t.mask) + 1
}
