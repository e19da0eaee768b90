package vm

import (
	"math"
	"unsafe"
)

// This file looks keys up.

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

func (t *Table) find(key Value, hash uint32) *node {
	if key.n < tagFloor {
		return t.findNumber(key.num())
	}
	if key.hi() == hiString {
		return t.findString(key, hash)
	}
	return t.findIdentity(key, hash)
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
