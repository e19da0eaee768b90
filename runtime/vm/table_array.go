package vm

import "unsafe"

// This file holds the elements of tables' array parts.

// The array part of tables.

const (
	// maxIndexBits bounds the array part: larger keys are in the nodes.
	maxIndexBits = 30
	// minArray is the least that an array part grows to.
	minArray = 4
)

func (t *Table) num(i uint32) *uint64 {
	if checked {
		t.checkElement(i)
	}
	return (*uint64)(unsafe.Add(t.nums, uintptr(i)*8))
}

func (t *Table) ptr(i uint32) *unsafe.Pointer {
	if checked {
		t.checkElement(i)
	}
	return (*unsafe.Pointer)(unsafe.Add(t.ptrs, uintptr(i)*8))
}

// index gives the place, counted from 0, that a key would have in an array part.
func (v Value) index() (i uint32, ok bool) {
	f := v.num()
	if v.n >= tagFloor || !(f >= 1 && f <= 1<<maxIndexBits) {
		return 0, false
	}
	i = uint32(int64(f))
	return i - 1, float64(i) == f
}

// element gives array element i, counted from 0, i < size.
func (t *Table) element(i uint32) Value {
	v := Value{nil, *t.num(i)}
	if t.ptrs != nil {
		v.p = *t.ptr(i)
	}
	return v
}

func (t *Table) setElement(i uint32, v Value) {
	if v.n < tagFloor || v.hi() < hiLight {
		v.p = nil
	} else if t.ptrs == nil {
		t.makePointers()
	}
	*t.num(i) = v.n
	if t.ptrs != nil {
		*t.ptr(i) = v.p
	}
}

//go:noinline
func (t *Table) makePointers() {
	if t.ptrs = t.innerPointers(); t.ptrs == nil {
		t.heap.takeFor(TableValue(t), int(t.size)*8)
		t.ptrs = unsafe.Pointer(unsafe.SliceData(make([]unsafe.Pointer, t.size)))
	}
}
