package lua

import "lunarium/runtime/vm"

// This file holds one conversion of string.format, with its flags and width.

// directive is one conversion of string.format, between '%' and its verb.
type directive struct {
	minus, plus, space, alternate, zero bool

	width     int
	precision int // -1 when there is none
	verb      byte
}

// formatVerb appends argument arg as the directive says.
type formatVerb func(t *vm.Thread, out []byte, d *directive, arg int) []byte

// scan reads the directive at format[i:] and gives the position behind it. A
// format that ends early has the verb 0.
func (d *directive) scan(t *vm.Thread, format string, i int) int {
	at := func(i int) byte {
		if i < len(format) {
			return format[i]
		}
		return 0
	}
	d.precision = -1
	first := i
	for d.flag(at(i)) {
		i++
	}
	if i-first > len("-+ #0") {
		t.Errorf("invalid format (repeated flags)")
	}
	number := func() (n int) {
		for end := i + 2; i < end && at(i)-'0' <= 9; i++ {
			n = n*10 + int(at(i)-'0')
		}
		return n
	}
	d.width = number()
	if at(i) == '.' {
		i++
		d.precision = number()
	}
	if at(i)-'0' <= 9 {
		t.Errorf("invalid format (width or precision too long)")
	}
	d.verb = at(i)
	return i + 1
}

func (d *directive) flag(c byte) bool {
	switch c {
	case '-':
		d.minus = true
	case '+':
		d.plus = true
	case ' ':
		d.space = true
	case '#':
		d.alternate = true
	case '0':
		d.zero = true
	default:
		return false
	}
	return true
}

// pad appends prefix and body in the directive's width. Zeros go between the
// two.
func (d *directive) pad(out []byte, prefix string, body []byte, zeros bool) []byte {
	fill := d.width - len(prefix) - len(body)
	if !d.minus && !zeros {
		out = appendRepeated(out, ' ', fill)
	}
	out = append(out, prefix...)
	if !d.minus && zeros {
		out = appendRepeated(out, '0', fill)
	}
	out = append(out, body...)
	if d.minus {
		out = appendRepeated(out, ' ', fill)
	}
	return out
}

// sign gives what stands before a signed number.
func (d *directive) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case d.plus:
		return "+"
	case d.space:
		return " "
	}
	return ""
}
