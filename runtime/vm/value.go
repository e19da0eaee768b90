package vm

import (
	"math"
	"unsafe"
)

// This file is the 16 bytes of a Lua value, and its types.

// Value is any Lua value. The zero Value is the number 0, not nil: use Nil.
//
// n is a float64's bits, or, from tagFloor up, a type in its upper half and a
// string's length in its lower half. p points at a string's bytes or at the
// object; beside a number it is meaningless.
type Value struct {
	p unsafe.Pointer
	n uint64
}

// Where the run loop finds a value's word and the upper half of it.
const (
	wordOffset = unsafe.Offsetof(Value{}.n)
	highOffset = wordOffset + 4 // little-endian, see endian.go
)

// A value is 16 bytes, a pointer and a word, on every machine that is supported.
const (
	_ = -(unsafe.Sizeof(Value{}) ^ 16)
	_ = -(wordOffset ^ 8)
)

// Upper halves of Value.n, in type order. nil and false come first and
// adjacent, so that truth is one comparison.
const (
	hiNil      = 0xFFF9_0000
	hiFalse    = 0xFFF9_0001
	hiTrue     = 0xFFF9_0002
	hiLight    = 0xFFF9_0003
	hiString   = 0xFFFA_0000
	hiTable    = 0xFFFB_0000
	hiClosure  = 0xFFFC_0000
	hiGo       = 0xFFFD_0000
	hiUserdata = 0xFFFE_0000
	hiThread   = 0xFFFF_0000

	tagFloor = uint64(hiNil) << 32
)

const (
	nilBits   = uint64(hiNil) << 32
	falseBits = uint64(hiFalse) << 32
	trueBits  = uint64(hiTrue) << 32
)

// MaxString is the length of the longest string, in bytes.
const MaxString = 1<<31 - 1

var (
	Nil   = Value{nil, nilBits}
	False = Value{nil, falseBits}
	True  = Value{nil, trueBits}
)

// Type is a Lua type as type() tells it.
type Type uint8

const (
	TypeNil Type = iota
	TypeBoolean
	TypeLightUserdata
	TypeNumber
	TypeString
	TypeTable
	TypeFunction
	TypeUserdata
	TypeThread
	typeCount
)

var typeNames = [typeCount]string{"nil", "boolean", "userdata", "number", "string", "table", "function", "userdata", "thread"}

// String gives the name that type() returns.
func (t Type) String() string { return typeNames[t] }

var emptyString [1]byte

// Bool gives true or false.
func Bool(b bool) Value {
	if b {
		return True
	}
	return False
}

// Number gives a number; a NaN becomes the canonical one of its sign.
func Number(f float64) Value {
	if f != f {
		return Value{nil, math.Float64bits(f)&(1<<63) | 0x7FF8<<48}
	}
	return Value{nil, math.Float64bits(f)}
}

// Int gives the number i, exact up to 2^53.
func Int(i int) Value { return Value{nil, math.Float64bits(float64(i))} }

// String gives a Lua string that shares s's bytes. It panics with a Lua error
// when s is longer than MaxString.
func String(s string) Value {
	if len(s) > MaxString {
		panic(&Error{Value: String("string length overflow")})
	}
	if len(s) == 0 {
		return Value{unsafe.Pointer(&emptyString), uint64(hiString) << 32}
	}
	return Value{unsafe.Pointer(unsafe.StringData(s)), uint64(hiString)<<32 | uint64(len(s))}
}

// Bytes gives a Lua string that takes over b, which must not change afterwards.
func Bytes(b []byte) Value { return String(unsafe.String(unsafe.SliceData(b), len(b))) }

// Light gives a light userdata: an identity and nothing more.
func Light(p unsafe.Pointer) Value { return Value{p, uint64(hiLight) << 32} }

func (v Value) hi() uint32 { return uint32(v.n >> 32) }

// Type tells v's type.
func (v Value) Type() Type {
	if v.n < tagFloor {
		return TypeNumber
	}
	switch v.hi() {
	case hiNil:
		return TypeNil
	case hiFalse, hiTrue:
		return TypeBoolean
	case hiLight:
		return TypeLightUserdata
	case hiString:
		return TypeString
	case hiTable:
		return TypeTable
	case hiClosure, hiGo:
		return TypeFunction
	case hiUserdata:
		return TypeUserdata
	default:
		return TypeThread
	}
}

func (v Value) IsNil() bool      { return v.n == nilBits }
func (v Value) IsNumber() bool   { return v.n < tagFloor }
func (v Value) IsString() bool   { return v.hi() == hiString }
func (v Value) IsTable() bool    { return v.hi() == hiTable }
func (v Value) IsFunction() bool { return v.hi() == hiClosure || v.hi() == hiGo }

// Truth tells whether a condition holds for v: anything but nil and false.
func (v Value) Truth() bool { return v.hi()-hiNil > 1 }

func falsy(hi uint32) bool { return hi-hiNil <= 1 }

// AsNumber gives the number and true, without converting strings.
func (v Value) AsNumber() (float64, bool) { return math.Float64frombits(v.n), v.n < tagFloor }

// AsString gives the string's bytes and true, without converting numbers.
func (v Value) AsString() (string, bool) {
	if v.hi() != hiString {
		return "", false
	}
	return v.str(), true
}

// Identity tells objects apart; it is only ever compared.
type Identity = unsafe.Pointer

// Identity gives what tells reference values (tables, functions,
// userdata, threads) apart; nil for the others.
func (v Value) Identity() Identity {
	if v.n < tagFloor || v.hi() < hiTable && v.hi() != hiLight {
		return nil
	}
	return v.p
}

func (v Value) num() float64 { return math.Float64frombits(v.n) }
func (v Value) str() string  { return unsafe.String((*byte)(v.p), int(uint32(v.n))) }

// Same tells whether a and b are equal without metamethods (rawequal).
func Same(a, b Value) bool {
	if a.n < tagFloor || b.n < tagFloor {
		return a.n < tagFloor && b.n < tagFloor && a.num() == b.num()
	}
	if a.n != b.n {
		return false
	}
	if a.p == b.p || a.hi() < hiLight {
		return true
	}
	return a.hi() == hiString && a.str() == b.str()
}

// shown gives what the debug library and the debugger see of a slot.
func (v Value) shown() Value {
	if v.n == thenBits {
		return Nil
	}
	return v
}

// thenBits mark a continuation, in a slot that is the machine's alone; nobody is
// shown one, and what is left of one somewhere is nil to those who look.
const thenBits = uint64(hiLight)<<32 | 2

const valueSize = unsafe.Sizeof(Value{})
