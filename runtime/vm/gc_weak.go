package vm

import "strings"

// This file holds weak tables.

// weakness tells what of a table is weak, by its metatable's __mode.
func (s *State) weakness(t *Table) (keys, values bool) {
	mode := s.fastMeta(t.meta, eventMode)
	if mode.hi() != hiString {
		return false, false
	}
	return strings.Contains(mode.str(), "k"), strings.Contains(mode.str(), "v")
}

// deadKey replaces a key that was collected, so that the node keeps its place in
// probe sequences and does not keep the key alive. No lookup finds it: a light
// userdata's lower half is 0.
var deadKey = Value{nil, uint64(hiLight)<<32 | 1}

// clearing takes entries whose values, or whose keys, are not marked out of tables.
type clearing struct {
	tables []*Table
	keys   bool
	at     uint32 // the place in the first table that is next
}

// some looks at about so many places, and gives what is left of these; above 0
// all is done.
func (c *clearing) some(places int) (left int) {
	for places > 0 {
		if len(c.tables) == 0 {
			return places
		}
		t := c.tables[0]
		from := c.at
		to := from + uint32(min(places, int(t.places()-from)))
		c.clear(t, from, to)
		places -= int(to-from) + 1
		if c.at = to; to == t.places() {
			c.tables, c.at = c.tables[1:], 0
		}
	}
	return 0
}

func (c *clearing) clear(t *Table, from, to uint32) {
	if t.ptrs != nil && !c.keys {
		for i := from; i < min(to, t.size); i++ {
			if unmarked(t.element(i)) {
				t.setElement(i, Nil)
			}
		}
	}
	for i := max(from, t.size); i < to; i++ {
		n := t.node(i - t.size)
		if n.empty() || n.val.n == nilBits {
			continue
		}
		if c.keys && unmarked(n.key) || !c.keys && unmarked(n.val) {
			n.bury()
		}
	}
}

// bury empties a node. A key that lives stays, for a traversal that is there.
func (n *node) bury() {
	n.val = Nil
	if unmarked(n.key) {
		n.key = deadKey
	}
}

// eachNode calls f for the nodes that hold an entry.
func (t *Table) eachNode(f func(*node)) {
	if t.used == 0 {
		return
	}
	for i := uint32(0); i <= t.mask; i++ {
		if n := t.node(i); !n.empty() && n.val.n != nilBits {
			f(n)
		}
	}
}

// places gives the number of places for entries: elements first, then nodes. Of a
// table that follows a template it is those of what was copied.
func (t *Table) places() uint32 {
	if t.used == 0 {
		return t.size
	}
	return t.size + t.mask + 1
}

// lacking forgets which metamethods a metatable is known to lack, now that it
// gets a key. A table that is somebody's metatable already may become weak so.
func (t *Table) lacking(key Value) {
	t.absent = 0
	if key.hi() == hiString && key.str() == eventNames[eventMode].str() && t.heap.state != nil {
		t.heap.watched = true
	}
}
