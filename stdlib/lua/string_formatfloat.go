package lua

import (
	"bytes"
	"math"
	"math/bits"
	"strconv"

	"lunarium/runtime/vm"
)

// This file holds floating-point numbers as C's printf writes them.

func formatFloat(t *vm.Thread, out []byte, d *directive, arg int) []byte {
	return d.float(out, t.CheckNumber(arg))
}

// float appends f as C's printf does for e, f, g, a and their upper-case forms.
func (d *directive) float(out []byte, f float64) []byte {
	var room [128]byte
	prefix := d.sign(math.Signbit(f))
	f = math.Abs(f)
	capital := d.verb-'A' < 26
	body, zeros := room[:0], d.zero
	switch {
	case f != f:
		body, zeros = append(body, "nan"...), false
	case f > math.MaxFloat64:
		body, zeros = append(body, "inf"...), false
	default:
		switch d.verb | 0x20 {
		case 'f':
			body = d.fixed(body, f)
		case 'e':
			body = d.exponent(body, f, d.digits())
		case 'g':
			body = d.general(body, f)
		case 'a':
			body = d.hexFloat(body, f)
			if capital {
				prefix += "0X"
			} else {
				prefix += "0x"
			}
		}
	}
	if capital {
		upper(body)
	}
	return d.pad(out, prefix, body, zeros)
}

// digits is the precision, or C's default of 6.
func (d *directive) digits() int {
	if d.precision < 0 {
		return 6
	}
	return d.precision
}

func (d *directive) fixed(out []byte, f float64) []byte {
	precision := d.digits()
	if whole, ok := scaled(f, precision); ok {
		out = appendDecimal(out, whole, precision)
	} else {
		out = strconv.AppendFloat(out, f, 'f', precision, 64)
	}
	if d.alternate && precision == 0 {
		out = append(out, '.')
	}
	return out
}

var powersOfTen = [...]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// scaled gives f*10^precision, f not negative, rounded half to even from its
// exact value; ok is false when that needs more than 64 bits. strconv has no
// fast way for a given number of decimals.
func scaled(f float64, precision int) (whole uint64, ok bool) {
	if precision >= len(powersOfTen) {
		return 0, false
	}
	raw := math.Float64bits(f)
	exponent := int(raw>>52) - 1075
	mantissa := raw & (1<<52 - 1)
	if raw>>52 == 0 {
		exponent++
	} else {
		mantissa |= 1 << 52
	}
	hi, lo := bits.Mul64(mantissa, powersOfTen[precision])
	shift := -exponent
	switch {
	case shift <= 0:
		return lo << -shift, hi == 0 && -shift < bits.LeadingZeros64(lo)
	case shift >= 128:
		return 0, true
	case shift >= 64:
		whole = hi >> (shift - 64)
		hi &= 1<<(shift-64) - 1
	default:
		if hi>>shift != 0 {
			return 0, false
		}
		whole = hi<<(64-shift) | lo>>shift
		hi, lo = 0, lo&(1<<shift-1)
	}
	halfHi, halfLo := uint64(0), uint64(0)
	if shift > 64 {
		halfHi = 1 << (shift - 65)
	} else {
		halfLo = 1 << (shift - 1)
	}
	above := hi > halfHi || hi == halfHi && lo > halfLo
	tie := hi == halfHi && lo == halfLo
	if above || tie && whole&1 == 1 {
		whole++
	}
	return whole, true
}

// appendDecimal appends whole/10^precision.
func appendDecimal(out []byte, whole uint64, precision int) []byte {
	unit := powersOfTen[precision]
	out = strconv.AppendUint(out, whole/unit, 10)
	if precision == 0 {
		return out
	}
	out = append(out, '.')
	at := len(out)
	out = appendRepeated(out, '0', precision)
	for i, rest := at+precision-1, whole%unit; rest > 0; i, rest = i-1, rest/10 {
		out[i] = '0' + byte(rest%10)
	}
	return out
}

func (d *directive) exponent(out []byte, f float64, precision int) []byte {
	out = strconv.AppendFloat(out, f, 'e', precision, 64)
	if d.alternate && precision == 0 {
		return append(append(out[:1:1], '.'), out[1:]...)
	}
	return out
}

func (d *directive) general(out []byte, f float64) []byte {
	precision := max(d.digits(), 1)
	if !d.alternate {
		return strconv.AppendFloat(out, f, 'g', precision, 64)
	}
	// With '#', trailing zeros stay: choose the style by the exponent that
	// rounding leaves.
	text := strconv.AppendFloat(nil, f, 'e', precision-1, 64)
	exponent, _ := strconv.Atoi(string(text[bytes.IndexByte(text, 'e')+1:]))
	if exponent < -4 || exponent >= precision {
		return d.exponent(out, f, precision-1)
	}
	out = strconv.AppendFloat(out, f, 'f', precision-1-exponent, 64)
	if exponent == precision-1 {
		out = append(out, '.')
	}
	return out
}

// hexFloat appends f without "0x": 1.8p+1. Subnormals keep a leading 0.
func (d *directive) hexFloat(out []byte, f float64) []byte {
	raw := math.Float64bits(f)
	mantissa, exponent := raw&(1<<52-1), int(raw>>52)-1023
	switch {
	case raw == 0:
		exponent = 0
	case raw>>52 == 0:
		exponent = -1022
	default:
		mantissa |= 1 << 52
	}
	digits := 13
	if d.precision >= 0 && d.precision < 13 {
		digits = d.precision
		drop := 52 - 4*uint(digits)
		half, rest := uint64(1)<<(drop-1), mantissa&(1<<drop-1)
		mantissa >>= drop
		if rest > half || rest == half && mantissa&1 == 1 {
			mantissa++
		}
	} else if d.precision < 0 {
		for digits > 0 && mantissa&15 == 0 {
			mantissa >>= 4
			digits--
		}
	}
	out = append(out, '0'+byte(mantissa>>(4*uint(digits))))
	if digits > 0 || d.precision > 0 || d.alternate {
		out = append(out, '.')
	}
	for i := digits - 1; i >= 0; i-- {
		out = append(out, "0123456789abcdef"[mantissa>>(4*uint(i))&15])
	}
	out = appendRepeated(out, '0', d.precision-digits)
	out = append(out, 'p')
	if exponent >= 0 {
		out = append(out, '+')
	}
	return strconv.AppendInt(out, int64(exponent), 10)
}

// upper changes lower-case letters in place.
func upper(b []byte) {
	for i, c := range b {
		if c-'a' < 26 {
			b[i] = c ^ 0x20
		}
	}
}
