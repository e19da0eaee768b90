package recorded

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// answers are how they are written.
var answers = map[string]Answer{
	"nil":                   {},
	"true":                  {Value: true},
	"{}":                    {Value: Table{}},
	"-17":                   {Value: -17.0},
	"0.1":                   {Value: 0.1},
	"-0":                    {Value: math.Copysign(0, -1)},
	"1e+300":                {Value: 1e300},
	"-inf":                  {Value: math.Inf(-1)},
	"9.007199254740992e+15": {Value: 1 << 53 * 1.0},
	`"a\"b\n\000\255ü"`:     {Value: "a\"b\n\x00\xffü"},
	`{1, nil, "x"}`:         {Value: List(1.0, nil, "x")},
	`error "no such host"`:  {Kind: Failed, Error: "no such host"},
	`error "deadlock" true`: {Kind: Failed, Error: "deadlock", Value: true},
	"no answer":             {Kind: Missing},
	"too large":             {Kind: Large},
	`{id = 7, ["a b"] = {{}, x = nil}, [3.5] = false, [true] = nan}`: {Value: Table{
		{"id", 7.0}, {"a b", Table{{nil, Table{}}, {"x", nil}}}, {3.5, false}, {true, math.NaN()},
	}},
}

// exact compares values, -0 with -0 alone, and any NaN with any.
var exact = cmp.Comparer(func(a, b float64) bool {
	return a == b && math.Signbit(a) == math.Signbit(b) || math.IsNaN(a) && math.IsNaN(b)
})

func TestAnswersAreReadAsTheyAreWritten(t *testing.T) {
	for text, want := range answers {
		if got := want.String(); got != text {
			t.Errorf("%s is written %s", text, got)
		}
		for _, after := range []string{"", ", 3 times", ", before 1 asked earlier"} {
			got, rest, err := Cut(text + after)
			if diff := cmp.Diff(want, got, exact); diff != "" || err != nil || rest != after {
				t.Errorf("%s%s: %v, %q\n%s", text, after, err, rest, diff)
			}
		}
	}
}

func TestWhatIsNoAnswerSaysWhere(t *testing.T) {
	for text, at := range map[string]int{
		"": 1, "nothing": 1, "{1, 2": 6, "{1 2}": 4, `{x = }`: 6, `{[nil] = 1}`: 6, `{["x" = 1}`: 7, `error 7`: 7, `"open`: 6, `{1} x`: 4, `"\q"`: 2,
		"0x10": 1, "1_0": 1, strings.Repeat("{", deepest+1): deepest + 1,
	} {
		_, err := Parse(text)
		var wrong *Error
		if !errors.As(err, &wrong) || wrong.At != at {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestAnswersAreBounded(t *testing.T) {
	large := strings.Repeat("x", Most)
	for _, a := range []Answer{{Value: large}, {Value: List(large[:Most/2], large[:Most/2])}, {Kind: Failed, Error: large}} {
		if got := a.String(); got != "too large" {
			t.Errorf("%d bytes", len(got))
		}
	}
	if got := (Answer{Value: large[:Most-2]}).String(); len(got) != Most {
		t.Errorf("%d bytes", len(got))
	}
}

func TestBrief(t *testing.T) {
	long := strings.Repeat("x", mostAsked+1)
	if a, b := Brief(long), Brief(long[1:]+"y"); a == b || len(a) > mostAsked || Brief("short") != "short" {
		t.Errorf("%s, %s", a, b)
	}
}

// valueOf makes a value of any bytes.
func valueOf(b []byte, depth int) (v Value, rest []byte) {
	if len(b) == 0 {
		return nil, nil
	}
	kind, b := b[0], b[1:]
	switch kind % 6 {
	case 1:
		return kind&8 == 0, b
	case 2:
		bits := uint64(0)
		for i := 0; i < 8 && len(b) > 0; i++ {
			bits, b = bits<<8|uint64(b[0]), b[1:]
		}
		return math.Float64frombits(bits), b
	case 3:
		n := min(int(kind>>3), len(b))
		return string(b[:n]), b[n:]
	case 4, 5:
		table := Table{}
		for n := int(kind >> 4); n > 0 && depth < deepest-1; n-- {
			var f Field
			f.Key, b = valueOf(b, deepest)
			if key, ok := f.Key.(float64); ok && math.IsNaN(key) {
				f.Key = nil
			}
			if _, ok := f.Key.(Table); ok {
				f.Key = nil
			}
			f.Value, b = valueOf(b, depth+1)
			table = append(table, f)
		}
		return table, b
	}
	return nil, b
}

// Whatever a value is, it is read as it was.
func FuzzValues(f *testing.F) {
	f.Add([]byte("\x44\x1babc\x02\x7f\xf8\x00\x00\x00\x00\x00\x01\x00\x09"), "x")
	f.Add([]byte("\x02\x80\x00\x00\x00\x00\x00\x00\x00"), "a, 3 times")
	f.Fuzz(func(t *testing.T, b []byte, failure string) {
		v, _ := valueOf(b, 0)
		for _, want := range []Answer{{Value: v}, {Kind: Failed, Error: failure, Value: v}} {
			text := want.String()
			got, err := Parse(text)
			if diff := cmp.Diff(want, got, exact); diff != "" && text != words[Large] || err != nil || strings.Contains(text, "\n") {
				t.Fatalf("%s: %v\n%s", text, err, diff)
			}
		}
	})
}

// Whatever is read is written so that it is read as the same.
func FuzzCut(f *testing.F) {
	for text := range answers {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first, _, err := Cut(text)
		if err != nil || len(text) > Most/8 {
			return
		}
		again, err := Parse(first.String())
		if diff := cmp.Diff(first, again, exact); diff != "" || err != nil {
			t.Fatalf("%q, %s: %v\n%s", text, first, err, diff)
		}
	})
}
