package vm

import "fmt"

// This file shows the sequence numbers of objects as programs see them.

// Address gives an object's sequence number the way %p prints a pointer; for a
// value that is not an object, "(null)".
func Address(v Value) string {
	var id uint64
	switch v.hi() {
	case hiTable:
		id = v.tab().id()
	case hiClosure:
		id = v.AsClosure().id & idBits
	case hiGo:
		id = v.AsGo().id & idBits
	case hiUserdata:
		id = v.AsUserdata().id
	case hiThread:
		id = v.AsThread().id
	case hiLight:
		id = uint64(uintptr(v.p))
	default:
		return "(null)"
	}
	return AddressOf(id)
}

// AddressOf is Address of the object with a sequence number.
func AddressOf(sequence uint64) string { return fmt.Sprintf("0x%08x", sequence*16) }

// Sequence gives an object's sequence number in its state, which no other object of it has
// or will have; 0 for what is no object of one state.
func (v Value) Sequence() uint64 {
	if v.n < tagFloor {
		return 0
	}
	switch v.hi() {
	case hiTable:
		return v.tab().id()
	case hiClosure:
		return (*Closure)(v.p).id & idBits
	case hiGo:
		if g := (*GoFunction)(v.p); !g.shared() {
			return g.id & idBits
		}
	case hiUserdata:
		return v.AsUserdata().id
	case hiThread:
		return v.AsThread().id
	}
	return 0
}
