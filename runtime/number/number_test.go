package number

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

func TestFormat(t *testing.T) {
	cases := []struct {
		f    float64
		want string
	}{
		{0, "0"}, {math.Copysign(0, -1), "-0"}, {1, "1"}, {-17, "-17"},
		{99999999999999, "99999999999999"}, {1e14, "1e+14"}, {-1e14, "-1e+14"},
		{1e100, "1e+100"}, {0.1, "0.1"}, {1.0 / 3, "0.33333333333333"},
		{1e-4, "0.0001"}, {1e-5, "1e-05"}, {123456789012345, "1.2345678901234e+14"},
		{math.Pi * 1e10, "31415926535.898"}, {5e-324, "4.9406564584125e-324"},
		{math.Inf(1), "inf"}, {math.Inf(-1), "-inf"}, {math.NaN(), "nan"},
		{math.Float64frombits(0xFFF8000000000000), "-nan"},
	}
	for _, c := range cases {
		if got := Format(c.f); got != c.want {
			t.Errorf("Format(%v) = %q, want %q", c.f, got, c.want)
		}
		if got := string(Append(nil, c.f)); got != c.want {
			t.Errorf("Append(%v) = %q, want %q", c.f, got, c.want)
		}
	}
}

var numerals = []string{
	"", " ", "0", "-0", "+0", "1", " 12 ", "\t\n\v\f\r5\r", "-17", "--1", "+-1", "- 1", "1 2", "1_000", "0x_1",
	"0x", "0x1", "0X1F", "-0xff", "0x.8", "0x8.", "0x.", "0x1p4", "0x1P-4", "0x1p", "0x1p+", "0xA.8p1", "0x1e2", "0x1p4.5",
	".", ".5", "5.", "5.e1", ".e1", "1e5", "1E5", "1e+5", "1e-5", "1e", "1e+", "1e5.0", "1..2", "1.2.3",
	"1e308", "1e309", "-1e999", "1e-400", "1e99999999999", "inf", "nan", "infinity", "-inf", "NaN", "0xinf",
	"123456789012345", "1234567890123456", "123456789012345678901234567890", "0x123456789abcdef0123456789",
	"1\x00", "\x001", "1\x00 ", "1a", "a", "0b1", "1f", "1d", "٣", "0x1.fffffffffffff8", "9007199254740993",
	"0.1e1\n", "00012", "1 ", "\xa01", "e5", "p1", "0xp1", "1p5",
}

func TestParse(t *testing.T) {
	cases := []struct {
		s    string
		want float64
		ok   bool
	}{
		{"0x10", 16, true}, {" 12 ", 12, true}, {"0x.8p1", 1, true}, {"1e999", math.Inf(1), true},
		{"nan", 0, false}, {"inf", 0, false}, {"0x", 0, false}, {"1_0", 0, false}, {"1e", 0, false},
		{"-0x10", -16, true}, {"5.", 5, true}, {".5", .5, true}, {".", 0, false}, {"1\x00", 0, false},
	}
	for _, c := range cases {
		if got, ok := Parse(c.s); got != c.want || ok != c.ok {
			t.Errorf("Parse(%q) = %v, %v, want %v, %v", c.s, got, ok, c.want, c.ok)
		}
	}
	if f, ok := Parse("-0"); !ok || !math.Signbit(f) {
		t.Errorf(`Parse("-0") = %v, %v, want -0, true`, f, ok)
	}
}

// luaQuote writes s as a Lua string literal that survives any bytes.
func luaQuote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(s); i++ {
		fmt.Fprintf(&b, "\\%03d", s[i])
	}
	b.WriteByte('"')
	return b.String()
}

// TestNumbersAsReference compares with lua5.2, where it is installed.
func TestNumbersAsReference(t *testing.T) {
	lua, err := exec.LookPath("lua5.2")
	if err != nil {
		t.Log("lua5.2 is not installed: the tables of the other tests stand alone")
		return
	}
	inputs := append(append([]string(nil), numerals...), longNumerals...)
	random := rand.New(rand.NewSource(1))
	for range 3000 {
		f := math.Float64frombits(random.Uint64())
		if f != f {
			continue
		}
		inputs = append(inputs, strconv.FormatFloat(f, 'g', -1, 64), strconv.FormatFloat(random.NormFloat64()*1e5, 'f', random.Intn(20), 64))
	}
	var script bytes.Buffer
	for _, s := range inputs {
		fmt.Fprintf(&script, "do local n = tonumber(%s) print(n, n and string.format('%%a', n)) end\n", luaQuote(s))
	}
	command := exec.Command(lua, "-")
	command.Stdin = &script
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) != len(inputs) {
		t.Fatalf("%d answers to %d questions", len(lines), len(inputs))
	}
	for i, s := range inputs {
		want, bits, _ := strings.Cut(lines[i], "\t")
		f, ok := Parse(s)
		if !ok {
			if want != "nil" {
				t.Errorf("Parse(%.60q) fails, want %s", s, want)
			}
			continue
		}
		if got := Format(f); got != want {
			t.Errorf("tonumber(%.60q) prints %s, want %s", s, got, want)
		}
		if exact, _ := strconv.ParseFloat(strings.Replace(bits, "nil", "0", 1), 64); exact != f && !math.IsInf(f, 0) {
			t.Errorf("Parse(%.60q) = %v, want %s", s, f, bits)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range numerals {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, ok := Parse(s)
		// A decimal numeral without white space around it means the same to Go.
		if len(s) <= Long && strings.Trim(s, "0123456789.eE+-") == "" {
			want, err := strconv.ParseFloat(s, 64)
			if inGo := err == nil || errors.Is(err, strconv.ErrRange); ok != inGo || ok && n != want {
				t.Fatalf("Parse(%q) = %v, %v; in Go %v, %v", s, n, ok, want, err)
			}
		}
		if !ok {
			return
		}
		if n != n {
			t.Fatalf("Parse(%q) is not a number", s)
		}
		if long, ok := ParseLong(s, func() {}); !ok || long != n {
			t.Fatalf("Parse(%q) = %v, ParseLong gives %v, %v", s, n, long, ok)
		}
		if again, ok := Parse(strconv.FormatFloat(n, 'g', -1, 64)); !math.IsInf(n, 0) && (!ok || again != n) {
			t.Fatalf("Parse(%q) = %v, its text reads as %v, %v", s, n, again, ok)
		}
	})
}

func BenchmarkFormat(b *testing.B) {
	for name, f := range map[string]float64{"integer": 12345678, "fraction": 3.14159} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				Format(f)
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for name, s := range map[string]string{"integer": "12345678", "fraction": "3.14159"} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				Parse(s)
			}
		})
	}
}
