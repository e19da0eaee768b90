package vm

import "unsafe"

// This file is what a table is made of.

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

// lazy tells whether the table shows what a Template contains; see table_lazy.go.
func (t *Table) lazy() bool { return t.marks&lazy != 0 }

type node struct{ key, val Value }

const nodeSize = unsafe.Sizeof(node{})

// noNode stands for the nodes of a table that has none; it is never written.
var noNode node

// numberKey is the pointer beside a number that is a key, so that the zero
// node is empty and not the key 0.
var numberKey byte

func (t *Table) node(i uint32) *node {
	if checked {
		t.checkNode(i)
	}
	return (*node)(unsafe.Add(t.nodes, uintptr(i)*nodeSize))
}

func (n *node) empty() bool { return n.key.n == 0 && n.key.p == nil }

// Metatable gives the metatable or nil.
func (t *Table) Metatable() *Table { return t.meta }

// dropArray lets go of the array part.
func (t *Table) dropArray() { t.nums, t.ptrs, t.size, t.hint = nil, nil, 0, 0 }

// dropNodes lets go of the nodes.
func (t *Table) dropNodes() { t.nodes, t.mask, t.used = unsafe.Pointer(&noNode), 0, 0 }

// AsTable gives the table or nil.
func (v Value) AsTable() *Table {
	if v.hi() != hiTable {
		return nil
	}
	return (*Table)(v.p)
}

func (v Value) tab() *Table { return (*Table)(v.p) }

// TableValue, FunctionValue, ClosureValue, UserdataValue and ThreadValue wrap
// an object; a nil pointer gives nil.
func TableValue(t *Table) Value {
	if t == nil {
		return Nil
	}
	return Value{unsafe.Pointer(t), uint64(hiTable) << 32}
}
