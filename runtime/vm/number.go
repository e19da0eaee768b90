package vm

import (
	"math"
	"strconv"
)

// This file turns numbers into text and back, as the reference implementation
// does with C's strtod and printf.

// ToNumber gives the number that v is, or that v, a string, reads as.
func ToNumber(v Value) (float64, bool) {
	if v.n < tagFloor {
		return v.num(), true
	}
	if v.hi() != hiString {
		return 0, false
	}
	return ParseNumber(v.str())
}

// ToString gives the string that v is, or a number's text.
func ToString(v Value) (string, bool) {
	if v.hi() == hiString {
		return v.str(), true
	}
	if v.n < tagFloor {
		return FormatNumber(v.num()), true
	}
	return "", false
}

// exactInteger bounds the integers that %.14g prints with all their digits.
const exactInteger = 1e14

// FormatNumber gives the text of a number: C's "%.14g", with "inf", "-inf",
// "nan" and "-nan" for what is not finite.
func FormatNumber(f float64) string {
	if i := int64(f); float64(i) == f && -exactInteger < f && f < exactInteger && (i != 0 || !math.Signbit(f)) {
		return strconv.FormatInt(i, 10)
	}
	var room [32]byte
	return string(AppendNumber(room[:0], f))
}

// AppendNumber appends the text that FormatNumber gives.
func AppendNumber(b []byte, f float64) []byte {
	if i := int64(f); float64(i) == f && -exactInteger < f && f < exactInteger && (i != 0 || !math.Signbit(f)) {
		return strconv.AppendInt(b, i, 10)
	}
	switch {
	case f != f && math.Signbit(f):
		return append(b, "-nan"...)
	case f != f:
		return append(b, "nan"...)
	case f > math.MaxFloat64:
		return append(b, "inf"...)
	case f < -math.MaxFloat64:
		return append(b, "-inf"...)
	}
	return strconv.AppendFloat(b, f, 'g', 14, 64)
}

// ParseNumber reads a Lua numeral: decimal or hexadecimal, with a sign,
// fraction and exponent, and with white space around it. Numerals beyond the
// range of a float64 give an infinity or zero.
func ParseNumber(s string) (float64, bool) {
	s = trimSpace(s)
	digits := s
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		digits = s[1:]
	}
	if f, ok := parseDigits(digits); ok {
		if s[0] == '-' {
			f = -f
		}
		return f, true
	}
	if len(digits) > 2 && digits[0] == '0' && digits[1]|0x20 == 'x' {
		return parseHex(s, digits[2:])
	}
	if !isNumeral(digits, isDecimal, 'e') {
		return 0, false
	}
	return parseFloat(s)
}

// parseFloat takes text that is known to be well formed: the only error left is
// that of range, which comes with the value C would give.
func parseFloat(s string) (float64, bool) {
	f, _ := strconv.ParseFloat(s, 64)
	return f, true
}

// parseDigits reads up to 15 decimal digits and nothing else.
func parseDigits(s string) (float64, bool) {
	if len(s) == 0 || len(s) > 15 {
		return 0, false
	}
	n := int64(0)
	for i := 0; i < len(s); i++ {
		d := s[i] - '0'
		if d > 9 {
			return 0, false
		}
		n = n*10 + int64(d)
	}
	return float64(n), true
}

// parseHex reads the numeral s, whose digits after "0x" are given. Go, unlike
// C, wants an exponent.
func parseHex(s, digits string) (float64, bool) {
	if !isNumeral(digits, isHex, 'p') {
		return 0, false
	}
	for i := 0; i < len(digits); i++ {
		if digits[i]|0x20 == 'p' {
			return parseFloat(s)
		}
	}
	return parseFloat(s + "p0")
}

// isNumeral tells whether s is digits with at most one point among them, then
// perhaps an exponent: the mark, in either case, a sign, decimal digits.
func isNumeral(s string, digit func(byte) bool, mark byte) bool {
	i, count, points := 0, 0, 0
	for ; i < len(s); i++ {
		if digit(s[i]) {
			count++
		} else if s[i] == '.' && points == 0 {
			points++
		} else {
			break
		}
	}
	if count == 0 {
		return false
	}
	if i == len(s) {
		return true
	}
	if s[i]|0x20 != mark {
		return false
	}
	i++
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	if i == len(s) {
		return false
	}
	for ; i < len(s); i++ {
		if !isDecimal(s[i]) {
			return false
		}
	}
	return true
}

func isDecimal(c byte) bool { return c-'0' <= 9 }

func isHex(c byte) bool { return c-'0' <= 9 || c|0x20-'a' <= 5 }

func isSpace(c byte) bool { return c == ' ' || c-'\t' <= '\r'-'\t' }

func trimSpace(s string) string {
	for len(s) > 0 && isSpace(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}
