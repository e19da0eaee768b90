package vm

import "math"

// Power gives x to the power of y. Go's math.Pow is off by a few units in the
// last place where C's is not; whole powers are worked out here in twice the
// precision, so that they come out rounded right.
func Power(x, y float64) float64 {
	if y == 2 {
		return x * x
	}
	const most = 1024
	if n := int(y); float64(n) == y && -most <= n && n <= most {
		if r, ok := wholePower(x, n); ok {
			return r
		}
	}
	return Invalid(math.Pow(x, y), x, y)
}

// Invalid gives result, as the hardware and C have it if it is no number: the
// first argument that is none, or the one of an invalid operation, whose sign
// is set.
func Invalid(result float64, args ...float64) float64 {
	if result == result {
		return result
	}
	for _, a := range args {
		if a != a {
			return a
		}
	}
	return math.Copysign(result, -1)
}

// double is a number in two parts, the first of which is the sum rounded.
type double struct{ high, low float64 }

func (a double) times(b double) double {
	p := a.high * b.high
	e := math.FMA(a.high, b.high, -p) + (a.high*b.low + a.low*b.high)
	sum := p + e
	return double{sum, e - (sum - p)}
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
