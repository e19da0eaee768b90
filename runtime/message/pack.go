package message

import (
	"encoding/binary"
	"math"

	"lunarium/runtime/vm"
)

// This file packs values into bytes.

// An item is one byte, its kind in the low three bits and a cookie in the high
// five, and what the cookie says follows.
const (
	kindNil = iota
	kindBoolean
	kindNumber
	kindPointer
	kindShort
	kindLong
	kindTable
)

// Cookies of numbers: the size of what follows.
const (
	numberZero   = 0
	numberByte   = 1
	numberWord   = 2
	numberDword  = 4
	numberQword  = 6
	numberDouble = 8
)

const (
	maxCookie = 32
	longWord  = 2 // cookies of long strings: the size of the length
	longDword = 4
)

func item(kind, cookie int) byte { return byte(kind | cookie<<3) }

// Pack gives plain data in skynet's format. pairs may be nil. The error is a
// *ValueError, or ErrTooLong.
func Pack(values []vm.Value, pairs Pairs) (string, error) {
	b, err := Append(nil, values, pairs, func(int, int) {})
	return string(b), err
}

// Append is Pack onto the end of b. take is told how many bytes the result holds and how
// many it is about to grow by, and may panic.
func Append(b []byte, values []vm.Value, pairs Pairs, take func(held, bytes int)) ([]byte, error) {
	p := packer{b: b, pairs: pairs, take: take}
	for _, v := range values {
		p.value(v, 0)
	}
	if p.tooLong {
		return nil, ErrTooLong
	}
	if p.failed {
		return nil, explain(values, pairs)
	}
	return p.b, nil
}

type packer struct {
	b       []byte
	pairs   Pairs
	take    func(held, bytes int)
	items   int
	failed  bool
	tooLong bool
}

func (p *packer) value(v vm.Value, depth int) {
	if p.items++; p.failed || p.items > MaxItems {
		p.failed = true
		return
	}
	if !p.room(maxItem) {
		return
	}
	switch v.Type() {
	case vm.TypeNil:
		p.b = append(p.b, item(kindNil, 0))
	case vm.TypeBoolean:
		cookie := 0
		if v.Truth() {
			cookie = 1
		}
		p.b = append(p.b, item(kindBoolean, cookie))
	case vm.TypeNumber:
		f, _ := v.AsNumber()
		p.number(f)
	case vm.TypeString:
		s, _ := v.AsString()
		p.text(s)
	case vm.TypeTable:
		p.table(v.AsTable(), depth+1)
	default:
		p.failed = true
	}
}

// number writes integral numbers as integers, except -0, which would lose its
// sign.
func (p *packer) number(f float64) {
	if f >= math.MinInt64 && f < math.MaxInt64 {
		if i := int64(f); float64(i) == f && (i != 0 || !math.Signbit(f)) {
			p.integer(i)
			return
		}
	}
	p.b = append(p.b, item(kindNumber, numberDouble))
	p.b = binary.LittleEndian.AppendUint64(p.b, math.Float64bits(f))
}

func (p *packer) integer(i int64) {
	switch {
	case i == 0:
		p.b = append(p.b, item(kindNumber, numberZero))
	case i != int64(int32(i)):
		p.b = append(p.b, item(kindNumber, numberQword))
		p.b = binary.LittleEndian.AppendUint64(p.b, uint64(i))
	case i < 0 || i > math.MaxUint16:
		p.b = append(p.b, item(kindNumber, numberDword))
		p.b = binary.LittleEndian.AppendUint32(p.b, uint32(i))
	case i > math.MaxUint8:
		p.b = append(p.b, item(kindNumber, numberWord))
		p.b = binary.LittleEndian.AppendUint16(p.b, uint16(i))
	default:
		p.b = append(p.b, item(kindNumber, numberByte), byte(i))
	}
}

// maxItem is the most bytes that an item takes beside a string's own: those of a table's
// head with its length, and of a number.
const maxItem = 10

// room makes room for n more bytes; false: there is none.
func (p *packer) room(n int) bool {
	need := len(p.b) + n
	if need <= cap(p.b) {
		return true
	}
	if need > vm.MaxString {
		p.failed, p.tooLong = true, true
		return false
	}
	const doubled = 1 << 20 // larger ones grow by a quarter
	size := max(need, cap(p.b)+min(cap(p.b), max(doubled, cap(p.b)/4)))
	p.take(cap(p.b), size-cap(p.b))
	p.b = append(make([]byte, 0, size), p.b...) // no more than that
	return true
}

func (p *packer) text(s string) {
	if !p.room(len(s) + maxItem) {
		return
	}
	switch {
	case len(s) < maxCookie:
		p.b = append(p.b, item(kindShort, len(s)))
	case len(s) <= math.MaxUint16:
		p.b = append(p.b, item(kindLong, longWord))
		p.b = binary.LittleEndian.AppendUint16(p.b, uint16(len(s)))
	default:
		p.b = append(p.b, item(kindLong, longDword))
		p.b = binary.LittleEndian.AppendUint32(p.b, uint32(len(s)))
	}
	p.b = append(p.b, s...)
}

func (p *packer) table(t *vm.Table, depth int) {
	if depth > MaxDepth {
		p.failed = true
		return
	}
	if t.Metatable() != nil && p.pairs != nil {
		if list, has := p.pairs(t); has {
			p.head(0)
			for _, v := range list {
				p.value(v, depth)
			}
			p.end()
			return
		}
	}
	elements := t.Len()
	p.head(elements)
	for i := 1; i <= elements; i++ {
		p.value(t.GetInt(i), depth)
	}
	t.Entries(func(k, v vm.Value) bool {
		if f, ok := k.AsNumber(); ok && f >= 1 && f <= float64(elements) && f == math.Trunc(f) {
			return true
		}
		p.value(k, depth)
		p.value(v, depth)
		return !p.failed
	})
	p.end()
}

// end writes the end of a table.
func (p *packer) end() {
	if p.room(1) {
		p.b = append(p.b, item(kindNil, 0))
	}
}

func (p *packer) head(elements int) {
	if elements < maxCookie-1 {
		p.b = append(p.b, item(kindTable, elements))
		return
	}
	p.b = append(p.b, item(kindTable, maxCookie-1))
	p.integer(int64(elements))
}
