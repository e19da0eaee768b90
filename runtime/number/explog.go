package number

import "math"

// This file works out exponentials and logarithms to some 68 bits, so that all but
// one in many thousands are rounded right. Go's are off by a unit in the last place
// now and then, C's hardly ever.

const (
	// parts is into how many a factor of two is divided.
	parts    = 128
	partBits = 7

	mantissaBits = 52
	bias         = 1023
)

// Log 2, and a part of it, in two pieces; the first has so few bits that a whole
// number times it is exact.
const (
	logTwo, logTwoRest   = 0x1.62e42fefa38p-1, 0x1.ef35793c7673p-45
	logPart, logPartRest = 0x1.62e42fefp-8, 0x1.473de6af278edp-41
)

// powersOfTwo holds 2^(i/parts).
var powersOfTwo = func() (powers [parts]double) {
	step := double{2, 0}
	for range partBits {
		step = step.root()
	}
	powers[0] = double{1, 0}
	for i := 1; i < parts; i++ {
		powers[i] = powers[i-1].times(step)
	}
	return powers
}()

// wideExp gives e to the power of x, rounded to a number from 1 to 2, and an
// exponent of two. x is less than 2^11.
func wideExp(x double) (fraction float64, exponent int) {
	const round = 0x1.8p52
	n := float64(x.high*(1/logPart)+round) - round
	// x is n parts of log 2 and r, which is half of one at most.
	rest := sum(math.FMA(-n, logPart, x.high), math.FMA(-n, logPartRest, x.low))
	r := rest.high
	p := math.FMA(r, math.FMA(r, math.FMA(r, math.FMA(r, 1.0/720, 1.0/120), 1.0/24), 1.0/6), 0.5)
	e := sum(r, math.FMA(r*r, p, rest.low))
	i := int(n) & (parts - 1)
	power := &powersOfTwo[i]
	product := power.high * e.high
	low := math.FMA(power.high, e.low, math.FMA(power.high, e.high, -product)+math.FMA(power.low, e.high, power.low))
	s := sum(power.high, product)
	return s.high + (s.low + low), (int(n) - i) / parts
}

// scale gives f times a power of two.
func scale(f float64, exponent int) float64 {
	if exponent > -bias && exponent < bias {
		return f * math.Float64frombits(uint64(bias+exponent)<<mantissaBits)
	}
	return math.Ldexp(f, exponent)
}

// logEntry is a place c by its inverse, which has few bits, and its logarithm.
type logEntry struct {
	inverse float64
	log     double
}

// overRoot is the first part of [1, 2) whose numbers are halved: those above the
// root of 2.
const overRoot = 53

// logTable holds a place in the middle of each part, or of its half.
var logTable = func() (table [parts]logEntry) {
	for i := range table {
		c, least := 1+(float64(i)+0.5)/parts, 2.0*parts
		if i >= overRoot {
			c, least = c/2, parts
		}
		inverse := math.Round(least/c) / least
		if i == 0 || i == parts-1 {
			inverse = 1 // so that what is near 1 loses nothing
		}
		log := wholeLog(inverse)
		const round = 0x1.8p10 // keeps 42 bits behind the point
		high := float64(log.high+round) - round
		table[i] = logEntry{inverse, double{-high, high - log.high - log.low}}
	}
	return table
}()

// wholeLog gives the natural logarithm to twice the precision, by the series of
// log((1+s)/(1-s)), for a number near 1 of few bits.
func wholeLog(x float64) double {
	q := (x - 1) / (x + 1)
	s := sum(q, math.FMA(-q, x+1, x-1)/(x+1))
	square := s.times(s)
	total := double{}
	for n := 41; n > 0; n -= 2 {
		part := 1 / float64(n)
		total = total.times(square).plus(double{part, math.FMA(-part, float64(n), 1) / float64(n)})
	}
	total = total.times(s)
	return double{2 * total.high, 2 * total.low}
}

// wideLog gives the natural logarithm of a positive number.
func wideLog(x float64) double {
	subnormal := 0
	if x < 0x1p-1022 {
		x, subnormal = x*0x1p52, 52
	}
	bits := math.Float64bits(x)
	exponent := int(bits>>mantissaBits) - bias - subnormal
	i := bits >> (mantissaBits - partBits) % parts
	z := math.Float64frombits(bits&(1<<mantissaBits-1) | bias<<mantissaBits)
	if i >= overRoot {
		z, exponent = z/2, exponent+1
	}
	k, entry := float64(exponent), &logTable[i]
	// log x = k*log 2 + log c + log(1+r)
	r := math.FMA(z, entry.inverse, -1) // exact
	base := math.FMA(k, logTwo, entry.log.high)
	low := math.FMA(k, logTwoRest, entry.log.low)
	first := sum(base, r)
	half := -0.5 * r
	square := half * r
	second := sum(first.high, square)
	low += first.low + second.low + math.FMA(half, r, -square)
	p := math.FMA(r, math.FMA(r, math.FMA(r, math.FMA(r, -1.0/10, 1.0/9), -1.0/8), 1.0/7), -1.0/6)
	p = math.FMA(r, math.FMA(r, math.FMA(r, p, 1.0/5), -1.0/4), 1.0/3)
	return sum(second.high, math.FMA(r*r*r, p, low))
}

// Exp gives e to the power of x.
func Exp(x float64) float64 {
	if !(x > -746 && x < 710) || math.Abs(x) < 0x1p-54 {
		return math.Exp(x)
	}
	f, exponent := wideExp(double{x, 0})
	return scale(f, exponent)
}

// Log gives the natural logarithm.
func Log(x float64) float64 {
	if !(x > 0 && x <= math.MaxFloat64) {
		return Invalid(math.Log(x), x)
	}
	return wideLog(x).high
}

var logTenInverse = double{0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57}

// Log10 gives the decimal logarithm; of a negative number NaN without a sign, as
// only this one of C's functions does.
func Log10(x float64) float64 {
	if x < 0 {
		return math.NaN()
	}
	if !(x > 0 && x <= math.MaxFloat64) {
		return Invalid(math.Log10(x), x)
	}
	return wideLog(x).times(logTenInverse).high
}
