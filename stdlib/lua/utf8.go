package lua

import (
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds the library utf8.

// utf8Functions are the functions of the library utf8.
var utf8Functions = kit.Library{Name: "utf8", Functions: []kit.Function{
	kit.Fn("char", "...", kit.None, "makes a string of character codes",
		utf8Char),
	kit.Fn("codepoint", "text [, from [, to]]", kit.None, "gives the codes of characters",
		utf8Codepoint),
	kit.Fn("codes", "text", kit.None, "gives an iterator over positions and codes",
		utf8Codes),
	kit.Fn("len", "text [, from [, to]]", kit.None, "counts characters; nil and the position of what is malformed",
		utf8Len),
	kit.Fn("offset", "text, n [, from]", kit.None, "gives the byte position of the n-th character",
		utf8Offset),
}}

// utf8Template is Lua 5.3's utf8 library. Like it, it takes surrogates and
// rejects overlong forms and what lies beyond U+10FFFF.
var utf8Template = vm.NewTemplate("utf8", utf8Functions.Bound()).Set("charpattern", vm.String("[\x00-\x7F\xC2-\xF4][\x80-\xBF]*"))

const maxUnicode = 0x10FFFF

func isContinuation(s string, i int) bool { return i >= 0 && i < len(s) && s[i]&0xC0 == 0x80 }

// smallestCode is the first code that needs a given number of continuation
// bytes.
var smallestCode = [...]int{0, 0x80, 0x800, 0x10000}

// decodeUTF8 reads one character at s[i:] and gives its code and size in bytes;
// ok is false when it is malformed.
func decodeUTF8(s string, i int) (code, size int, ok bool) {
	c := s[i]
	if c < 0x80 {
		return int(c), 1, true
	}
	count := 0
	switch {
	case c&0xE0 == 0xC0:
		count, code = 1, int(c&0x1F)
	case c&0xF0 == 0xE0:
		count, code = 2, int(c&0x0F)
	case c&0xF8 == 0xF0:
		count, code = 3, int(c&0x07)
	default:
		return 0, 0, false
	}
	for j := i + 1; j <= i+count; j++ {
		if !isContinuation(s, j) {
			return 0, 0, false
		}
		code = code<<6 | int(s[j]&0x3F)
	}
	return code, count + 1, code >= smallestCode[count] && code <= maxUnicode
}

func appendUTF8(out []byte, code int) []byte {
	switch {
	case code < 0x80:
		return append(out, byte(code))
	case code < 0x800:
		return append(out, byte(0xC0|code>>6), byte(0x80|code&0x3F))
	case code < 0x10000:
		return append(out, byte(0xE0|code>>12), byte(0x80|code>>6&0x3F), byte(0x80|code&0x3F))
	}
	return append(out, byte(0xF0|code>>18), byte(0x80|code>>12&0x3F), byte(0x80|code>>6&0x3F), byte(0x80|code&0x3F))
}

func utf8Char(t *vm.Thread) int {
	out := make([]byte, 0, t.NArgs())
	for i := 1; i <= t.NArgs(); i++ {
		code := t.CheckInt(i)
		if code < 0 || code > maxUnicode {
			t.ArgError(i, "value out of range")
		}
		out = appendUTF8(out, code)
	}
	return t.Return(vm.Bytes(out))
}

// utf8Len gives the number of characters that start between bytes i and j, or
// nil and the position of the first malformed one.
func utf8Len(t *vm.Thread) int {
	s := t.CheckString(1)
	i := fromEnd(t.OptInt(2, 1), len(s)) - 1
	j := fromEnd(t.OptInt(3, -1), len(s)) - 1
	if i < 0 || i > len(s) {
		t.ArgError(2, "initial position out of string")
	}
	if j >= len(s) {
		t.ArgError(3, "final position out of string")
	}
	count := 0
	for i <= j {
		pollAt(t, count)
		_, size, ok := decodeUTF8(s, i)
		if !ok {
			return t.Return(vm.Nil, vm.Int(i+1))
		}
		i += size
		count++
	}
	return t.Return(vm.Int(count))
}

func utf8Codepoint(t *vm.Thread) int {
	s := t.CheckString(1)
	first := fromEnd(t.OptInt(2, 1), len(s))
	last := fromEnd(t.OptInt(3, first), len(s))
	if first < 1 {
		t.ArgError(2, "out of range")
	}
	if last > len(s) {
		t.ArgError(3, "out of range")
	}
	if last-first >= maxResults {
		t.Errorf("stack overflow (string slice too long)")
	}
	results := 0
	for i := first - 1; i < last; results++ {
		code, size, ok := decodeUTF8(s, i)
		if !ok {
			t.Errorf("invalid UTF-8 code")
		}
		t.Push(vm.Int(code))
		i += size
	}
	return results
}

// utf8Offset gives the position of the byte where character n starts, counted
// from byte i; 0 asks for the character that byte i is part of.
func utf8Offset(t *vm.Thread) int {
	s, n := t.CheckString(1), t.CheckInt(2)
	start := 1
	if n < 0 {
		start = len(s) + 1
	}
	i := fromEnd(t.OptInt(3, start), len(s)) - 1
	if i < 0 || i > len(s) {
		t.ArgError(3, "position out of range")
	}
	if n != 0 && isContinuation(s, i) {
		t.Errorf("initial position is a continuation byte")
	}
	i, ok := moveUTF8(t, s, i, n)
	if !ok {
		return t.Return(vm.Nil)
	}
	return t.Return(vm.Int(i + 1))
}

// moveUTF8 moves from the start of one character to that of another; ok is
// false when there is none.
func moveUTF8(t *vm.Thread, s string, i, n int) (int, bool) {
	switch {
	case n == 0:
		for i > 0 && isContinuation(s, i) {
			i--
		}
	case n < 0:
		for ; n < 0 && i > 0; n++ {
			pollAt(t, n)
			i--
			for i > 0 && isContinuation(s, i) {
				i--
			}
		}
	default:
		for n--; n > 0 && i < len(s); n-- {
			pollAt(t, n)
			i++
			for isContinuation(s, i) {
				i++
			}
		}
	}
	return i, n == 0
}

func utf8Codes(t *vm.Thread) int {
	s := t.CheckString(1)
	next := t.State().NewFunction("codes", utf8Next)
	return t.Return(next, vm.String(s), vm.Int(0))
}

// utf8Next steps from the character at a position, 0 at first, to the next.
func utf8Next(t *vm.Thread) int {
	s := t.CheckString(1)
	i := t.CheckInt(2) - 1
	if i < 0 {
		i = 0
	} else if i < len(s) {
		for i++; isContinuation(s, i); {
			i++
		}
	}
	if i >= len(s) {
		return 0
	}
	code, size, ok := decodeUTF8(s, i)
	if !ok || isContinuation(s, i+size) {
		t.Errorf("invalid UTF-8 code")
	}
	return t.Return(vm.Int(i+1), vm.Int(code))
}
