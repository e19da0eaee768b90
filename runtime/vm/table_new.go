package vm

import "unsafe"

// This file makes tables.

func newTable(h *heap, id uint64) *Table {
	return &Table{nodes: unsafe.Pointer(&noNode), heap: h, idLow: uint32(id), idHigh: uint16(id >> 32)}
}

// newTableSized makes a table with room for elements and fields.
func newTableSized(h *heap, id uint64, elements, fields int) *Table {
	var t *Table
	switch {
	case elements == 0 && fields == 0:
		t = newTable(h, id)
		if h.sampling != nil {
			h.sample(0, TableValue(t))
		}
		return t
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
	h.takeFor(TableValue(t), t.arrayBytes()+t.nodeBytes())
	return t
}
