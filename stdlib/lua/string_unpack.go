package lua

import (
	"math"
	"strings"

	"lunarium/runtime/vm"
)

// This file holds string.unpack.

// stringUnpack is string.pack's inverse (Lua 5.3). Unsigned integers of 8 bytes
// come out as such, not wrapped to negative ones.
func stringUnpack(t *vm.Thread) int {
	f := newPackFormat(t)
	data := t.CheckString(2)
	at := fromEnd(t.OptInt(3, 1), len(data)) - 1
	if at < 0 || at > len(data) {
		t.ArgError(3, "initial position out of string")
	}
	results := 0
	for {
		it, ok := f.next(at)
		if !ok {
			t.Push(vm.Int(at + 1))
			return results + 1
		}
		if it.size+it.padding > len(data)-at {
			t.ArgError(2, "data string too short")
		}
		at += it.padding
		if it.kind == packPadding || it.kind == packAlign {
			at += it.size
			continue
		}
		results++
		if results >= maxResults {
			t.Errorf("stack overflow (too many results)")
		}
		at = f.unpack(data, at, it)
	}
}

// unpack pushes the item at data[at:], whose fixed part is known to be there,
// and gives the offset behind it.
func (f *packFormat) unpack(data string, at int, it item) int {
	t, end := f.t, at+it.size
	switch it.kind {
	case packInt:
		t.Push(vm.Number(float64(int64(f.integer(data[at:end], true)))))
	case packUint:
		t.Push(vm.Number(float64(f.integer(data[at:end], false))))
	case packFloat:
		t.Push(vm.Number(float64(math.Float32frombits(uint32(f.integer(data[at:end], false))))))
	case packDouble:
		t.Push(vm.Number(math.Float64frombits(f.integer(data[at:end], false))))
	case packChars:
		t.Push(substring(data, at, end))
	case packCounted:
		n := f.integer(data[at:end], false)
		if n > uint64(len(data)-end) {
			t.ArgError(2, "data string too short")
		}
		t.Push(substring(data, end, end+int(n)))
		end += int(n)
	case packZero:
		n := strings.IndexByte(data[at:], 0)
		if n < 0 {
			t.ArgError(2, "unfinished string for format 'z'")
		}
		t.Push(substring(data, at, at+n))
		end = at + n + 1
	}
	return end
}

// integer reads b in the format's order, sign-extended to 64 bits when signed.
func (f *packFormat) integer(b string, signed bool) uint64 {
	low := func(i int) byte {
		if f.big {
			i = len(b) - 1 - i
		}
		return b[i]
	}
	n := uint64(0)
	for i := min(len(b), 8) - 1; i >= 0; i-- {
		n = n<<8 | uint64(low(i))
	}
	if len(b) < 8 {
		if shift := 64 - 8*len(b); signed {
			n = uint64(int64(n<<shift) >> shift)
		}
		return n
	}
	fill := byte(0)
	if signed && int64(n) < 0 {
		fill = 0xFF
	}
	for i := 8; i < len(b); i++ {
		if low(i) != fill {
			f.t.Errorf("%d-byte integer does not fit into Lua Integer", len(b))
		}
	}
	return n
}
