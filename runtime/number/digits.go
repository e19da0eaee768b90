package number

import "strconv"

// This file tells the characters of numerals apart, and reads what is known to be one.

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

// parseFloat takes text that is known to be well formed: the only error left is
// that of range, which comes with the value C would give.
func parseFloat(s string) (float64, bool) {
	f, _ := strconv.ParseFloat(s, 64)
	return f, true
}
