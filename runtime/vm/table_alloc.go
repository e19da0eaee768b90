package vm

import "unsafe"

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

// newTableSized makes a table with room for elements and fields.
func newTableSized(h *heap, id uint64, elements, fields int) *Table {
	var t *Table
	switch {
	case elements == 0 && fields == 0:
		return newTable(h, id)
	case elements == 0 && fields == 1:
		w := new(tableWith1)
		t = &w.Table
		t.nodes = unsafe.Pointer(&w.nodes)
	case elements == 0 && fields == 2:
		w := new(tableWith2)
		t = &w.Table
		t.nodes, t.mask = unsafe.Pointer(&w.nodes), 1
	case elements == 0 && fields <= 4:
		w := new(tableWith4)
		t = &w.Table
		t.nodes, t.mask = unsafe.Pointer(&w.nodes), 3
	case elements <= 2 && fields == 0:
		w := new(tableOf2)
		w.nums = [2]uint64{nilBits, nilBits}
		t = &w.Table
		t.nodes = unsafe.Pointer(&noNode)
		t.nums, t.size = unsafe.Pointer(&w.nums), uint32(elements)
	case elements <= 4 && fields == 0:
		w := new(tableOf4)
		w.nums = [4]uint64{nilBits, nilBits, nilBits, nilBits}
		t = &w.Table
		t.nodes = unsafe.Pointer(&noNode)
		t.nums, t.size = unsafe.Pointer(&w.nums), uint32(elements)
	default:
		t = newTable(h, id)
		if elements > 0 {
			t.growArray(uint32(elements))
		}
		if fields > 0 {
			t.resizeNodes(uint32(fields))
		}
		return t
	}
	t.heap = h
	t.setID(id)
	h.take(t.arrayBytes() + t.nodeBytes())
	return t
}

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
