package vm

import (
	"math"
	"math/bits"
	"unsafe"
)

// This file makes room in tables for more keys.

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
	t.heap.takeFor(TableValue(t), int(size)*int(nodeSize)-t.nodeBytes())
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
		t.heap.takeFor(TableValue(t), t.roomFor(size)-t.roomFor(t.size))
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
