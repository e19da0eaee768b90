package vm

import "unsafe"

// Sizes of objects' parts, in bytes, as the account of the heap takes them.

// arrayBytes gives the memory of the array part. Room behind the struct that a
// table has grown out of is not known any more.
func (t *Table) arrayBytes() int {
	if room := t.innerRoom(); room != 0 {
		return int(room) * 16
	}
	return t.roomFor(t.size)
}

// roomFor gives the memory that an array part of size elements takes elsewhere
// than behind the struct.
func (t *Table) roomFor(size uint32) int {
	if t.ptrs != nil { // of a lazy table, whose size is 0, it is something else
		return int(size) * 16
	}
	return int(size) * 8
}

// nodeBytes gives the memory of the nodes.
func (t *Table) nodeBytes() int {
	if t.nodes == unsafe.Pointer(&noNode) {
		return 0
	}
	return int(t.mask+1) * int(nodeSize)
}
