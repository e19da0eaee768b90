package render

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect/plain"
)

var (
	str = func(s string) plain.Value { return plain.OfString(s, 0) }
	num = plain.OfNumber
	lst = plain.OfList
	tru = plain.OfBool(true)
)

// tab describes a table of string keys and their values in turn.
func tab(pairs ...any) plain.Value {
	var entries []plain.Entry
	for i := 0; i < len(pairs); i += 2 {
		entries = append(entries, plain.Entry{Key: str(pairs[i].(string)), Value: pairs[i+1].(plain.Value)})
	}
	return plain.OfEntries(entries...)
}

// keyed describes a table of one entry.
func keyed(k, v plain.Value) plain.Value {
	return plain.OfEntries(plain.Entry{Key: k, Value: v})
}

func of(total int, v plain.Value) plain.Value {
	v.Total = total
	return v
}

func withMeta(v plain.Value) plain.Value {
	v.HasMetatable = true
	return v
}

var (
	ann    = tab("joined", num(1795428131.42), "name", str("ann"))
	lobby  = tab("created", num(1795428131.42), "messages", lst(), "users", lst(ann))
	same   = plain.Value{Kind: plain.Table, Seen: "rooms.lobby"}
	cycle  = plain.Value{Kind: plain.Table, Seen: "rooms", Cycle: true}
	toTop  = plain.Value{Kind: plain.Table, Cycle: true}
	deep   = plain.Value{Kind: plain.Table, Cut: true, Total: 3}
	cut    = plain.OfString(strings.Repeat("x", 4211), 5)
	join   = plain.Value{Kind: plain.Function, Text: "function join chat.lua:10"}
	hidden = plain.Value{Kind: plain.Userdata, Text: "userdata \x1b[2J"}
)

func root(name string, v plain.Value) Root { return Root{Name: name, Value: v} }

