package lua

import (
	"math"
	"math/rand/v2"

	"lunarium/runtime/number"
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds the library math.

// mathFunctions are the functions of the library math.
var mathFunctions = kit.Library{Name: "math", Functions: []kit.Function{
	kit.Fn("acos", "x", kit.None, "gives the arc cosine, in radians",
		unary(math.Acos)),
	kit.Fn("asin", "x", kit.None, "gives the arc sine, in radians",
		unary(math.Asin)),
	kit.Fn("atan", "x", kit.None, "gives the arc tangent, in radians",
		unary(math.Atan)),
	kit.Fn("cos", "x", kit.None, "gives the cosine of radians",
		unary(signed(math.Cos))),
	kit.Fn("cosh", "x", kit.None, "gives the hyperbolic cosine",
		unary(signed(math.Cosh))),
	kit.Fn("deg", "x", kit.None, "makes degrees of radians",
		unary(func(f float64) float64 { return f / (math.Pi / 180) })),
	kit.Fn("exp", "x", kit.None, "gives e to the power x",
		unary(number.Exp)),
	kit.Fn("log10", "x", kit.None, "gives the logarithm to the base 10",
		unary(number.Log10)),
	kit.Fn("rad", "x", kit.None, "makes radians of degrees",
		unary(func(f float64) float64 { return f * (math.Pi / 180) })),
	kit.Fn("sin", "x", kit.None, "gives the sine of radians",
		unary(signed(math.Sin))),
	kit.Fn("sinh", "x", kit.None, "gives the hyperbolic sine",
		unary(math.Sinh)),
	kit.Fn("sqrt", "x", kit.None, "gives the square root",
		unary(math.Sqrt)),
	kit.Fn("tan", "x", kit.None, "gives the tangent of radians",
		unary(signed(math.Tan))),
	kit.Fn("tanh", "x", kit.None, "gives the hyperbolic tangent",
		unary(math.Tanh)),
	kit.Fn("abs", "x", kit.None, "gives the absolute value",
		mathAbs),
	kit.Fn("atan2", "y, x", kit.None, "gives the angle of a point, in radians",
		mathAtan2),
	kit.Fn("ceil", "x", kit.None, "gives the least integer that is not below x",
		mathCeil),
	kit.Fn("floor", "x", kit.None, "gives the greatest integer that is not above x",
		mathFloor),
	kit.Fn("fmod", "x, y", kit.None, "gives the rest of a division rounded towards zero",
		mathFmod),
	kit.Fn("frexp", "x", kit.None, "gives m and e with x = m * 2^e",
		mathFrexp),
	kit.Fn("ldexp", "m, e", kit.None, "gives m * 2^e",
		mathLdexp),
	kit.Fn("log", "x [, base]", kit.None, "gives the logarithm, natural without a base",
		mathLog),
	kit.Fn("max", "x, ...", kit.None, "gives the largest argument",
		mathMax),
	kit.Fn("min", "x, ...", kit.None, "gives the smallest argument",
		mathMin),
	kit.Fn("modf", "x", kit.None, "gives the integral part and the fraction",
		mathModf),
	kit.Fn("pow", "x, y", kit.None, "gives x to the power y",
		mathPow),
	kit.Fn("tointeger", "x", kit.None, "gives x as an integer, or nil when it has a fraction",
		mathToInteger),
	kit.Fn("type", "x", kit.None, `gives "integer" or "float", or nil when it is no number`,
		mathType),
	kit.Fn("ult", "m, n", kit.None, "compares two integers as unsigned ones",
		mathUlt),
	kit.Fn("random", "[from [, to]]", kit.None, "gives a number from 0 to 1, or an integer from 1 or from..to",
		func(t *vm.Thread) int { return of(t).generator().random(t) }),
	kit.Fn("randomseed", "seed", kit.None, "sets what random goes on from",
		func(t *vm.Thread) int { return of(t).generator().seed(t) }),
}}

// mathTemplate is the math library (manual section 6.6), with Lua 5.3's
// tointeger, type and ult. There are no integers beside the floats: what is
// called an integer here is a float without a fraction that is exact, up to
// 2^53; type calls so only what tostring shows whole, below 10^14.
var mathTemplate = vm.NewTemplate("math", mathFunctions.Bound()).
	Set("pi", vm.Number(math.Pi)).
	Set("huge", vm.Number(math.Inf(1)))

// unary makes a library function of a function of one number.
func unary(f func(float64) float64) func(*vm.Thread) int {
	return func(t *vm.Thread) int { return t.Return(vm.Number(f(t.CheckNumber(1)))) }
}

func mathAbs(t *vm.Thread) int   { return t.Return(vm.Number(math.Abs(t.CheckNumber(1)))) }
func mathCeil(t *vm.Thread) int  { return t.Return(vm.Number(math.Ceil(t.CheckNumber(1)))) }
func mathFloor(t *vm.Thread) int { return t.Return(vm.Number(math.Floor(t.CheckNumber(1)))) }

// The functions of two arguments look at the second one first, as the
// reference's do.
func mathAtan2(t *vm.Thread) int {
	x := t.CheckNumber(2)
	y := t.CheckNumber(1)
	return t.Return(vm.Number(number.Invalid(math.Atan2(y, x), x, y)))
}

func mathFmod(t *vm.Thread) int {
	y := t.CheckNumber(2)
	x := t.CheckNumber(1)
	return t.Return(vm.Number(number.Invalid(math.Mod(x, y), x, y)))
}

func mathPow(t *vm.Thread) int {
	y := t.CheckNumber(2)
	return t.Return(vm.Number(number.Power(t.CheckNumber(1), y)))
}

func mathFrexp(t *vm.Thread) int {
	fraction, exponent := math.Frexp(t.CheckNumber(1))
	return t.Return(vm.Number(fraction), vm.Int(exponent))
}

func mathLdexp(t *vm.Thread) int {
	return t.Return(vm.Number(math.Ldexp(t.CheckNumber(1), t.CheckInt32(2))))
}

// signed gives f with the sign that C gives a result that is no number.
func signed(f func(float64) float64) func(float64) float64 {
	return func(x float64) float64 { return number.Invalid(f(x), x) }
}

func mathLog(t *vm.Thread) int {
	f := t.CheckNumber(1)
	if t.Arg(2).IsNil() {
		return t.Return(vm.Number(number.Log(f)))
	}
	if base := t.CheckNumber(2); base != 10 {
		return t.Return(vm.Number(number.Log(f) / number.Log(base)))
	}
	return t.Return(vm.Number(number.Log10(f)))
}

func mathModf(t *vm.Thread) int {
	f := t.CheckNumber(1)
	if math.IsInf(f, 0) {
		return t.Return(vm.Number(f), vm.Number(math.Copysign(0, f)))
	}
	whole, fraction := math.Modf(f)
	return t.Return(vm.Number(whole), vm.Number(fraction))
}

func mathMax(t *vm.Thread) int {
	largest := t.CheckNumber(1)
	for i, n := 2, t.NArgs(); i <= n; i++ {
		if f := t.CheckNumber(i); f > largest {
			largest = f
		}
	}
	return t.Return(vm.Number(largest))
}

func mathMin(t *vm.Thread) int {
	smallest := t.CheckNumber(1)
	for i, n := 2, t.NArgs(); i <= n; i++ {
		if f := t.CheckNumber(i); f < smallest {
			smallest = f
		}
	}
	return t.Return(vm.Number(smallest))
}

// maxExact bounds the whole numbers that a float tells apart from their
// neighbours, maxShown those of which tostring shows every digit.
const (
	maxExact = 1 << 53
	maxShown = 1e14 - 1
)

func isWhole(f, largest float64) bool { return f == math.Floor(f) && math.Abs(f) <= largest }

// mathToInteger takes numerals, too, as Lua 5.4 does.
func mathToInteger(t *vm.Thread) int {
	if f, ok := t.ToNumber(t.CheckAny(1)); ok && isWhole(f, maxExact) {
		return t.Return(vm.Number(f + 0)) // -0 is the integer 0
	}
	return t.Return(vm.Nil)
}

// mathType calls integers what tostring shows as such: code that asks writes
// them with tostring.
func mathType(t *vm.Thread) int {
	f, ok := t.CheckAny(1).AsNumber()
	switch {
	case !ok:
		return t.Return(vm.Nil)
	case isWhole(f, maxShown):
		return t.Return(vm.String("integer"))
	}
	return t.Return(vm.String("float"))
}

func mathUlt(t *vm.Thread) int {
	return t.Return(vm.Bool(uint64(t.CheckInt(1)) < uint64(t.CheckInt(2))))
}

// random is one state's generator: same seed, same numbers.
type random struct{ source *rand.PCG }

func newRandom(seed uint64) *random { return &random{rand.NewPCG(seed, seed)} }

// generator gives the state's generator, made when it is first used.
func (l *Libraries) generator() *random {
	if l.random == nil {
		l.random = newRandom(uint64(l.host().Seed))
	}
	return l.random
}

func (r *random) seed(t *vm.Thread) int {
	seed := math.Float64bits(t.CheckNumber(1))
	r.source.Seed(seed, seed)
	return 0
}

func (r *random) random(t *vm.Thread) int {
	f := float64(r.source.Uint64()>>11) / (1 << 53)
	switch t.NArgs() {
	case 0:
		return t.Return(vm.Number(f))
	case 1:
		high := t.CheckNumber(1)
		if !(high >= 1) {
			t.ArgError(1, "interval is empty")
		}
		return t.Return(vm.Number(math.Floor(f*high) + 1))
	case 2:
		low, high := t.CheckNumber(1), t.CheckNumber(2)
		if !(low <= high) {
			t.ArgError(2, "interval is empty")
		}
		return t.Return(vm.Number(math.Floor(f*(high-low+1)) + low))
	}
	t.Errorf("wrong number of arguments")
	return 0
}
