package lua

import (
	"strconv"
	"strings"

	"lunarium/runtime/vm"
)

// This file holds string.format.

// formatVerbs are string.format's conversions by their letter.
var formatVerbs = [256]formatVerb{
	'c': formatChar, 's': formatString, 'q': formatQuoted,
	'd': formatSigned, 'i': formatSigned,
	'u': formatUnsigned, 'o': formatUnsigned, 'x': formatUnsigned, 'X': formatUnsigned,
	'e': formatFloat, 'E': formatFloat, 'f': formatFloat, 'g': formatFloat, 'G': formatFloat,
	'a': formatFloat, 'A': formatFloat,
}

// stringFormat differs from Lua 5.2 in one thing: a zero byte in the argument of
// a plain %s does not end it.
func stringFormat(t *vm.Thread) int {
	format := t.CheckString(1)
	out := reserve(t, nil, len(format)+8*t.NArgs())
	arg := 1
	for i := 0; i < len(format); {
		text := strings.IndexByte(format[i:min(i+pollBytes, len(format))], '%')
		if text < 0 {
			text = min(pollBytes, len(format)-i)
		}
		if text > 0 {
			out = append(out, format[i:i+text]...)
			i += text
			if len(out) >= pollBytes {
				t.Poll()
			}
			continue
		}
		i++
		if i < len(format) && format[i] == '%' {
			out = append(out, '%')
			i++
			continue
		}
		arg++
		if arg > t.NArgs() {
			t.ArgError(arg, "no value")
		}
		var d directive
		i = d.scan(t, format, i)
		verb := formatVerbs[d.verb]
		if verb == nil {
			t.Errorf("invalid option '%%%s' to 'format'", []byte{d.verb})
		}
		out = verb(t, out, &d, arg)
		if len(out) > vm.MaxString {
			t.Errorf("resulting string too large")
		}
	}
	return t.Return(vm.Bytes(out))
}

func formatChar(t *vm.Thread, out []byte, d *directive, arg int) []byte {
	return d.pad(out, "", []byte{byte(t.CheckInt32(arg))}, false)
}

// uncutString is the length from which on %s without a precision gives a string
// as it is.
const uncutString = 100

// formatString is %s. With a width or a precision a zero byte ends the argument,
// as in the reference.
func formatString(t *vm.Thread, out []byte, d *directive, arg int) []byte {
	s, ok := t.Arg(arg).AsString()
	if !ok {
		s = t.ToStringMeta(t.Arg(arg))
	}
	if d.precision >= 0 || d.width > 0 && len(s) < uncutString {
		s, _, _ = strings.Cut(s, "\x00")
	}
	if d.precision >= 0 && d.precision < len(s) {
		s = s[:d.precision]
	}
	if d.width <= len(s) {
		return put(t, out, s)
	}
	return d.pad(out, s, nil, false)
}

// formatQuoted writes a string as a literal that reads back as the same bytes.
func formatQuoted(t *vm.Thread, out []byte, _ *directive, arg int) []byte {
	s := t.CheckString(arg)
	out = append(reserve(t, out, 4*len(s)+2), '"')
	for i := 0; i < len(s); i++ {
		if i&(pollBytes-1) == 0 {
			t.Poll()
		}
		switch c := s[i]; {
		case c == '"' || c == '\\' || c == '\n':
			out = append(out, '\\', c)
		case classOf[c]&classControl == 0:
			out = append(out, c)
		case i+1 < len(s) && s[i+1]-'0' <= 9:
			out = append(out, '\\', '0'+c/100, '0'+c/10%10, '0'+c%10)
		default:
			out = append(out, '\\')
			out = strconv.AppendUint(out, uint64(c), 10)
		}
	}
	return append(out, '"')
}

func formatSigned(t *vm.Thread, out []byte, d *directive, arg int) []byte {
	f := t.CheckNumber(arg)
	if !(f >= -1<<63 && f < 1<<63) {
		t.ArgError(arg, "not a number in proper range")
	}
	n := int64(f)
	if d.width == 0 && d.precision < 0 && !d.plus && !d.space {
		return strconv.AppendInt(out, n, 10)
	}
	magnitude := uint64(n)
	if n < 0 {
		magnitude = -magnitude
	}
	return d.integer(out, d.sign(n < 0), magnitude, 10)
}

func formatUnsigned(t *vm.Thread, out []byte, d *directive, arg int) []byte {
	f := t.CheckNumber(arg)
	if !(f > -1 && f < 1<<64) {
		t.ArgError(arg, "not a non-negative number in proper range")
	}
	n := uint64(0)
	if f > 0 {
		n = uint64(f)
	}
	switch d.verb {
	case 'o':
		return d.integer(out, "", n, 8)
	case 'x':
		return d.integer(out, d.hexPrefix("0x", n), n, 16)
	case 'X':
		return d.integer(out, d.hexPrefix("0X", n), n, 16)
	}
	return d.integer(out, "", n, 10)
}

func (d *directive) hexPrefix(prefix string, n uint64) string {
	if d.alternate && n != 0 {
		return prefix
	}
	return ""
}

// integer appends an integer's digits, at least as many as the precision says.
func (d *directive) integer(out []byte, prefix string, n uint64, base int) []byte {
	var room [128]byte
	digits := room[:0]
	if n != 0 || d.precision != 0 {
		digits = strconv.AppendUint(digits, n, base)
	}
	zeros := d.precision - len(digits)
	if base == 8 && d.alternate && zeros <= 0 && (len(digits) == 0 || digits[0] != '0') {
		zeros = 1
	}
	if zeros > 0 {
		whole := appendRepeated(nil, '0', zeros)
		digits = append(whole, digits...)
	}
	if d.verb == 'X' {
		upper(digits)
	}
	return d.pad(out, prefix, digits, d.zero && d.precision < 0)
}
