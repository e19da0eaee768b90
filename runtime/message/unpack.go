package message

import (
	"fmt"
	"math"

	"lunarium/runtime/vm"
)

// This file makes values of packed bytes.

// maxUnpackDepth is larger than MaxDepth: other writers have other limits.
const maxUnpackDepth = 128

// Unpack gives the values of a message in skynet's format, with tables made in
// the state. Strings share packed's bytes. The error is a *FormatError.
func Unpack(s *vm.State, packed string) ([]vm.Value, error) {
	r := reader{state: s, in: packed}
	var values []vm.Value
	for r.at < len(r.in) {
		v, ok := r.value(0)
		if !ok {
			return nil, r.err
		}
		values = append(values, v)
	}
	return values, nil
}

type reader struct {
	state *vm.State
	in    string
	at    int
	err   *FormatError
}

func (r *reader) fail(at int, format string, args ...any) bool {
	r.err = &FormatError{at, fmt.Sprintf(format, args...)}
	return false
}

// take gives the next n bytes of the item that began at start.
func (r *reader) take(start, n int) (string, bool) {
	if left := len(r.in) - r.at; n > left {
		return "", r.fail(start, "%d bytes expected, %d are left", n, left)
	}
	r.at += n
	return r.in[r.at-n : r.at], true
}

func (r *reader) value(depth int) (vm.Value, bool) {
	start := r.at
	head, ok := r.take(start, 1)
	if !ok {
		return vm.Nil, false
	}
	kind, cookie := int(head[0]&7), int(head[0]>>3)
	switch kind {
	case kindNil:
		return vm.Nil, true
	case kindBoolean:
		return vm.Bool(cookie != 0), true
	case kindNumber:
		f, ok := r.number(start, cookie)
		return vm.Number(f), ok
	case kindShort:
		s, ok := r.take(start, cookie)
		return vm.String(s), ok
	case kindLong:
		return r.long(start, cookie)
	case kindTable:
		return r.table(start, cookie, depth+1)
	case kindPointer:
		return vm.Nil, r.fail(start, "a pointer of another process")
	}
	return vm.Nil, r.fail(start, "unknown kind %d", kind)
}

func (r *reader) number(start, cookie int) (float64, bool) {
	var n int
	switch cookie {
	case numberZero:
		return 0, true
	case numberByte, numberWord, numberDword:
		n = cookie
	case numberQword, numberDouble:
		n = 8
	default:
		return 0, r.fail(start, "unknown number format %d", cookie)
	}
	s, ok := r.take(start, n)
	if !ok {
		return 0, false
	}
	bits := littleEndian(s)
	switch cookie {
	case numberDword:
		return float64(int32(bits)), true
	case numberQword:
		return float64(int64(bits)), true
	case numberDouble:
		return math.Float64frombits(bits), true
	}
	return float64(bits), true
}

func littleEndian(s string) uint64 {
	var bits uint64
	for i := range len(s) {
		bits |= uint64(s[i]) << (8 * i)
	}
	return bits
}

func (r *reader) long(start, cookie int) (vm.Value, bool) {
	if cookie != longWord && cookie != longDword {
		return vm.Nil, r.fail(start, "unknown string format %d", cookie)
	}
	s, ok := r.take(start, cookie)
	if !ok {
		return vm.Nil, false
	}
	s, ok = r.take(start, int(littleEndian(s)))
	return vm.String(s), ok
}

func (r *reader) table(start, elements, depth int) (vm.Value, bool) {
	if depth > maxUnpackDepth {
		return vm.Nil, r.fail(start, "tables nested more than %d deep", maxUnpackDepth)
	}
	if elements == maxCookie-1 {
		var ok bool
		if elements, ok = r.count(start); !ok {
			return vm.Nil, false
		}
	}
	t := r.state.NewTable(elements, 0)
	for i := 1; i <= elements; i++ {
		v, ok := r.value(depth)
		if !ok {
			return vm.Nil, false
		}
		t.SetInt(i, v)
	}
	return vm.TableValue(t), r.fields(t, depth)
}

// count reads the size of a long array; each element takes a byte at least.
func (r *reader) count(start int) (int, bool) {
	head, ok := r.take(start, 1)
	if !ok {
		return 0, false
	}
	if head[0]&7 != kindNumber || head[0]>>3 == numberDouble {
		return 0, r.fail(start, "the array's size is not an integer")
	}
	f, ok := r.number(start, int(head[0]>>3))
	if !ok {
		return 0, false
	}
	if left := len(r.in) - r.at; f < 0 || f > float64(left) {
		return 0, r.fail(start, "an array of %.0f elements in %d bytes", f, left)
	}
	return int(f), true
}

func (r *reader) fields(t *vm.Table, depth int) bool {
	for {
		start := r.at
		k, ok := r.value(depth)
		if !ok {
			return false
		}
		if k.IsNil() {
			return true
		}
		if f, number := k.AsNumber(); number && f != f {
			return r.fail(start, "a key that is not a number")
		}
		v, ok := r.value(depth)
		if !ok {
			return false
		}
		t.Set(k, v)
	}
}
