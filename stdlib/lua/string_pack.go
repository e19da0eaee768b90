package lua

import (
	"encoding/binary"
	"math"
	"strings"

	"lunarium/runtime/vm"
)

// This file holds the formats of string.pack and string.unpack, and pack.

// packKind is what an option of a pack format does.
type packKind uint8

const (
	packUnknown packKind = iota
	packInt
	packUint
	packFloat
	packDouble
	packChars   // c: a string of fixed size
	packCounted // s: a string behind its length
	packZero    // z: a string before a zero byte
	packPadding // x
	packAlign   // X
	packLittle
	packBig
	packMaxAlign
	packSpace
)

// packOption is an option's kind and size in bytes. sized means that a number
// from 1 to maxIntSize may follow and replace the size.
type packOption struct {
	kind  packKind
	size  int
	sized bool
}

var packOptions = [256]packOption{
	'b': {packInt, 1, false}, 'B': {packUint, 1, false},
	'h': {packInt, 2, false}, 'H': {packUint, 2, false},
	'i': {packInt, 4, true}, 'I': {packUint, 4, true},
	'l': {packInt, 8, false}, 'L': {packUint, 8, false},
	'j': {packInt, 8, false}, 'J': {packUint, 8, false}, 'T': {packUint, 8, false},
	'f': {packFloat, 4, false}, 'd': {packDouble, 8, false}, 'n': {packDouble, 8, false},
	'c': {packChars, 0, false}, 's': {packCounted, 8, true}, 'z': {packZero, 0, false},
	'x': {packPadding, 1, false}, 'X': {packAlign, 0, false},
	'<': {packLittle, 0, false}, '=': {packLittle, 0, false}, '>': {packBig, 0, false},
	'!': {packMaxAlign, 8, true}, ' ': {packSpace, 0, false},
}

// maxIntSize is the size of the largest integer a format may ask for.
const maxIntSize = 16

// packFormat reads a pack format. The native byte order is little-endian and
// the native alignment 8, on every machine.
type packFormat struct {
	t        *vm.Thread
	rest     string
	big      bool
	maxAlign int
}

// item is one thing to pack or unpack, after padding zero bytes.
type item struct {
	kind    packKind
	size    int
	padding int
}

func newPackFormat(t *vm.Thread) *packFormat {
	return &packFormat{t: t, rest: t.CheckString(1), maxAlign: 1}
}

// option reads one option with its size.
func (f *packFormat) option() packOption {
	letter := f.rest[0]
	f.rest = f.rest[1:]
	o := packOptions[letter]
	switch {
	case o.kind == packUnknown:
		f.t.Errorf("invalid format option '%s'", []byte{letter})
	case o.sized:
		if n, ok := f.number(); ok {
			o.size = n
		}
		if o.size < 1 || o.size > maxIntSize {
			f.t.Errorf("integral size (%d) out of limits [1,%d]", o.size, maxIntSize)
		}
	case o.kind == packChars:
		n, ok := f.number()
		if !ok {
			f.t.Errorf("missing size for format option 'c'")
		}
		o.size = n
	}
	return o
}

func (f *packFormat) number() (n int, ok bool) {
	for f.rest != "" && f.rest[0]-'0' <= 9 && n <= (vm.MaxString-9)/10 {
		n = n*10 + int(f.rest[0]-'0')
		f.rest, ok = f.rest[1:], true
	}
	return n, ok
}

// next reads on to the next item, which is to start at or after the offset at.
func (f *packFormat) next(at int) (item, bool) {
	for f.rest != "" {
		f.t.Poll()
		o := f.option()
		switch o.kind {
		case packLittle, packBig:
			f.big = o.kind == packBig
		case packMaxAlign:
			f.maxAlign = o.size
		case packSpace:
		case packAlign:
			following := packOption{}
			if f.rest != "" {
				following = f.option()
			}
			if following.kind == packChars || following.align() == 0 {
				f.t.ArgError(1, "invalid next option for option 'X'")
			}
			return item{packAlign, 0, f.padding(following.align(), at)}, true
		default:
			return item{o.kind, o.size, f.padding(o.align(), at)}, true
		}
	}
	return item{}, false
}

// align is the option's own alignment; 0 when it has none.
func (o packOption) align() int {
	switch o.kind {
	case packInt, packUint, packFloat, packDouble, packCounted, packPadding:
		return o.size
	}
	return 0
}

