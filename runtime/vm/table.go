package vm

import (
	"math"
	"unsafe"
)

// This file holds tables: looking up and storing.

// Table is a Lua table: an array part for keys 1..size (table_array.go) and
// open-addressed nodes for the rest.
//
// The array is split: nums holds every element's word, ptrs the pointers
// beside them, made when the first element that has one is stored, so that
// arrays of numbers and booleans are never scanned or barriered. Elements that
// are absent are nil.
//
// Invariants: no node has a key that the array part has room for. A node whose
// key is the zero Value is empty; a node whose value is nil keeps its key, so
// that a traversal may clear fields, until another key takes its place.
type Table struct {
	nums   unsafe.Pointer // *[size]uint64
	ptrs   unsafe.Pointer // *[size]unsafe.Pointer, or nil while no element has a pointer
	nodes  unsafe.Pointer // *[mask+1]node, or &noNode
	meta   *Table
	heap   *heap  // of the state, or of all detached tables
	size   uint32 // elements of the array part
	hint   uint32 // where a border was last, below size unless size is 0
	mask   uint32 // nodes - 1
	used   uint32 // nodes whose key is set, dead ones included
	idLow  uint32 // see id
	idHigh uint16
	absent uint8 // bit e: the fast metamethod e is known to be missing (see value_meta.go)
	marks  marks // those of the collector, and lazy
}

// id is the table's sequence number within the state, which gives its hash and
// printed address; 0 while it is detached.
func (t *Table) id() uint64 { return uint64(t.idHigh)<<32 | uint64(t.idLow) }

func (t *Table) setID(id uint64) { t.idLow, t.idHigh = uint32(id), uint16(id>>32) }

// lazy tells whether the table shows what a Template contains; see go_template.go.
func (t *Table) lazy() bool { return t.marks&lazy != 0 }

type node struct{ key, val Value }

const nodeSize = unsafe.Sizeof(node{})

// noNode stands for the nodes of a table that has none; it is never written.
var noNode node

// numberKey is the pointer beside a number that is a key, so that the zero
// node is empty and not the key 0.
var numberKey byte

func newTable(h *heap, id uint64) *Table {
	return &Table{nodes: unsafe.Pointer(&noNode), heap: h, idLow: uint32(id), idHigh: uint16(id >> 32)}
}

func (t *Table) node(i uint32) *node {
	if checked {
		t.checkNode(i)
	}
	return (*node)(unsafe.Add(t.nodes, uintptr(i)*nodeSize))
}

func (n *node) empty() bool { return n.key.n == 0 && n.key.p == nil }

// Metatable gives the metatable or nil.
func (t *Table) Metatable() *Table { return t.meta }

// Get gives t[key] without metamethods.
func (t *Table) Get(key Value) Value {
	if key.n < tagFloor {
		return t.getNumber(key.num())
	}
	switch key.hi() {
	case hiString:
		return t.getString(key, hashBytes(key.p, uint32(key.n), t.heap.seed))
	case hiNil:
		return Nil
	case hiFalse, hiTrue:
		key.p = nil
	}
	if n := t.findIdentity(key, t.hashIdentity(key)); n != nil {
		return n.val
	}
	return Nil
}

// GetString gives t[key] without metamethods.
func (t *Table) GetString(key string) Value { return t.Get(String(key)) }

// GetInt gives t[i] without metamethods.
func (t *Table) GetInt(i int) Value {
	if uint64(i-1) < uint64(t.size) {
		return t.element(uint32(i - 1))
	}
	return t.getNumber(float64(i))
}

func (t *Table) getNumber(f float64) Value {
	if i := uint32(int64(f)) - 1; i < t.size && float64(i+1) == f {
		return t.element(i)
	}
	if n := t.findNumber(f); n != nil {
		return n.val
	}
	return Nil
}

func (t *Table) findNumber(f float64) *node {
	bits := math.Float64bits(f)
	if f == 0 {
		bits = 0
	}
	for i, probes := t.hashNumber(f)&t.mask, t.mask; ; i = (i + 1) & t.mask {
		n := t.node(i)
		if n.key.n == bits && n.key.p == unsafe.Pointer(&numberKey) {
			return n
		}
		if n.empty() || probes == 0 {
			return nil
		}
		probes--
	}
}

func (t *Table) getString(key Value, hash uint32) Value {
	if n := t.findString(key, hash); n != nil {
		return n.val
	}
	return Nil
}

func (t *Table) findString(key Value, hash uint32) *node {
	for i, probes := hash&t.mask, t.mask; ; i = (i + 1) & t.mask {
		n := t.node(i)
		if n.key.n == key.n && (n.key.p == key.p || n.key.str() == key.str()) {
			return n
		}
		if n.empty() || probes == 0 {
			if t.lazy() {
				return t.fetch(key, hash)
			}
			return nil
		}
		probes--
	}
}

