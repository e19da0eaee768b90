package bytecode

import (
	"math"
	"strconv"
	"strings"
)

// This file writes numbers and strings as luac does.

// numberText formats a number as C's "%.14g" does.
func numberText(f float64) string {
	switch {
	case math.IsNaN(f):
		if math.Signbit(f) {
			return "-nan"
		}
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case f == 0:
		if math.Signbit(f) {
			return "-0"
		}
		return "0"
	}
	const digits = 14
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', digits-1, 64), "e")
	x, _ := strconv.Atoi(exponent)
	if x < -4 || x >= digits {
		return trimZeros(mantissa) + "e" + exponent
	}
	return trimZeros(strconv.FormatFloat(f, 'f', digits-1-x, 64))
}

func trimZeros(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

// quote writes a string on one line, as luac does.
func quote(s string) string {
	const short = "\a\b\f\n\r\t\v\"\\"
	const letters = `abfnrtv"\`
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		c := s[i]
		switch k := strings.IndexByte(short, c); {
		case k >= 0:
			b.WriteByte('\\')
			b.WriteByte(letters[k])
		case c < ' ' || c >= 0x7f:
			digits := strconv.Itoa(int(c))
			b.WriteString(`\` + strings.Repeat("0", 3-len(digits)) + digits)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
