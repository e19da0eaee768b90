package vm

import (
	"math"
	"unsafe"

	"lunarium/runtime/bytecode"
)

// This file stores values in tables.

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
