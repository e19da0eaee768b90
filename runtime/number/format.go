package number

import (
	"math"
	"strconv"
)

// This file writes numbers.

// exactInteger bounds the integers that %.14g prints with all their digits.
const exactInteger = 1e14

// Format gives the text of a number: C's "%.14g", with "inf", "-inf",
// "nan" and "-nan" for what is not finite.
func Format(f float64) string {
	if i := int64(f); float64(i) == f && -exactInteger < f && f < exactInteger && (i != 0 || !math.Signbit(f)) {
		return strconv.FormatInt(i, 10)
	}
	var room [32]byte
	return string(Append(room[:0], f))
}

// Append appends the text that Format gives.
func Append(b []byte, f float64) []byte {
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
