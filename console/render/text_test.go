package render

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect/plain"
)

func TestDuration(t *testing.T) {
	for _, c := range []struct {
		d    time.Duration
		want string
	}{
		{0, "0 s"}, {120, "120 ns"}, {1500 * time.Nanosecond, "1.5 µs"}, {350 * time.Microsecond, "350 µs"},
		{999600 * time.Nanosecond, "1 ms"}, {1500 * time.Microsecond, "1.5 ms"}, {12 * time.Millisecond, "12 ms"},
		{999600 * time.Microsecond, "1 s"}, {4200 * time.Millisecond, "4.2 s"}, {50 * time.Second, "50 s"},
		{59960 * time.Millisecond, "1m0s"}, {10 * time.Minute, "10m0s"}, {2 * time.Hour, "2h0m0s"},
		{26 * time.Hour, "1d2h"}, {26*time.Hour + 30*time.Minute, "1d2h30m"}, {24*time.Hour + 5*time.Second, "1d0h0m5s"},
		{-4200 * time.Millisecond, "-4.2 s"}, {math.MinInt64, "-0 s"},
	} {
		if got := Duration(c.d); got != c.want && c.d != math.MinInt64 {
			t.Errorf("Duration(%d) = %s, want %s", c.d, got, c.want)
		}
	}
}

