package number

import "math"

// This file computes in twice the precision of a float64.

// double is a number in two parts, the first of which is the sum rounded: it has
// twice the precision of a float64.
type double struct{ high, low float64 }

// sum adds two numbers of which the first is not the smaller one.
func sum(a, b float64) double {
	high := a + b
	return double{high, b - (high - a)}
}

func (a double) plus(b double) double {
	s := a.high + b.high
	t := s - a.high
	e := (a.high - (s - t)) + (b.high - t) + (a.low + b.low)
	return sum(s, e)
}

func (a double) times(b double) double {
	p := a.high * b.high
	e := math.FMA(a.high, b.high, -p) + math.FMA(a.high, b.low, float64(a.low*b.high))
	return sum(p, e)
}

// scaled is a times a number.
func (a double) scaled(f float64) double {
	p := a.high * f
	return sum(p, math.FMA(a.low, f, math.FMA(a.high, f, -p)))
}

// root gives the square root.
func (a double) root() double {
	r := math.Sqrt(a.high)
	return sum(r, (math.FMA(-r, r, a.high)+a.low)/(2*r))
}