func (t *Table) findIdentity(key Value, hash uint32) *node {
	for i, probes := hash&t.mask, t.mask; ; i = (i + 1) & t.mask {
		n := t.node(i)
		if n.key.n == key.n && n.key.p == key.p {
			return n
		}
		if n.empty() || probes == 0 {
			return nil
		}
		probes--
	}
}

// hashIdentity hashes booleans and objects; objects by their sequence number,
// so that the order of a traversal does not depend on addresses.
func (t *Table) hashIdentity(key Value) uint32 {
	switch key.hi() {
	case hiTable:
		return hashWord((*Table)(key.p).id())
	case hiClosure:
		return hashWord((*Closure)(key.p).id &^ markedBit)
	case hiGo:
		return hashWord((*GoFunction)(key.p).id &^ markedBit)
	case hiUserdata:
		return hashWord((*Userdata)(key.p).id)
	case hiThread:
		return hashWord((*Thread)(key.p).id)
	case hiLight:
		return hashWord(uint64(uintptr(key.p)))
	default:
		return uint32(key.hi())
	}
}

// hashNumber hashes a number. Small whole numbers are hashed as in the reference, by
// the remainder, so that those of a constructor are mostly visited in rising order;
// of two numbers the one that came first is, as there.
func (t *Table) hashNumber(f float64) uint32 {
	if t.mask == 1 {
		return 0
	}
	if i := uint32(int64(f)); i < ownHashes && float64(i) == f {
		return t.remainder(i)
	}
	return hashWord(math.Float64bits(f))
}

// remainder gives the home of a whole number below ownHashes.
func (t *Table) remainder(i uint32) uint32 {
	if i < t.mask|1 {
		return i
	}
	return i % (t.mask | 1)
}

// hash hashes a key. The hash of a number depends on the number of nodes, too.
func (t *Table) hash(key Value) uint32 {
	if key.n < tagFloor {
		return t.hashNumber(key.num())
	}
	if key.hi() == hiString {
		return hashBytes(key.p, uint32(key.n), t.heap.seed)
	}
	return t.hashIdentity(key)
}

func (t *Table) find(key Value, hash uint32) *node {
	if key.n < tagFloor {
		return t.findNumber(key.num())
	}
	if key.hi() == hiString {
		return t.findString(key, hash)
	}
	return t.findIdentity(key, hash)
}

// KeyError is why a key cannot be stored: "index is nil" or "index is NaN".
type KeyError string

func (e KeyError) Error() string { return string(e) }

// Set stores t[key] = value without metamethods. It panics with a KeyError
// when key is nil or NaN.
func (t *Table) Set(key, value Value) {
	if key.n < tagFloor {
		t.setNumber(key.num(), value)
		return
	}
	switch key.hi() {
	case hiNil:
		panic(KeyError("index is nil"))
	case hiFalse, hiTrue:
		key.p = nil
	}
	t.setHashed(key, value, t.hash(key))
}

// SetString stores t[key] = value without metamethods.
func (t *Table) SetString(key string, value Value) { t.Set(String(key), value) }

// SetInt stores t[i] = value without metamethods.
func (t *Table) SetInt(i int, value Value) {
	if uint64(i-1) < uint64(t.size) {
		t.setElement(uint32(i-1), value)
		return
	}
	t.setNumber(float64(i), value)
}

func (t *Table) setNumber(f float64, value Value) {
	if i := uint32(int64(f)) - 1; i < t.size && float64(i+1) == f {
		t.setElement(i, value)
		return
	}
	if f != f {
		panic(KeyError("index is NaN"))
	}
	bits := math.Float64bits(f)
	if f == 0 {
		bits = 0
	}
	t.setHashed(Value{unsafe.Pointer(&numberKey), bits}, value, t.hashNumber(f))
}

// setHashed stores a key that is not in the array part.
func (t *Table) setHashed(key, value Value, hash uint32) {
	if value.n < tagFloor || value.hi() < hiLight {
		value.p = nil
	}
	if n := t.find(key, hash); n != nil {
		if n.val.n == nilBits && t.absent != 0 {
			t.lacking(key)
		}
		n.val = value
		return
	}
	if value.n == nilBits {
		return
	}
	t.insert(key, value, hash)
}