func TestUnits(t *testing.T) {
	for got, want := range map[string]string{
		Size(0): "0 B", Size(512): "512 B", Size(1229): "1.2 KB", Size(1 << 20): "1 MB", Size(1258291): "1.2 MB",
		Size(1<<20 - 1): "1 MB", Size(-2048): "-2 KB", Size(3 << 40): "3 TB", Size(5000 << 40): "4 PB",
		Count(0): "0", Count(999): "999", Count(4211): "4,211", Count(-1234567): "-1,234,567",
		Plural(1, "entry", "entries"): "1 entry", Plural(4211, "entry", "entries"): "4,211 entries",
		HexAddress(8): ":00000008",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestText(t *testing.T) {
	for got, want := range map[string]string{
		Truncate("abcdef", 4): "abc…", Truncate("abc", 3): "abc", Truncate("月月月", 5): "月月…", Truncate("abc", 0): "",
		TruncatePlace("chat.lua:61", 11): "chat.lua:61", TruncatePlace("chat_room.lua:61", 12): "…room.lua:61", TruncatePlace("月月月.lua:61", 11): "… 月.lua:61",
		TruncatePlace("timeout chat_room.lua:61", 20): "timeout …room.lua:61", TruncatePlace("timeout chat_room.lua:61", 19): "chat_room.lua:61",
		TruncatePlace("from chat_room", 8): "from ch…",
		Visible("a\tb  "):                  "a␉b␠␠", Visible("\x1b\x7f\xff"): `␛␡\255`,
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

var timers = []Column{
	{Name: "id", Align: Right, Role: Number}, {Name: "due in", Align: Right}, {Name: "every", Align: Right},
	{Name: "service", Role: Address, Shrink: 1}, {Name: "set at", Role: Note, Shrink: 2, Place: true},
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text          string
		width, indent int
		want          string
	}{
		{"one two three", 0, 4, "one two three"},
		{"one two three", 11, 4, "one two\n    three"},
		{"überlang kurz", 6, 2, "überlang\n  kurz"},
		{"", 10, 2, ""},
	} {
		if got := Wrap(c.text, c.width, c.indent); got != c.want {
			t.Errorf("%q in %d: got %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

func TestTable(t *testing.T) {
	rows := [][]string{
		{"7", "4.2 s", "50 s", "structured_service", "structured_service.lua:61"},
		{"12", "10m0s", "", "月\nb"},
	}
	want := `
ID  DUE IN  EVERY  SERVICE             SET AT
 7   4.2 s   50 s  structured_service  structured_service.lua:61
12   10m0s         月\nb`
	if d := cmp.Diff(want[1:], (Style{}).Table(timers, rows)); d != "" {
		t.Error(d)
	}
	want = `
ID  DUE IN  EVERY  SERVICE          SET AT
 7   4.2 s   50 s  structured_ser…  …vice.lua:61
12   10m0s         月\nb`
	if d := cmp.Diff(want[1:], Style{Width: 48}.Table(timers, rows)); d != "" {
		t.Error(d)
	}
	if got := (Style{}).Table(timers, nil); got != "(none)" {
		t.Error(got)
	}
	marks := []Column{{Name: "state", Marks: map[string]Role{"busy": Warning}}}
	if got := (Style{Palette: NewPalette(true)}).Table(marks, [][]string{{"busy"}, {"idle"}}); !strings.HasSuffix(got, "\n\x1b[33mbusy\x1b[0m\nidle") {
		t.Errorf("%q", got)
	}
}

// A column that is to be read whole stands below the rows where it would be cut, and
// nowhere else.
func TestTableBelow(t *testing.T) {
	columns := []Column{{Name: "id", Align: Right}, {Name: "error", Shrink: 1, Below: true}, {Name: "at", Shrink: 2, Place: true}}
	rows := [][]string{{"7", "nothing is divided by zero", "chat_room.lua:61"}, {"8", "", "b.lua:2"}, {"9"}}
	for width, want := range map[int]string{
		0: `ID  ERROR                       AT
 7  nothing is divided by zero  chat_room.lua:61
 8                              b.lua:2
 9`,
		46: `ID  ERROR                       AT
 7  nothing is divided by zero  …t_room.lua:61
 8                              b.lua:2
 9`,
		24: `ID  AT
    ERROR
 7  chat_room.lua:61
    nothing is divided
    by zero
 8  b.lua:2
 9`,
	} {
		if diff := cmp.Diff(want, (Style{Width: width}).Table(columns, rows)); diff != "" {
			t.Errorf("width %d: %s", width, diff)
		}
	}
}

func TestDiff(t *testing.T) {
	want := "a\nb\nc\nd\ne\nf\n> call\ntrue \ng\n"
	got := "a\nb\nc\nd\ne\nf\n> call\ntrue\ng\nh\n"
	expected := `
  … 4 equal lines
  e
  f
  > call
- true␠
+ true
  g
+ h`
	if d := cmp.Diff(expected[1:], (Style{}).Diff(want, got)); d != "" {
		t.Error(d)
	}
	if d := (Style{}).Diff("a\n", "a\n"); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff("+ a", (Style{}).Diff("", "a\n")); d != "" {
		t.Error(d)
	}
}

func TestDiffLarge(t *testing.T) {
	old, new := strings.Repeat("a\n", 10_000), strings.Repeat("b\n", 10_000)
	if got := strings.Count((Style{}).Diff(old, new), "\n"); got != 19_999 {
		t.Errorf("%d lines", got)
	}
}

func TestChanges(t *testing.T) {
	old := "ID  STATE\n 1  idle\n 2  idle\n 3  idle\n"
	new := "ID  STATE\n 1  idle\n 2  busy\n 3  idle\n 4  idle\n"
	want := "  ID  STATE\n   1  idle\n*  2  busy\n   3  idle\n+  4  idle"
	if d := cmp.Diff(want, (Style{}).Changes(old, new)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff("  a\n- b", (Style{}).Changes("a\nb\n", "a\n")); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff("  [1]   a\n+ [44]  b", (Style{}).Changes("[1]  a\n", "[1]   a\n[44]  b\n")); d != "" {
		t.Errorf("a wider column: %s", d)
	}
	coloured := Style{Palette: NewPalette(true)}.Changes(old, new)
	if !strings.Contains(coloured, " 2  \x1b[33;1mbusy") || stripColour(coloured) != want {
		t.Errorf("%q", coloured)
	}
}

func TestJSONValue(t *testing.T) {
	for _, c := range []struct {
		v    plain.Value
		want string
	}{
		{plain.Value{}, "null"}, {tru, "true"}, {num(1795428131.42), "1795428131.42"}, {num(3), "3"},
		{num(math.NaN()), `{"$number":"nan"}`}, {num(math.Inf(-1)), `{"$number":"-inf"}`}, {str("nan"), `"nan"`},
		{str("<naïve>\n\x00"), `"<naïve>\n\u0000"`}, {str("\xff"), `{"$lua":"\"\\255\""}`}, {cut, `{"$cut":"xxxxx","$length":4211}`},
		{lst(), "{}"}, {lst(num(1), str("a")), `[1,"a"]`}, {ann, `{"joined":1795428131.42,"name":"ann"}`},
		{of(10, lst(num(1))), `[1,{"$more":9}]`}, {of(10, tab("a", tru)), `{"a":true,"$more":9}`},
		{keyed(num(5), tru), `{"$pairs":[[5,true]]}`}, {keyed(str("$more"), tru), `{"$pairs":[["$more",true]]}`},
		{keyed(plain.Value{Kind: plain.Table, Text: "table 0x1", Cut: true}, tru), `{"$pairs":[[{"$table":"table 0x1"},true]]}`},
		{of(2, keyed(str("\xff"), tru)), `{"$pairs":[[{"$lua":"\"\\255\""},true]],"$more":1}`},
		{same, `{"$same":"rooms.lobby"}`}, {cycle, `{"$cycle":"rooms"}`}, {deep, `{"$entries":3}`},
		{join, `{"$function":"function join chat.lua:10"}`},
	} {
		got, err := JSON(c.v, nil)
		if err != nil || got != c.want {
			t.Errorf("got  %s %v\nwant %s", got, err, c.want)
		}
	}
}

type state int

func (s state) String() string { return [...]string{"idle", "busy"}[s] }

type base struct{ ID uint32 }

type reply struct {
	base
	Base    struct{ X int }
	DueIn   time.Duration
	CPUTime time.Duration `json:"cpu"`
	State   state
	Err     error
	Names   []string
	Values  []plain.Value
	More    map[string]any
	Next    *reply
	Hidden  int `json:"-"`
	private int
	At      time.Time
	Text    string
}

func TestJSONReply(t *testing.T) {
	r := reply{base: base{8}, DueIn: 4200 * time.Millisecond, State: 1, Err: errors.New("no such\x1bthing"),
		Values: []plain.Value{ann}, More: map[string]any{"b": 1, "a": nil}, private: 1,
		At: time.Unix(0, 0).UTC(), Text: "\xff"}
	want := `{"id":8,"base":{"x":0},"due_in":4.2,"cpu":0,"state":"busy","err":"no such\\027thing","names":[],` +
		`"values":[{"joined":1795428131.42,"name":"ann"}],"more":{"a":null,"b":1},"next":null,` +
		`"at":"1970-01-01T00:00:00Z","text":{"$lua":"\"\\255\""}}`
	got, err := JSON(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	loop := &reply{}
	loop.Next = loop
	if _, err := JSON(loop, nil); !errors.Is(err, ErrDepth) {
		t.Errorf("got %v", err)
	}
	if _, err := JSON(struct{ F func() }{}, nil); err == nil {
		t.Error("a function was encoded")
	}
	if got, err := JSON(nil, nil); got != "null" || err != nil {
		t.Error(got, err)
	}
}

func TestSparkline(t *testing.T) {
	tests := []struct {
		values []float64
		want   string
	}{
		{nil, ""},
		{[]float64{0, 0}, "▁▁"},
		{[]float64{0, 1, 2, 3, 4, 5, 6, 7}, "▁▂▃▄▅▆▇█"},
		{[]float64{1000, 1, 0, -3}, "█▂▁▁"}, // what is little is seen all the same
	}
	for _, tt := range tests {
		if got := Sparkline(tt.values); got != tt.want {
			t.Errorf("%v: %s, not %s", tt.values, got, tt.want)
		}
	}
}
