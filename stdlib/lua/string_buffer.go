package lua

import (
	"slices"
	"strings"

	"lunarium/runtime/vm"
)

// This file holds how functions build strings, and the parts of strings.

// reserve makes room for n more bytes in the string that a function builds. The
// state's memory limit is asked before they are taken, and no string becomes
// longer than one may be.
func reserve(t *vm.Thread, b []byte, n int) []byte {
	if cap(b)-len(b) >= n {
		return b
	}
	need := len(b) + n
	if need > vm.MaxString {
		t.Errorf("resulting string too large")
	}
	const doubled = 1 << 20 // larger ones grow by a quarter
	size := max(need, cap(b)+min(cap(b), max(doubled, cap(b)/4)))
	t.TakeMore(cap(b), size-cap(b))
	return slices.Grow(b, size-len(b))
}

// put appends a string to one that a function builds.
func put(t *vm.Thread, b []byte, s string) []byte { return append(reserve(t, b, len(s)), s...) }

// pollBytes is how many bytes are worked on between two polls.
const pollBytes = 1 << 20

// fromEnd makes a position that may count from the end, as Lua's do, one that
// counts from the start; 0 for one before the start.
func fromEnd(position, length int) int {
	switch {
	case position >= 0:
		return position
	case -position > length || -position < 0:
		return 0
	default:
		return length + position + 1
	}
}

// pieces gives the bounds of a string's pieces, one after the other, and polls
// between them.
func pieces(t *vm.Thread, length int) func(yield func(from, to int) bool) {
	return func(yield func(from, to int) bool) {
		for from := 0; from < length; from += pollBytes {
			if from > 0 {
				t.Poll()
			}
			if !yield(from, min(from+pollBytes, length)) {
				return
			}
		}
	}
}

// substring gives source[start:end] as a value.
func substring(source string, start, end int) vm.Value {
	piece := source[start:end]
	if len(piece) == 1 {
		return byteString(piece[0])
	}
	if len(source) <= sharedSource || len(piece) >= sharedPiece && 2*len(piece) >= len(source) {
		return vm.String(piece)
	}
	return vm.String(strings.Clone(piece))
}

func byteString(c byte) vm.Value { return vm.String(everyByte[c : int(c)+1]) }

// Limits of sharing: a piece of a string shares its source's bytes only when
// the source is small, or when the piece is large itself and at least half of
// the source. Otherwise a short piece would keep a long string alive.
const (
	sharedSource = 64
	sharedPiece  = 256
)

// maxResults is how many values a function may give back at once.
const maxResults = 1_000_000 - 100

// everyByte is one string of all bytes, so that strings of one byte need no
// memory.
var everyByte = func() string {
	var b [256]byte
	for i := range b {
		b[i] = byte(i)
	}
	return string(b[:])
}()

func appendRepeated(out []byte, c byte, n int) []byte {
	if n <= 0 {
		return out
	}
	first := len(out)
	out = slices.Grow(out, n)[:first+n]
	for i := first; i < len(out); i++ {
		out[i] = c
	}
	return out
}
