package vm

import (
	"math"
	"unsafe"
)

// This file holds Go values in Lua's hands.

// Userdata is a Go value in Lua's hands.
type Userdata struct {
	Data      any
	Metatable *Table
	// User is the value of debug.setuservalue: nil or a table.
	User  *Table
	id    uint64
	marks marks
	size  uint32 // see SetSize
}

// SetSize says how many bytes Data takes, for the account of the state's memory; who
// takes them asks Thread.Take first.
func (u *Userdata) SetSize(bytes int) { u.size = uint32(min(max(bytes, 0), math.MaxUint32)) }

// Size gives what SetSize was told.
func (u *Userdata) Size() int { return int(u.size) }

// AsUserdata gives the full userdata or nil.
func (v Value) AsUserdata() *Userdata {
	if v.hi() != hiUserdata {
		return nil
	}
	return (*Userdata)(v.p)
}

// UserdataValue wraps a userdata.
func UserdataValue(u *Userdata) Value {
	if u == nil {
		return Nil
	}
	return Value{unsafe.Pointer(u), uint64(hiUserdata) << 32}
}
