package vm

// This file takes out of weak tables what can't be reached.

// deadKey replaces a key that was collected, so that the node keeps its place in
// probe sequences and does not keep the key alive. No lookup finds it: a light
// userdata's lower half is 0.
var deadKey = Value{nil, uint64(hiLight)<<32 | 1}

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
