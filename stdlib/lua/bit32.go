package lua

import (
	"math"
	"math/bits"

	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds the library bit32.

// bit32Functions are the functions of the library bit32.
var bit32Functions = kit.Library{Name: "bit32", Functions: []kit.Function{
	kit.Fn("arshift", "x, n", kit.None, "shifts right, and keeps the sign",
		bitArshift),
	kit.Fn("band", "...", kit.None, "gives the bits that all have",
		bitBand),
	kit.Fn("bnot", "x", kit.None, "turns all bits round",
		bitBnot),
	kit.Fn("bor", "...", kit.None, "gives the bits that any has",
		bitBor),
	kit.Fn("btest", "...", kit.None, "tells whether there is a bit that all have",
		bitBtest),
	kit.Fn("bxor", "...", kit.None, "gives the bits that an odd number of them has",
		bitBxor),
	kit.Fn("extract", "x, field [, width]", kit.None, "gives some bits as a number",
		bitExtract),
	kit.Fn("lrotate", "x, n", kit.None, "turns 32 bits left",
		bitLrotate),
	kit.Fn("lshift", "x, n", kit.None, "shifts left",
		bitLshift),
	kit.Fn("replace", "x, value, field [, width]", kit.None, "sets some bits to a number",
		bitReplace),
	kit.Fn("rrotate", "x, n", kit.None, "turns 32 bits right",
		bitRrotate),
	kit.Fn("rshift", "x, n", kit.None, "shifts right",
		bitRshift),
}}

// bit32Template is the bit32 library (manual section 6.7).
var bit32Template = vm.NewTemplate("bit32", bit32Functions.Bound())

// checkBits takes argument i modulo 2^32, rounded to the nearest integer.
func checkBits(t *vm.Thread, i int) uint32 {
	f := t.CheckNumber(i)
	if f >= 0 && f <= math.MaxUint32 && f == math.Trunc(f) {
		return uint32(f)
	}
	return uint32(math.Float64bits(f + rounds))
}

// rounds moves a number's integer part to the low bits of the word, as the
// reference does (LUA_IEEE754TRICK). Beyond 2^51 what is there is no number of
// anyone's, but the same.
const rounds = 6755399441055744.0

func returnBits(t *vm.Thread, u uint32) int { return t.Return(vm.Number(float64(u))) }

func andAll(t *vm.Thread) uint32 {
	u := uint32(math.MaxUint32)
	for i, n := 1, t.NArgs(); i <= n; i++ {
		u &= checkBits(t, i)
	}
	return u
}

func bitBand(t *vm.Thread) int  { return returnBits(t, andAll(t)) }
func bitBtest(t *vm.Thread) int { return t.Return(vm.Bool(andAll(t) != 0)) }
func bitBnot(t *vm.Thread) int  { return returnBits(t, ^checkBits(t, 1)) }

func bitBor(t *vm.Thread) int {
	u := uint32(0)
	for i, n := 1, t.NArgs(); i <= n; i++ {
		u |= checkBits(t, i)
	}
	return returnBits(t, u)
}

func bitBxor(t *vm.Thread) int {
	u := uint32(0)
	for i, n := 1, t.NArgs(); i <= n; i++ {
		u ^= checkBits(t, i)
	}
	return returnBits(t, u)
}

// shift moves u by n bits to the left, or to the right for a negative n.
func shift(u uint32, n int) uint32 {
	switch {
	case n <= -32 || n >= 32:
		return 0
	case n < 0:
		return u >> -n
	}
	return u << n
}

// shiftArgs takes the arguments of a shift, the second first, as the reference does.
func shiftArgs(t *vm.Thread) (u uint32, n int) {
	n = t.CheckInt32(2)
	return checkBits(t, 1), n
}

func bitLshift(t *vm.Thread) int {
	u, n := shiftArgs(t)
	return returnBits(t, shift(u, n))
}

func bitRshift(t *vm.Thread) int {
	u, n := shiftArgs(t)
	return returnBits(t, shift(u, -n))
}

func bitArshift(t *vm.Thread) int {
	u, n := checkBits(t, 1), t.CheckInt32(2)
	if n < 0 {
		return returnBits(t, shift(u, -n))
	}
	return returnBits(t, uint32(int32(u)>>min(n, 31)))
}

func bitLrotate(t *vm.Thread) int {
	u, n := shiftArgs(t)
	return returnBits(t, bits.RotateLeft32(u, n&31))
}

func bitRrotate(t *vm.Thread) int {
	u, n := shiftArgs(t)
	return returnBits(t, bits.RotateLeft32(u, -(n&31)))
}

// bitField takes the arguments from i on as a field's position and width.
func bitField(t *vm.Thread, i int) (position int, mask uint32) {
	position = t.CheckInt32(i)
	width := t.OptInt32(i+1, 1)
	if position < 0 {
		t.ArgError(i, "field cannot be negative")
	}
	if width <= 0 {
		t.ArgError(i+1, "width must be positive")
	}
	if position > 32 || width > 32 || position+width > 32 {
		t.Errorf("trying to access non-existent bits")
	}
	return position, math.MaxUint32 >> (32 - width)
}

func bitExtract(t *vm.Thread) int {
	u := checkBits(t, 1)
	position, mask := bitField(t, 2)
	return returnBits(t, u>>position&mask)
}

func bitReplace(t *vm.Thread) int {
	u, v := checkBits(t, 1), checkBits(t, 2)
	position, mask := bitField(t, 3)
	return returnBits(t, u&^(mask<<position)|v&mask<<position)
}
