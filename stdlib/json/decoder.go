package json

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file holds the text that is decoded, the place in it, and errors that name the place.

type decoder struct {
	decodeOptions
	library *library
	thread  *vm.Thread
	state   *vm.State
	in      string
	at      int // of the next byte
	nested  int
	count   int
	// stack holds the elements of the arrays and objects that are not complete.
	stack []vm.Value
	// names holds keys seen before, since objects in a list have the same ones.
	names map[string]vm.Value
}

func (d *decoder) fail(at int, format string, args ...any) {
	before := d.in[:at]
	line := strings.Count(before, "\n")
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	d.thread.Errorf("invalid JSON at line %d, column %d (byte %d): %s", line+1, column+1, at+1, fmt.Sprintf(format, args...))
}

// found names what stands at an offset.
func (d *decoder) found(at int) string {
	if at >= len(d.in) {
		return "the end of the text"
	}
	r, n := utf8.DecodeRuneInString(d.in[at:])
	if r == utf8.RuneError && n == 1 {
		return fmt.Sprintf("the byte %#02x", d.in[at])
	}
	if r == '"' {
		return `'"'`
	}
	quoted := visible.Quote(string(r))
	return "'" + quoted[1:len(quoted)-1] + "'"
}

func (d *decoder) space() {
	for d.at < len(d.in) {
		switch d.in[d.at] {
		case ' ', '\n', '\r', '\t':
			d.at++
		default:
			return
		}
	}
}

// peek gives the next byte, 0 at the end.
func (d *decoder) peek() byte {
	if d.at < len(d.in) {
		return d.in[d.at]
	}
	return 0
}

func isDigit(c byte) bool { return c-'0' <= 9 }
