package vm

import "strings"

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

// clearValues takes the entries with unmarked values out of tables.
func clearValues(tables []*Table) {
	for _, t := range tables {
		if t.ptrs != nil && !t.lazy() {
			for i := uint32(0); i < t.size; i++ {
				if unmarked(t.element(i)) {
					t.setElement(i, Nil)
				}
			}
		}
		t.eachNode(func(n *node) {
			if unmarked(n.val) {
				n.bury()
			}
		})
	}
}

// clearKeys takes the entries with unmarked keys out of tables.
func clearKeys(tables []*Table) {
	for _, t := range tables {
		t.eachNode(func(n *node) {
			if unmarked(n.key) {
				n.bury()
			}
		})
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

// lacking forgets which metamethods a metatable is known to lack, now that it
// gets a key. A table that is somebody's metatable already may become weak so.
func (t *Table) lacking(key Value) {
	t.absent = 0
	if key.hi() == hiString && key.str() == eventNames[eventMode].str() && t.heap.state != nil {
		t.heap.watched = true
	}
}