func TestInline(t *testing.T) {
	for _, c := range []struct {
		v     plain.Value
		width int
		want  string
	}{
		{plain.Value{}, 0, "nil"},
		{tru, 0, "true"},
		{num(math.NaN()), 0, "nan"},
		{ann, 0, `{joined = 1795428131.42, name = "ann"}`},
		{lst(str("a"), str("b")), 0, `{"a", "b"}`},
		{lst(), 0, "{}"},
		{keyed(num(5), tru), 0, "{[5] = true}"},
		{keyed(str("odd key"), tru), 0, `{["odd key"] = true}`},
		{plain.OfEntries(plain.Entry{Key: str("n"), Value: num(2)}, plain.Entry{Key: num(1), Value: tru}), 0, "{true, n = 2}"},
		{join, 0, "function join chat.lua:10"},
		{hidden, 0, `userdata \027[2J`},
		{same, 0, "(same as rooms.lobby)"},
		{tab("up", cycle, "root", toTop), 0, "{root = (cycle to the top), up = (cycle to rooms)}"},
		{deep, 0, "{… 3 entries}"},
		{cut, 0, `"xxxxx"… (4,211 bytes)`},
		{of(4212, lst(tru)), 0, "{true, … 4,211 more}"},
		{lst(num(1), num(2), num(3), num(4)), 8, "{1, 2, … 2 more}"},
		{str(strings.Repeat("月", 30)), 40, `"月月月月月月月月月月月月月"… (90 bytes)`},
		{str(strings.Repeat("y", 40)), 40, `"` + strings.Repeat("y", 26) + `"… (40 bytes)`},
		{str(strings.Repeat("y", 38)), 40, `"` + strings.Repeat("y", 38) + `"`},
	} {
		if got := (Style{}).Inline(c.v, c.width); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestTree(t *testing.T) {
	list := make([]plain.Value, 12)
	for i := range list {
		list[i] = tab("id", num(float64(i)), "tags", lst(lst(num(1))))
	}
	for _, c := range []struct {
		name  string
		width int
		roots []Root
		want  string
	}{
		{"the sketch", 0, []Root{root("rooms", tab("lobby", lobby))}, `
rooms                          1 entry
└─ lobby
   ├─ created   1795428131.42
   ├─ messages  (empty)
   └─ users     1 entry
      └─ [1]  {joined = 1795428131.42, name = "ann"}`},
		{"a whole state", 0, []Root{
			root("VERSION", num(3)), root("handlers", tab("join", join)), root("rooms", tab("lobby", lobby, "other", same, "up", cycle)), root("users", lst()),
		}, `
VERSION                        3
handlers                       {join = function join chat.lua:10}
rooms                          3 entries
├─ lobby
│  ├─ created   1795428131.42
│  ├─ messages  (empty)
│  └─ users     1 entry
│     └─ [1]  {joined = 1795428131.42, name = "ann"}
├─ other  (same as rooms.lobby)
└─ up     (cycle to rooms)
users                          (empty)`},
		{"small roots", 0, []Root{root("a", num(1)), root("longer", tab("x", num(1)))}, `
a       1
longer  {x = 1}`},
		{"cut by width and depth", 0, []Root{root("all", of(4213, lst(tab("a", deep), num(2))))}, `
all                            4,213 entries
├─ [1]
│  └─ a  3 entries …
├─ [2]  2
└─ … 4,211 more`},
		{"no name", 0, []Root{root("", tab("lobby", tab("a", lst(lst(num(1))))))}, `
1 entry
└─ lobby
   └─ a  1 entry
      └─ [1]  {1}`},
		{"odd keys", 0, []Root{root("t", plain.OfEntries(
			plain.Entry{Key: str("odd\x1b"), Value: tab("a", lobby)}, plain.Entry{Key: tru, Value: num(1)},
			plain.Entry{Key: plain.Value{Kind: plain.Table, Text: "table 0x1", Cut: true}, Value: num(2)}))}, `
t                              3 entries
├─ ["odd\027"]
│  └─ a
│     ├─ created   1795428131.42
│     ├─ messages  (empty)
│     └─ users     1 entry
│        └─ [1]  {joined = 1795428131.42, name = "ann"}
├─ [true]       1
└─ [table 0x1]  2`},
		{"metatables", 0, []Root{root("o", tab("p", withMeta(tab("x", num(1))), "q", withMeta(tab("x", lobby))))}, `
o                              2 entries
├─ p  {x = 1}  (metatable)
└─ q  (metatable)
   └─ x
      ├─ created   1795428131.42
      ├─ messages  (empty)
      └─ users     1 entry
         └─ [1]  {joined = 1795428131.42, name = "ann"}`},
		{"narrow", 40, []Root{root("t", tab("a", str(strings.Repeat("z", 60)), "b", lobby))}, `
t                   2 entries
├─ a  "zzzzzzzzzzzzzzzzzzzz"… (60 bytes)
└─ b
   ├─ created   1795428131.42
   ├─ messages  (empty)
   └─ users     1 entry
      └─ [1]
         ├─ joined  1795428131.42
         └─ name    "ann"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(strings.TrimPrefix(c.want, "\n"), Style{Width: c.width}.Tree(c.roots...)); d != "" {
				t.Error(d)
			}
		})
	}
	if got := (Style{}).Tree(root("l", lst(list...))); !strings.HasPrefix(got, "l                              12 entries\n├─ [1]\n") {
		t.Error(got)
	}
}

func TestResults(t *testing.T) {
	long := str(strings.Repeat("a", 50))
	for _, c := range []struct {
		values []plain.Value
		want   string
	}{
		{nil, "(no results)"},
		{[]plain.Value{tru}, "true"},
		{[]plain.Value{plain.OfBool(false), str("Unknown command")}, `false, "Unknown command"`},
		{[]plain.Value{lst()}, "{}"},
		{[]plain.Value{str(strings.Repeat("a", 200))}, `"` + strings.Repeat("a", 200) + `"`},
		{[]plain.Value{long, long}, "[1]  \"" + long.Text + "\"\n[2]  \"" + long.Text + "\""},
		{[]plain.Value{lobby}, `3 entries
├─ created   1795428131.42
├─ messages  (empty)
└─ users     1 entry
   └─ [1]  {joined = 1795428131.42, name = "ann"}`},
		{[]plain.Value{tru, lobby}, `[1]  true
[2]  3 entries
├─ created   1795428131.42
├─ messages  (empty)
└─ users     1 entry
   └─ [1]  {joined = 1795428131.42, name = "ann"}`},
	} {
		if d := cmp.Diff(c.want, (Style{}).Results(c.values)); d != "" {
			t.Error(d)
		}
	}
}

// Colour changes nothing but colour.
func TestColour(t *testing.T) {
	s := Style{Palette: NewPalette(true)}
	got := s.Tree(root("rooms", tab("lobby", lobby)))
	if want := (Style{}).Tree(root("rooms", tab("lobby", lobby))); stripColour(got) != want || got == want {
		t.Errorf("%q", got)
	}
	if got := s.Inline(str("a"), 0); got != "\x1b[32m\"a\"\x1b[0m" {
		t.Errorf("%q", got)
	}
	if got := s.Palette.Error("a\nb"); got != "\x1b[31ma\x1b[0m\n\x1b[31mb\x1b[0m" {
		t.Errorf("%q", got)
	}
	if got := NewPalette(false).Error("a"); got != "a" {
		t.Errorf("%q", got)
	}
}

func stripColour(s string) string {
	var b strings.Builder
	for s != "" {
		before, after, found := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !found {
			break
		}
		_, s, _ = strings.Cut(after, "m")
	}
	return b.String()
}
