package vm

import (
	"math"
	"math/bits"
	"unsafe"

	"lunarium/runtime/bytecode"
)

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
		t.heap.take(int(t.size) * 8)
		t.ptrs = unsafe.Pointer(unsafe.SliceData(make([]unsafe.Pointer, t.size)))
	}
}

// Len gives a border, as the # operator does without metamethods: the array
// part's size if its last element is there, otherwise one inside it, the closest
// to where one was the last time.
func (t *Table) Len() int {
	if t.size != 0 && *t.num(t.size - 1) == nilBits {
		i := t.hint
		for *t.num(i) != nilBits {
			i++
		}
		for i > 0 && *t.num(i - 1) == nilBits {
			i--
		}
		t.hint = i
		return int(i)
	}
	if t.used == 0 {
		return int(t.size)
	}
	return t.borderInNodes()
}

// borderInNodes gives a border from the array part's size on (unbound_search).
func (t *Table) borderInNodes() int {
	present := func(i int) bool {
		n := t.findNumber(float64(i))
		return n != nil && n.val.n != nilBits
	}
	low, high := int(t.size), int(t.size)+1
	for present(high) {
		low, high = high, high*2
	}
	for high-low > 1 {
		if middle := (low + high) / 2; present(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// growArray enlarges the array part, into which keys move from the nodes; it
// gives their number.
//
//go:noinline
func (t *Table) growArray(size uint32) (moved uint32) {
	if t.lazy() {
		t.fill()
	}
	if old := t.size; old > 0 && *t.num(old - 1) != nilBits {
		t.hint = old
	}
	if size > t.innerRoom() {
		t.heap.take(t.roomFor(size) - t.roomFor(t.size))
		t.moveArray(size)
	}
	t.size = size
	for i := uint32(0); t.used != 0 && i <= t.mask; i++ {
		n := t.node(i)
		if index, ok := n.key.index(); ok && index < size && n.val.n != nilBits {
			t.setElement(index, n.val)
			n.val = Nil
			moved++
		}
	}
	return moved
}

// moveArray gives the array part other memory, for size elements.
func (t *Table) moveArray(size uint32) {
	nums := make([]uint64, size)
	copyElements(t.heap, nums, unsafe.Slice((*uint64)(t.nums), t.size))
	for i := t.size; i < size; i++ {
		nums[i] = nilBits
	}
	var ptrs []unsafe.Pointer
	if t.ptrs != nil {
		ptrs = make([]unsafe.Pointer, size)
		copyElements(t.heap, ptrs, unsafe.Slice((*unsafe.Pointer)(t.ptrs), t.size))
		t.ptrs = unsafe.Pointer(unsafe.SliceData(ptrs))
	}
	t.nums = unsafe.Pointer(unsafe.SliceData(nums))
}

// copyElements copies part of an array; a kill ends it.
func copyElements[T any](h *heap, to, from []T) {
	const step = 1 << 20
	for len(from) > step {
		copy(to, from[:step])
		to, from = to[step:], from[step:]
		if h.killed() {
			h.state.answer()
		}
	}
	copy(to, from)
}

// shrinkArray makes the array part smaller; elements move into the nodes, which
// get room for them and for count keys.
func (t *Table) shrinkArray(size, count uint32) {
	old := *t
	for i := size; i < old.size; i++ {
		if *old.num(i) != nilBits {
			count++
		}
	}
	t.resizeNodes(count)
	for i := size; i < old.size; i++ {
		if *old.num(i) != nilBits {
			bits := math.Float64bits(float64(i + 1))
			*t.free(t.hashNumber(float64(i + 1))) = node{Value{unsafe.Pointer(&numberKey), bits}, old.element(i)}
			t.used++
		}
	}
	t.heap.release(t.roomFor(t.size) - t.roomFor(size))
	nums := append([]uint64(nil), unsafe.Slice((*uint64)(t.nums), size)...)
	t.nums = unsafe.Pointer(unsafe.SliceData(nums))
	if t.ptrs != nil {
		ptrs := append([]unsafe.Pointer(nil), unsafe.Slice((*unsafe.Pointer)(t.ptrs), size)...)
		t.ptrs = unsafe.Pointer(unsafe.SliceData(ptrs))
	}
	t.size, t.hint = size, 0
}

// setSequence stores the n values at an address behind element first. Only
// hostile bytecode leaves elements out before them.
func (t *Table) setSequence(first, n int, values uintptr) {
	if first > int(t.size)+bytecode.FieldsPerFlush {
		for j := 0; j < n; j++ {
			t.SetInt(first+j+1, *at(values + uintptr(j)*valueSize))
		}
		return
	}
	if need := first + n; need > int(t.size) {
		t.growArray(uint32(need))
	}
	for j := 0; j < n; j++ {
		t.setElement(uint32(first+j), *at(values + uintptr(j)*valueSize))
	}
	if n > 0 {
		t.hint = min(uint32(first+n), t.size-1) // {1, nil, 3} has three elements
	}
}

// census counts a table's keys, to find out how large its array part should be.
type census struct {
	slices   [maxIndexBits + 1]uint32 // slices[i]: keys k with 2^(i-1) < k <= 2^i
	elements uint32                   // in the array part
	nodes    uint32
}

func (c *census) add(i uint32) { c.slices[bits.Len32(i)]++ }

func (c *census) countArray(t *Table) {
	i := uint32(0)
	for slice := range c.slices {
		count := uint32(0)
		for end := min(t.size, 1<<slice); i < end; i++ {
			if *t.num(i) != nilBits {
				count++
			}
		}
		c.slices[slice] += count
		c.elements += count
		if i == t.size {
			return
		}
	}
}

func (c *census) countNodes(t *Table) {
	for i := uint32(0); t.used != 0 && i <= t.mask; i++ {
		n := t.node(i)
		if n.empty() {
			continue
		}
		if n.val.n != nilBits {
			c.nodes++
		}
		// A key that is cleared just now may well come back.
		if index, ok := n.key.index(); ok {
			c.add(index)
		}
	}
}

// arraySize gives the size that the array part should have: the largest power of
// two of which more than half is in use (luaH_resize). One that is there shrinks
// only when three quarters of it are empty.
func (c *census) arraySize(size uint32) uint32 {
	best, sum := uint32(0), uint32(0)
	for i, count := range c.slices {
		if sum += count; count != 0 && sum > 1<<i/2 {
			best = 1 << i
		}
	}
	if best > size {
		return max(best, minArray)
	}
	if c.elements < size/4 {
		return best
	}
	return size
}