func (f *packFormat) padding(align, at int) int {
	align = min(align, f.maxAlign)
	if align <= 1 {
		return 0
	}
	if align&(align-1) != 0 {
		f.t.ArgError(1, "format asks for alignment not power of 2")
	}
	return -at & (align - 1)
}

// stringPackSize gives the size of what string.pack makes of a format.
func stringPackSize(t *vm.Thread) int {
	f := newPackFormat(t)
	total := 0
	for {
		it, ok := f.next(total)
		if !ok {
			return t.Return(vm.Int(total))
		}
		if it.kind == packCounted || it.kind == packZero {
			t.ArgError(1, "variable-length format")
		}
		if it.size+it.padding > vm.MaxString-total {
			t.ArgError(1, "format result too large")
		}
		total += it.size + it.padding
	}
}

// stringPack follows Lua 5.3. Numbers are floats here, so that an integer
// beyond 2^53 is as exact as a float is.
func stringPack(t *vm.Thread) int {
	f := newPackFormat(t)
	var out []byte
	arg := 1
	for {
		it, ok := f.next(len(out))
		if !ok {
			return t.Return(vm.Bytes(out))
		}
		if it.size+it.padding > vm.MaxString-len(out) {
			t.ArgError(arg, "result too long")
		}
		out = appendRepeated(reserve(t, out, it.size+it.padding+1), 0, it.padding)
		switch it.kind {
		case packPadding:
			out = append(out, 0)
		case packAlign:
		default:
			arg++
			out = f.pack(out, it, arg)
		}
	}
}

// pack appends argument arg.
func (f *packFormat) pack(out []byte, it item, arg int) []byte {
	t := f.t
	switch it.kind {
	case packInt, packUint:
		return f.packInteger(out, it, arg)
	case packFloat:
		return f.order().AppendUint32(out, math.Float32bits(float32(t.CheckNumber(arg))))
	case packDouble:
		return f.order().AppendUint64(out, math.Float64bits(t.CheckNumber(arg)))
	}
	s := t.CheckString(arg)
	if len(s)+it.size+1 > vm.MaxString-len(out) {
		t.ArgError(arg, "result too long")
	}
	out = reserve(t, out, len(s)+it.size+1)
	switch it.kind {
	case packChars:
		if len(s) > it.size {
			t.ArgError(arg, "string longer than given size")
		}
		return appendRepeated(append(out, s...), 0, it.size-len(s))
	case packCounted:
		if it.size < 8 && len(s)>>(8*it.size) != 0 {
			t.ArgError(arg, "string length does not fit in given size")
		}
		return append(f.appendInteger(out, uint64(len(s)), it.size, 0), s...)
	default:
		if strings.IndexByte(s, 0) >= 0 {
			t.ArgError(arg, "string contains zeros")
		}
		return append(append(out, s...), 0)
	}
}

type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

func (f *packFormat) order() byteOrder {
	if f.big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

func (f *packFormat) packInteger(out []byte, it item, arg int) []byte {
	n := f.t.CheckNumber(arg)
	bound := float64(1 << 63)
	if it.kind == packUint {
		bound *= 2
	}
	if n != math.Trunc(n) || !(n >= -1<<63 && n < bound) {
		f.t.ArgError(arg, "number has no integer representation")
	}
	if it.size < 8 {
		limit := math.Ldexp(1, 8*it.size)
		if it.kind == packInt && !(n >= -limit/2 && n < limit/2) {
			f.t.ArgError(arg, "integer overflow")
		}
		if it.kind == packUint && !(n >= 0 && n < limit) {
			f.t.ArgError(arg, "unsigned overflow")
		}
	}
	if n >= 0 {
		return f.appendInteger(out, uint64(n), it.size, 0)
	}
	fill := byte(0)
	if it.kind == packInt {
		fill = 0xFF
	}
	return f.appendInteger(out, uint64(int64(n)), it.size, fill)
}

// appendInteger appends the low size bytes of n, those beyond 8 as fill.
func (f *packFormat) appendInteger(out []byte, n uint64, size int, fill byte) []byte {
	first := len(out)
	out = appendRepeated(out, fill, size)
	for i := range min(size, 8) {
		place := first + i
		if f.big {
			place = first + size - 1 - i
		}
		out[place] = byte(n >> (8 * i))
	}
	return out
}
