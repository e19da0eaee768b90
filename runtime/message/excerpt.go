package message

import (
	"encoding/binary"
	"math"

	"lunarium/runtime/vm"
)

// This file keeps the beginning of what a message carries, in a room of bytes that is
// there already.

// An excerpt has the items of Pack, and marks where something was left out: an item of
// the kind that other processes' pointers would have.
const (
	cutRest   = 0 // of the values, of a table's: it ends here
	cutString = 1 // its length in four bytes, and a short item with how it begins
	cutOther  = 2 // a value that is no plain data
)

// excerptString is how much is kept of a string for which there is not enough room.
const excerptString = maxCookie - 1

// Excerpt writes as much as fits of the values into room, the first ones first, and
// tells how many bytes that took and whether it is all. It keeps nothing of the values,
// takes a bounded time whatever they are, and allocates nothing.
func Excerpt(room []byte, values []vm.Value) (n int, whole bool) {
	e := excerpter{room: room, whole: true}
	for _, v := range values {
		if !e.value(v, 1) {
			e.put(item(kindPointer, cutRest))
			break
		}
	}
	return e.n, e.whole
}

// excerpter writes an excerpt. Each table that is open, and the list of values, has a byte
// in reserve in which its end or its cut is noted.
type excerpter struct {
	room  []byte
	n     int
	whole bool
}

// fits tells whether there is room for some bytes at a depth; false is a cut.
func (e *excerpter) fits(bytes, depth int) bool {
	if e.n+bytes+depth <= len(e.room) {
		return true
	}
	e.whole = false
	return false
}

func (e *excerpter) put(b byte) {
	if e.n < len(e.room) {
		e.room[e.n] = b
		e.n++
	}
}

// value writes a value that stands at a depth; false: it does not fit.
func (e *excerpter) value(v vm.Value, depth int) bool {
	switch v.Type() {
	case vm.TypeNumber:
		f, _ := v.AsNumber()
		return e.number(f, depth)
	case vm.TypeString:
		s, _ := v.AsString()
		return e.text(s, depth)
	case vm.TypeTable:
		return e.table(v.AsTable(), depth+1)
	}
	if !e.fits(1, depth) {
		return false
	}
	switch v.Type() {
	case vm.TypeNil:
		e.put(item(kindNil, 0))
	case vm.TypeBoolean:
		cookie := 0
		if v.Truth() {
			cookie = 1
		}
		e.put(item(kindBoolean, cookie))
	default:
		e.whole = false
		e.put(item(kindPointer, cutOther))
	}
	return true
}

func (e *excerpter) number(f float64, depth int) bool {
	if !e.fits(maxItem, depth) {
		return false
	}
	to := e.room[e.n : e.n+maxItem]
	if i := int32(f); float64(i) == f && (i != 0 || !math.Signbit(f)) {
		to[0] = item(kindNumber, numberDword)
		binary.LittleEndian.PutUint32(to[1:], uint32(i))
		e.n += 5
		return true
	}
	to[0] = item(kindNumber, numberDouble)
	binary.LittleEndian.PutUint64(to[1:], math.Float64bits(f))
	e.n += 9
	return true
}

// text writes a string, or how it begins.
func (e *excerpter) text(s string, depth int) bool {
	switch {
	case len(s) < maxCookie && e.n+1+len(s)+depth <= len(e.room):
		e.room[e.n] = item(kindShort, len(s))
		e.n += 1 + copy(e.room[e.n+1:], s)
		return true
	case len(s) <= math.MaxUint16 && e.n+3+len(s)+depth <= len(e.room):
		e.room[e.n] = item(kindLong, longWord)
		binary.LittleEndian.PutUint16(e.room[e.n+1:], uint16(len(s)))
		e.n += 3 + copy(e.room[e.n+3:], s)
		return true
	}
	return e.beginning(s, depth)
}

// beginning writes how a string begins for which there is not enough room.
func (e *excerpter) beginning(s string, depth int) bool {
	const head = 6
	e.whole = false
	kept := min(len(s), excerptString, len(e.room)-e.n-head-depth)
	if kept < 0 {
		return false
	}
	e.put(item(kindPointer, cutString))
	binary.LittleEndian.PutUint32(e.room[e.n:], uint32(len(s)))
	e.n += 4
	e.put(item(kindShort, kept))
	e.n += copy(e.room[e.n:], s[:kept])
	return true
}

// table writes a table whose entries stand at a depth, or those of them that fit.
func (e *excerpter) table(t *vm.Table, depth int) bool {
	elements := t.Len()
	if !e.fits(2*maxItem, depth) {
		return false
	}
	if elements < maxCookie-1 {
		e.put(item(kindTable, elements))
	} else {
		e.put(item(kindTable, maxCookie-1))
		e.number(float64(elements), depth)
	}
	for i := 1; i <= elements; i++ {
		if !e.value(t.GetInt(i), depth) {
			e.put(item(kindPointer, cutRest))
			return true
		}
	}
	end := item(kindNil, 0)
	t.Entries(func(k, v vm.Value) bool {
		if f, ok := k.AsNumber(); ok && f >= 1 && f <= float64(elements) && f == math.Trunc(f) {
			return true
		}
		before := e.n
		if e.value(k, depth) && e.value(v, depth) {
			return true
		}
		e.n, end = before, item(kindPointer, cutRest)
		return false
	})
	e.put(end)
	return true
}