// insert adds a key that no node holds. It takes the place of a dead node on its
// way, if there is one.
//
//go:noinline
func (t *Table) insert(key, value Value, hash uint32) {
	if t.absent != 0 {
		t.lacking(key)
	}
	i, isIndex := key.index()
	if isIndex && i == t.size && !t.foretold() && t.extend(i) {
		t.setElement(i, value)
		return
	}
	n := t.free(hash)
	if n == nil || n.empty() && t.used >= t.limit() {
		if t.rehash(key); isIndex && i < t.size {
			t.setElement(i, value)
			return
		}
		if key.n < tagFloor {
			hash = t.hashNumber(key.num())
		}
		n = t.free(hash)
	}
	if n.empty() {
		t.used++
	}
	*n = node{key, value}
}

// foretold tells whether the next index belongs into a node, because a constructor
// made room for it there, and put nothing or other numbers before it: {[1] = x, [0] = y}.
func (t *Table) foretold() bool {
	if t.used >= t.limit() || t.mask >= 2*ownHashes {
		return false
	}
	for i := range t.mask + 1 {
		if t.node(i).key.p == unsafe.Pointer(&numberKey) {
			return true
		}
	}
	return t.used == 0
}

// free gives the first empty or dead node for a hash, nil when all live.
func (t *Table) free(hash uint32) *node {
	for i, left := hash&t.mask, t.mask; ; i = (i + 1) & t.mask {
		if n := t.node(i); n.empty() || n.val.n == nilBits && !t.lazy() {
			return n
		}
		if left == 0 {
			return nil
		}
		left--
	}
}

// limit is the number of nodes that may be used before the table grows: small
// tables fill up, large ones keep a quarter free so that probes stay short.
func (t *Table) limit() uint32 {
	if t.nodes == unsafe.Pointer(&noNode) {
		return 0
	}
	if t.mask < 4 {
		return t.mask + 1
	}
	return (t.mask + 1) / 4 * 3
}

// extend enlarges the array part for element i just behind it, unless too little
// of it is in use.
func (t *Table) extend(i uint32) bool {
	if i > 0 && *t.num(i - 1) == nilBits {
		return false
	}
	if t.lazy() {
		t.fill()
	}
	var c census
	c.countArray(t)
	c.countNodes(t)
	c.add(i)
	if size := c.arraySize(t.size); size > t.size {
		t.growArray(size)
	}
	return i < t.size
}

// rehash makes room for the key extra, in the array part or in the nodes, where
// it drops dead ones.
func (t *Table) rehash(extra Value) {
	if t.lazy() {
		t.rehashLazy()
		return
	}
	var c census
	c.countArray(t)
	c.countNodes(t)
	index, isIndex := extra.index()
	if isIndex {
		c.add(index)
	}
	size := c.arraySize(t.size)
	nodes := c.nodes + 1
	if size > t.size {
		nodes -= t.growArray(size)
		if isIndex && index < size {
			return
		}
	}
	if t.used > c.nodes {
		// Keys come and go: with room to spare they don't bring us here each time.
		nodes += nodes / 4
	}
	if size < t.size {
		t.shrinkArray(size, nodes)
	} else {
		t.resizeNodes(nodes)
	}
}

// resizeNodes gives the table nodes for count keys and drops dead ones.
func (t *Table) resizeNodes(count uint32) {
	size := uint32(1)
	for size < count || size > 4 && size/4*3 < count {
		size *= 2
	}
	t.heap.take(int(size)*int(nodeSize) - t.nodeBytes())
	old, oldMask, used := t.nodes, t.mask, t.used
	t.nodes = unsafe.Pointer(unsafe.SliceData(make([]node, size)))
	t.mask = size - 1
	t.used = 0
	if used == 0 {
		return
	}
	for i := uint32(0); i <= oldMask; i += stepNodes {
		if i > 0 && t.heap.killed() {
			t.nodes, t.mask, t.used = old, oldMask, used
			t.heap.release(int(size)*int(nodeSize) - t.nodeBytes())
			t.heap.state.answer()
		}
		t.takeNodes(unsafe.Add(old, uintptr(i)*nodeSize), min(stepNodes, oldMask+1-i))
	}
}

// stepNodes is how many nodes a table that grows moves without asking whether it
// is to be stopped.
const stepNodes = 1 << 13

// takeNodes puts the live ones of n nodes into the table, which has none of them.
func (t *Table) takeNodes(nodes unsafe.Pointer, n uint32) {
	for i := uint32(0); i < n; i++ {
		n := (*node)(unsafe.Add(nodes, uintptr(i)*nodeSize))
		if n.empty() || n.val.n == nilBits && !t.lazy() {
			continue
		}
		*t.free(t.hash(n.key)) = *n
		t.used++
	}
}

// dropArray lets go of the array part.
func (t *Table) dropArray() { t.nums, t.ptrs, t.size, t.hint = nil, nil, 0, 0 }

// dropNodes lets go of the nodes.
func (t *Table) dropNodes() { t.nodes, t.mask, t.used = unsafe.Pointer(&noNode), 0, 0 }
