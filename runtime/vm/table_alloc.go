package vm

import "unsafe"

// This file knows the memory of tables.

// Small tables whose size a constructor foretells have their elements or nodes
// behind the struct, in the same allocation. The combinations fill Go's size
// classes; room that a growing table leaves there is lost until the table goes.

type (
	tableOf2 struct {
		Table
		nums [2]uint64
		ptrs [2]unsafe.Pointer
	}
	tableOf4 struct {
		Table
		nums [4]uint64
		ptrs [4]unsafe.Pointer
	}
	tableWith1 struct {
		Table
		nodes [1]node
	}
	tableWith2 struct {
		Table
		nodes [2]node
	}
	tableWith4 struct {
		Table
		nodes [4]node
	}
)

// innerRoom gives the number of elements for which there is room behind the
// struct; 0 when the elements stand elsewhere.
func (t *Table) innerRoom() uint32 {
	if uintptr(t.nums) != uintptr(unsafe.Pointer(t))+unsafe.Sizeof(Table{}) {
		return 0
	}
	return (t.size + 1) &^ 1
}

// innerPointers gives the place for pointers behind the struct, or nil.
func (t *Table) innerPointers() unsafe.Pointer {
	switch t.innerRoom() {
	case 2:
		return unsafe.Pointer(&(*tableOf2)(unsafe.Pointer(t)).ptrs)
	case 4:
		return unsafe.Pointer(&(*tableOf4)(unsafe.Pointer(t)).ptrs)
	}
	return nil
}

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
