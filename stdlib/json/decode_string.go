package json

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// This file holds how strings are decoded.

// text reads a string, which begins at d.at. shared: it is a part of the input
// and not a copy.
func (d *decoder) text() (s string, shared bool) {
	start := d.at + 1
	i := start
	for i < len(d.in) && d.in[i] != '"' && d.in[i] != '\\' && d.in[i] >= ' ' {
		i++
	}
	d.valid(start, i)
	if i < len(d.in) && d.in[i] == '"' {
		d.at = i + 1
		return d.in[start:i], true
	}
	return d.escaped(start, i), false
}

// escaped reads the rest of a string from the first escape on, at i.
func (d *decoder) escaped(start, i int) string {
	b := make([]byte, 0, 2*(i-start)+16)
	for {
		b = append(b, d.in[start:i]...)
		switch {
		case i >= len(d.in):
			d.fail(d.at, "a string without an end")
		case d.in[i] == '"':
			d.at = i + 1
			return string(b)
		case d.in[i] < ' ':
			d.fail(i, "a control character in a string; it is written \\u%04x", d.in[i])
		}
		b, start = d.escape(b, i)
		i = start
		for i < len(d.in) && d.in[i] != '"' && d.in[i] != '\\' && d.in[i] >= ' ' {
			i++
		}
		d.valid(start, i)
	}
}

// valid demands UTF-8.
func (d *decoder) valid(start, end int) {
	if utf8.ValidString(d.in[start:end]) {
		return
	}
	for i := start; ; {
		r, n := utf8.DecodeRuneInString(d.in[i:end])
		if r == utf8.RuneError && n == 1 {
			d.fail(i, "the byte %#02x, which is not UTF-8", d.in[i])
		}
		i += n
	}
}

var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape appends what the escape at i stands for and gives where it ends.
func (d *decoder) escape(b []byte, i int) ([]byte, int) {
	if i+1 >= len(d.in) {
		d.fail(d.at, "a string without an end")
	}
	c := d.in[i+1]
	if c != 'u' {
		if escapes[c] == 0 {
			d.fail(i, "the escape \\ before %s", d.found(i+1))
		}
		return append(b, escapes[c]), i + 2
	}
	r := d.hex(i)
	end := i + 6
	if utf16.IsSurrogate(r) {
		if !strings.HasPrefix(d.in[end:], `\u`) {
			d.fail(i, "half of a surrogate pair")
		}
		if r = utf16.DecodeRune(r, d.hex(end)); r == utf8.RuneError {
			d.fail(i, "half of a surrogate pair")
		}
		end += 6
	}
	return utf8.AppendRune(b, r), end
}

// hex reads the four digits of the \u at i.
func (d *decoder) hex(i int) rune {
	if i+6 > len(d.in) {
		d.fail(i, "four hexadecimal digits expected after \\u")
	}
	n, err := strconv.ParseUint(d.in[i+2:i+6], 16, 32)
	if err != nil {
		d.fail(i, "four hexadecimal digits expected after \\u")
	}
	return rune(n)
}
