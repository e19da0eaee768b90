package plain

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFormatNumber(t *testing.T) {
	for want, f := range map[string]float64{
		"0": 0, "-0": math.Copysign(0, -1), "1": 1, "100000": 100000, "1795428131.42": 1795428131.42,
		"0.1": 0.1, "100000000000000": 1e14, "99999999999999": 99999999999999, "-1000000000000001": -1000000000000001,
		"9007199254740992": 1 << 53, "9007199254740991": 1<<53 - 1, "9.007199254741e+15": 1<<53 + 2, "1e+16": 1e16, "1e+100": 1e100,
		"123456789012.5": 123456789012.5, "1e-05": 1e-5, "0.0001": 1e-4,
		"3.1415926535898": math.Pi, "1e+300": 1e300, "inf": math.Inf(1), "-inf": math.Inf(-1), "nan": math.NaN(),
		"0.33333333333333": 1.0 / 3, "123456789012": 123456789012, "1.7976931348623e+308": math.MaxFloat64,
	} {
		if got := FormatNumber(f); got != want {
			t.Errorf("FormatNumber(%v) = %s, want %s", f, got, want)
		}
	}
}

func TestSortEntries(t *testing.T) {
	keys := []Value{
		OfBool(true), OfString("b", 0), OfNumber(2), {Kind: Function, Text: "f"}, OfNumber(-1), OfBool(false),
		OfNumber(1), OfNumber(3.5), OfString("a", 0), OfNumber(3), {Kind: Table, Text: "t"}, OfNumber(0),
	}
	var entries []Entry
	for _, k := range keys {
		entries = append(entries, Entry{Key: k})
	}
	SortEntries(entries)
	var got []string
	for _, e := range entries {
		k, _ := KeyOf(e.Key)
		got = append(got, k.String())
	}
	want := []string{"[1]", "[2]", "[3]", "[-1]", "[0]", "[3.5]", ".a", ".b", "[false]", "[true]", "[table t]", "[function f]"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestOfString(t *testing.T) {
	for _, c := range []struct {
		in    string
		limit int
		text  string
	}{
		{"hello", 0, "hello"}, {"hello", 5, "hello"}, {"hello", 3, "hel"},
		{"a月b", 2, "a"}, {"a月b", 3, "a"}, {"a月b", 4, "a月"}, {"\x80\x80\x80\x80\x80\x80", 4, "\x80\x80\x80\x80"},
	} {
		v := OfString(c.in, c.limit)
		if v.Text != c.text || v.Length != len(c.in) {
			t.Errorf("OfString(%q, %d) = %q of %d", c.in, c.limit, v.Text, v.Length)
		}
	}
}

func TestPath(t *testing.T) {
	for _, c := range []struct {
		in, out string
		keys    Path
	}{
		{"", "", nil},
		{" rooms ", "rooms", Path{NameKey("rooms")}},
		{`rooms.lobby.users[1]["odd key"]`, `rooms.lobby.users[1]["odd key"]`,
			Path{NameKey("rooms"), NameKey("lobby"), NameKey("users"), NumberKey(1), NameKey("odd key")}},
		{`a['it\'s']`, `a["it's"]`, Path{NameKey("a"), NameKey("it's")}},
		{`a["lobby"]`, `a.lobby`, Path{NameKey("a"), NameKey("lobby")}},
		{`a.end`, `a["end"]`, Path{NameKey("a"), NameKey("end")}},
		{`["end"][ true ][false]`, `["end"][true][false]`, Path{NameKey("end"), BoolKey(true), BoolKey(false)}},
		{`a[-1][0.5][1e300][0x10][-0][.5]`, `a[-1][0.5][1e+300][16][0][0.5]`,
			Path{NameKey("a"), NumberKey(-1), NumberKey(0.5), NumberKey(1e300), NumberKey(16), NumberKey(0), NumberKey(0.5)}},
		{`a[math.huge][-math.huge]`, `a[math.huge][-math.huge]`, Path{NameKey("a"), NumberKey(math.Inf(1)), NumberKey(math.Inf(-1))}},
		{`a["\255\x41\n"]`, `a["\255A\n"]`, Path{NameKey("a"), NameKey("\xffA\n")}},
		{`a[0.30000000000000004]`, `a[0.30000000000000004]`, Path{NameKey("a"), NumberKey(0.30000000000000004)}},
	} {
		got, err := ParsePath(c.in)
		if err != nil {
			t.Error(err)
			continue
		}
		if d := cmp.Diff(c.keys, got); d != "" {
			t.Errorf("%s: %s", c.in, d)
		}
		if got.String() != c.out {
			t.Errorf("%s: written %s, want %s", c.in, got, c.out)
		}
	}
}

// What follows a path begins after the first blank that is in no key.
func TestCutPath(t *testing.T) {
	for text, want := range map[string][2]string{
		`a.b 1`: {"a.b", "1"}, ` a  = 1`: {"a", "= 1"}, `a["x y"].z "t u"`: {`a["x y"].z`, `"t u"`}, `a[ 1 ] {}`: {"a[1]", "{}"},
		`a["\" ]"] 2`: {`a["\" ]"]`, "2"}, `a`: {"a", ""}, ``: {"", ""},
	} {
		if path, rest, err := CutPath(text); err != nil || path.String() != want[0] || rest != want[1] {
			t.Errorf("%s: %s, then %q, %v", text, path, rest, err)
		}
	}
	for text, want := range map[string]string{
		`a..b 1`: `path "a..b": expected a name; other strings are written ["like this"] at character 3`,
		`a["x y`: `path "a[\"x y": unfinished string at character 7`,
	} {
		if _, _, err := CutPath(text); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestPathErrors(t *testing.T) {
	for in, want := range map[string]string{
		"a b":       `path "a b": expected .name or [key] at character 2`,
		".a":        `path ".a": expected a name; other strings are written ["like this"] at character 1`,
		"a.":        `path "a.": expected a name; other strings are written ["like this"] at character 3`,
		"a.1":       `path "a.1": expected a name; other strings are written ["like this"] at character 3`,
		"a[":        `path "a[": expected a "string", a number, true or false at character 3`,
		"a[b]":      `path "a[b]": expected a "string", a number, true or false at character 3`,
		"a[1":       `path "a[1": expected ] at character 4`,
		"a[1_0]":    `path "a[1_0]": malformed number at character 3`,
		`a["x`:      `path "a[\"x": unfinished string at character 5`,
		`a["\q"]`:   `path "a[\"\\q\"]": unknown escape at character 4`,
		`a["\300"]`: `path "a[\"\\300\"]": escape too large at character 4`,
	} {
		_, err := ParsePath(in)
		var pe *PathError
		if !errors.As(err, &pe) || err.Error() != want {
			t.Errorf("ParsePath(%q): %v\nwant %s", in, err, want)
		}
	}
}

func FuzzParsePath(f *testing.F) {
	for _, seed := range []string{"", "a.b[1]", `["\255"]`, "a[-0x10]", `a['\x00'][true]`, "a[1e999]", "a[math.huge]", "[[", "a.\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePath(s)
		if err != nil {
			return
		}
		again, err := ParsePath(p.String())
		if err != nil {
			t.Fatalf("%q is written %q: %v", s, p, err)
		}
		if d := cmp.Diff(p, again); d != "" {
			t.Fatalf("%q is written %q: %s", s, p, d)
		}
	})
}

func TestWithin(t *testing.T) {
	list := OfList(OfNumber(1), OfNumber(2), OfNumber(3), OfNumber(4), OfNumber(5))
	v := OfEntries(
		Entry{OfString("brief", 0), OfEntries(Entry{OfString("x", 0), OfNumber(1)})},
		Entry{OfString("code", 0), OfEntries(Entry{OfString("f", 0), Value{Kind: Function, Text: "f"}})},
		Entry{OfString("list", 0), list},
		Entry{OfString("name", 0), OfString("x", 0)},
	)
	shape := func(v Value) (s string) {
		for _, e := range v.Entries {
			s += fmt.Sprintf("%s:%d/%d", e.Key.Text, len(e.Value.Entries), e.Value.Total)
			if e.Value.Cut {
				s += " cut"
			}
			s += " "
		}
		return s
	}
	for _, tt := range []struct {
		depth, width int
		want         string
	}{
		{0, 9, ""}, {1, 9, "brief:1/1 code:0/1 cut list:0/5 cut name:0/0 "}, {2, 9, "brief:1/1 code:1/1 list:5/5 name:0/0 "}, {2, 3, "brief:1/1 code:1/1 list:3/5 "},
	} {
		if got := shape(v.Within(Limits{Depth: tt.depth, Width: tt.width, Text: 10})); got != tt.want {
			t.Errorf("%d levels, %d entries: %s", tt.depth, tt.width, got)
		}
	}
	if shape(v) != shape(v.Within(Limits{Depth: 9, Width: 9, Text: 9})) || len(v.Entries[2].Value.Entries) != 5 {
		t.Error("what all is shown of has changed")
	}
	if short := OfString("long enough", 0).Within(Limits{Text: 4}); short.Text != "long" || short.Length != 11 {
		t.Errorf("%q of %d bytes", short.Text, short.Length)
	}
}
