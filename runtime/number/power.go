package number

import "math"

// This file takes powers.

// Power gives x to the power of y. Whole powers are worked out in twice the
// precision, and others nearly so, so that they come out rounded right, as C's do
// but for one in hundreds; Go's are off by a few units in the last place.
func Power(x, y float64) float64 {
	switch {
	case y == 2:
		return x * x
	case y == 0.5 && x > 0:
		return math.Sqrt(x)
	}
	const most = 1024
	if n := int(y); float64(n) == y && -most <= n && n <= most {
		if r, ok := wholePower(x, n); ok {
			return r
		}
	}
	base := math.Abs(x)
	whole, odd := wholeness(y)
	if !(base > 0 && base <= math.MaxFloat64) || x < 0 && !whole {
		return special(x, y)
	}
	log := wideLog(base).scaled(y)
	if size := math.Abs(log.high); !(size > 0 && size < 800) {
		return special(x, y) // 1, 0 or infinite
	}
	f, exponent := wideExp(log)
	r := scale(f, exponent)
	if x < 0 && odd {
		r = -r
	}
	return r
}

// wholePower multiplies x with itself; ok is false where the parts leave the
// range of normal numbers.
func wholePower(x float64, n int) (r float64, ok bool) {
	product, square := double{1, 0}, double{x, 0}
	for rest := max(n, -n); ; {
		if rest&1 != 0 {
			product = product.times(square)
		}
		if rest >>= 1; rest == 0 {
			break
		}
		square = square.times(square)
	}
	const largest, least = 0x1p1000, 0x1p-900
	if size := math.Abs(product.high); !(size < largest && size > least) {
		return 0, false
	}
	if n >= 0 {
		return product.high, true
	}
	q := 1 / product.high
	return q + q*(math.FMA(-q, product.high, 1)-q*product.low), true
}

// wholeness tells whether y is a whole number, and an odd one.
func wholeness(y float64) (whole, odd bool) {
	half := y / 2
	return math.Trunc(y) == y, math.Trunc(half) != half && math.Trunc(y) == y
}

// special does what needs no accuracy: results that are 1, 0, infinite or no number.
func special(x, y float64) float64 {
	if _, odd := wholeness(y); x != x && odd && math.Signbit(x) {
		return -x // C makes the base positive, and then turns the result's sign
	}
	return Invalid(math.Pow(x, y), x, y)
}
