package lua

import (
	"fmt"
	"math"
	"math/rand"
	"strconv"
	"strings"
	"testing"
)

// formatted writes one number the way string.format would for a directive such
// as "5.2f".
func formatted(text string, f float64) string {
	var d directive
	d.scan(nil, text, 0)
	switch d.verb {
	case 'd':
		n := int64(f)
		magnitude := uint64(n)
		if n < 0 {
			magnitude = -magnitude
		}
		return string(d.integer(nil, d.sign(n < 0), magnitude, 10))
	case 'o':
		return string(d.integer(nil, "", uint64(f), 8))
	case 'x':
		return string(d.integer(nil, d.hexPrefix("0x", uint64(f)), uint64(f), 16))
	case 'X':
		return string(d.integer(nil, d.hexPrefix("0X", uint64(f)), uint64(f), 16))
	}
	return string(d.float(nil, f))
}

func TestFormatNumbers(t *testing.T) {
	cases := []struct {
		directive string
		f         float64
		want      string
	}{
		{"5.2f", 3.14159, " 3.14"}, {".0f", 0.5, "0"}, {".0f", 1.5, "2"}, {".0f", 2.5, "2"}, {"#.0f", 1, "1."},
		{".3f", 1e15, "1000000000000000.000"}, {"f", 1e300, strconv.FormatFloat(1e300, 'f', 6, 64)},
		{"f", math.Inf(-1), "-inf"}, {"010f", math.Inf(1), "       inf"}, {"E", math.NaN(), "NAN"},
		{"-8.1fx", 2.25, "2.2     "}, {"08.2f", -1.5, "-0001.50"}, {"+.2e", 12345.678, "+1.23e+04"}, {"#.0e", 1, "1.e+00"},
		{"g", 1e20, "1e+20"}, {"#g", 1, "1.00000"}, {"#.3g", 9999, "1.00e+04"}, {".3g", 1234.5, "1.23e+03"}, {"G", 1e-10, "1E-10"},
		{"a", 1, "0x1p+0"}, {"A", 0.1, "0X1.999999999999AP-4"}, {".3a", 0.1, "0x1.99ap-4"}, {".0a", 1.5, "0x2p+0"},
		{"a", 1e-320, "0x0.00000000007e8p-1022"}, {"012a", 1, "0x0000001p+0"}, {"a", 0, "0x0p+0"}, {".2a", 0, "0x0.00p+0"},
		{"+5d", 42, "  +42"}, {"05d", -42, "-0042"}, {"5.3d", 7, "  007"}, {".0d", 0, ""}, {"#x", 255, "0xff"}, {"#06X", 255, "0X00FF"},
		{"#o", 8, "010"}, {"#.0o", 0, "0"}, {"#x", 0, "0"},
	}
	for _, c := range cases {
		if got := formatted(c.directive, c.f); got != c.want {
			t.Errorf("%%%s of %v = %q, want %q", c.directive, c.f, got, c.want)
		}
	}
}

// TestFormatAsReference compares random directives with lua5.2's.
func TestFormatAsReference(t *testing.T) {
	random := rand.New(rand.NewSource(4))
	type question struct {
		directive string
		f         float64
	}
	questions := make([]question, 8000)
	var script strings.Builder
	script.WriteString("local function q(f, n) print(\"<\" .. string.format(f, n) .. \">\") end\n")
	for i := range questions {
		var d strings.Builder
		for _, flag := range "-+ #0" {
			if random.Intn(4) == 0 {
				d.WriteRune(flag)
			}
		}
		if random.Intn(2) == 0 {
			fmt.Fprintf(&d, "%d", random.Intn(30)+1)
		}
		if random.Intn(2) == 0 {
			fmt.Fprintf(&d, ".%d", random.Intn(25))
		}
		verb := "eEfgGaAfgdoxX"[random.Intn(13)]
		d.WriteByte(verb)
		questions[i] = question{d.String(), randomNumber(random, strings.IndexByte("doxX", verb) >= 0)}
		fmt.Fprintf(&script, "q(%q, %s)\n", "%"+d.String(), luaNumber(questions[i].f))
	}
	for i, want := range reference(t, script.String()) {
		q := questions[i]
		if got := "<" + formatted(q.directive, q.f) + ">"; got != want {
			t.Errorf("%%%s of %v (%x) = %s, want %s", q.directive, q.f, q.f, got, want)
		}
	}
}

func randomNumber(random *rand.Rand, natural bool) float64 {
	if natural {
		return float64(random.Int63() >> random.Intn(64))
	}
	switch random.Intn(6) {
	case 0:
		return math.Float64frombits(random.Uint64() &^ (1 << 62)) // never NaN
	case 1:
		return float64(random.Intn(2000)-1000) / 8
	case 2:
		return random.NormFloat64() * math.Pow(10, float64(random.Intn(20)))
	case 3:
		return float64(random.Intn(100)) / 100
	case 4:
		return []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), 5e-324, math.MaxFloat64, 9.995, 0.5, 99.5}[random.Intn(9)]
	}
	return float64(random.Int63() >> random.Intn(60))
}

func luaNumber(f float64) string {
	switch {
	case math.IsInf(f, 0):
		return strings.TrimPrefix(fmt.Sprintf("%d/0", int(math.Copysign(1, f))), "+")
	case f == 0 && math.Signbit(f):
		return "-0.0"
	}
	return strconv.FormatFloat(f, 'x', -1, 64)
}

func FuzzScaled(f *testing.F) {
	f.Add(0.5, 0)
	f.Add(1234.5678, 2)
	f.Add(1e18, 3)
	f.Fuzz(func(t *testing.T, x float64, precision int) {
		if x != x || x < 0 || math.IsInf(x, 0) || precision < 0 || precision > 15 {
			return
		}
		whole, ok := scaled(x, precision)
		if !ok {
			return
		}
		if got, want := string(appendDecimal(nil, whole, precision)), strconv.FormatFloat(x, 'f', precision, 64); got != want {
			t.Fatalf("%v with %d decimals is %s, want %s", x, precision, got, want)
		}
	})
}

func BenchmarkFixed(b *testing.B) {
	d := directive{precision: 2, width: 5, verb: 'f'}
	var room [64]byte
	b.ReportAllocs()
	for range b.N {
		d.float(room[:0], 3.14159)
	}
}
