package number

// This file reads numerals.

// Parse reads a Lua numeral: decimal or hexadecimal, with a sign,
// fraction and exponent, and with white space around it. Numerals beyond the
// range of a float64 give an infinity or zero.
func Parse(s string) (float64, bool) {
	if len(s) > Long {
		return ParseLong(s, func() {})
	}
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
