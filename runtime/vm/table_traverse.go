package vm

import (
	"math"
	"unsafe"
)

// This file goes through tables' entries, as next does.

// Traversals of tables.

// Next gives the entry that follows key in a traversal, in array order and
// then in node order; the first one for a nil key. ok is false when key is not
// in the table; a nil key comes back after the last entry.
func (t *Table) Next(key Value) (k, v Value, ok bool) {
	if t.lazy() {
		t.fill()
	}
	i, ok := t.position(key)
	if !ok {
		return Nil, Nil, false
	}
	k, v, _ = t.entryFrom(i)
	return k, v, true
}

// entryFrom gives the first live entry at position i or later, and the
// position that follows it: array elements first, then nodes.
func (t *Table) entryFrom(i uint32) (k, v Value, next uint32) {
	for ; i < t.size; i++ {
		if v := t.element(i); v.n != nilBits {
			return Value{nil, math.Float64bits(float64(i + 1))}, v, i + 1
		}
	}
	if t.used == 0 {
		return Nil, Nil, i
	}
	for j := i - t.size; j <= t.mask; j++ {
		if n := t.node(j); !n.empty() && n.val.n != nilBits {
			return n.key, n.val, t.size + j + 1
		}
	}
	return Nil, Nil, i
}

// position gives the position that follows key.
func (t *Table) position(key Value) (uint32, bool) {
	if key.n == nilBits {
		return 0, true
	}
	if key.n < tagFloor {
		f := key.num()
		if i := uint32(int64(f)); i-1 < t.size && float64(i) == f {
			return i, true
		}
	}
	if t.used != 0 {
		if h := key.hi(); h == hiFalse || h == hiTrue {
			key.p = nil
		}
		if n := t.find(key, t.hash(key)); n != nil {
			return t.size + uint32((uintptr(unsafe.Pointer(n))-uintptr(t.nodes))/nodeSize) + 1, true
		}
	}
	return 0, false
}

// Entries calls f for each entry in traversal order until f returns false. f
// may clear or change existing fields. A table that follows a template gives
// what it copied first, and is not filled by being looked at.
func (t *Table) Entries(f func(k, v Value) bool) {
	if t.entries(f) && t.lazy() {
		t.untouched(f)
	}
}

// entries is Entries without what is the template's alone; false when f was.
func (t *Table) entries(f func(k, v Value) bool) bool {
	for i := uint32(0); i < t.size; i++ {
		if v := t.element(i); v.n != nilBits && !f(Int(int(i)+1), v) {
			return false
		}
	}
	if t.used == 0 {
		return true
	}
	for i := uint32(0); i <= t.mask; i++ {
		if n := t.node(i); !n.empty() && n.val.n != nilBits && !f(n.key, n.val) {
			return false
		}
	}
	return true
}

// Count gives the number of entries, by counting them.
func (t *Table) Count() int {
	count := 0
	t.Entries(func(Value, Value) bool { count++; return true })
	return count
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
