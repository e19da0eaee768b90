package replay

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// readings are all that a transcript may say of them.
var readings = map[string]Reading{
	`# read :00000002 os.getenv "HOME": "/root"`:                                   {":00000002", "os.getenv", "HOME", "/root", false, 1, false, 0, 0},
	`# read :0000000a os.getenv "A: \"b\"": nil`:                                   {":0000000a", "os.getenv", `A: "b"`, "", true, 1, false, 0, 0},
	`# read :00000002 io.open "none": nil, "No such file or directory"`:            {":00000002", "io.open", "none", "No such file or directory", true, 1, false, 0, 0},
	`# read :00000002 io.open "a": "\000\n\\1, 2 times", 3 times`:                  {":00000002", "io.open", "a", "\x00\n\\1, 2 times", false, 3, false, 0, 0},
	`# read :00000002 os.time: "1796036534", 12 times`:                             {":00000002", "os.time", "", "1796036534", false, 12, false, 0, 0},
	`# answer :00000002 http.request "GET /": {status = 200, body = "a"}, 2 times`: {":00000002", "http.request", "GET /", `{status = 200, body = "a"}`, false, 2, true, 0, 0},
	`# answer :00000002 db_pool.query "x": error "lost", before 3 asked earlier`:   {":00000002", "db_pool.query", "x", `error "lost"`, false, 1, true, 3, 0},
	`# read :00000002 io.open "empty": ""`:                                         {":00000002", "io.open", "empty", "", false, 1, false, 0, 0},
}

func TestReadingsAreReadAsTheyAreWritten(t *testing.T) {
	for line, want := range readings {
		got, _, err := parseReading(line)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", line, err, diff)
		}
		if got.String() != line {
			t.Errorf("%s comes back as %s", line, &got)
		}
	}
}

func TestReadingsOfATranscript(t *testing.T) {
	const text = "# read this first\n# read :00000002 os.time: \"1\"\n$ lunarium\n# read :00000002 os.time: \"2\"\nup\n\n> list\n# read :00000003 os.time: \"3\"\n"
	transcript, err := Parse("t.txt", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	got, err := transcript.Readings()
	want := []Reading{{":00000002", "os.time", "", "1", false, 1, false, 0, 0}, {":00000002", "os.time", "", "2", false, 1, false, 0, 0}, {":00000003", "os.time", "", "3", false, 1, false, 0, 0}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	for _, bad := range []string{`os.getenv "HOME"`, `os.getenv "HOME: "x"`, `os.time: 7`, `os.time: "7" twice`, `os.time: "7", 0 times`} {
		transcript, err := Parse("t.txt", strings.NewReader("> list\n# read :00000002 "+bad+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := transcript.Readings(); !errors.Is(err, ErrSyntax) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// The same is read as often as it was; what was read last is read again, but for the clock's.
func TestGiven(t *testing.T) {
	g := NewGiven([]Reading{
		{":2", "os.time", "", "1", false, 2, false, 0, 0}, {":2", "os.time", "", "2", false, 1, false, 0, 0}, {":2", "os.getenv", "A", "x", false, 2, false, 0, 0}, {":2", "os.getenv", "A", "", true, 1, false, 0, 0},
	})
	read := func(function, argument string) string {
		r, ok := g.Next(Reading{Service: ":2", Function: function, Argument: argument}, "a.lua:7")
		switch {
		case !ok:
			return "?"
		case r.None:
			return "nil"
		}
		return r.Text
	}
	var got []string
	for range 4 {
		got = append(got, read("os.time", ""), read("os.getenv", "A"))
	}
	got = append(got, read("os.getenv", "B"), read("os.getenv", "B"))
	if diff := cmp.Diff([]string{"1", "x", "1", "x", "2", "nil", "?", "nil", "?", "?"}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{`:2 reads os.getenv "B" at a.lua:7, which was not recorded`}, g.Unknown()); diff != "" {
		t.Error(diff)
	}
}

// What is read again and again is one line; a recording has a limit.
func TestReadingsAreBounded(t *testing.T) {
	k := &Readings{}
	for range 1000 {
		k.Note(Reading{Service: ":2", Function: "os.time", Text: "1"})
	}
	if kept := k.take(false); len(kept) != 1 || kept[0].Times != 1000 {
		t.Errorf("%v", kept)
	}
	k.Note(Reading{Service: ":2", Function: "os.time", Text: "1"})
	for i := range mostReadings {
		k.Note(Reading{Service: ":2", Function: "os.clock", Text: strings.Repeat("1", i%7+1)})
	}
	if kept := k.take(false); len(kept) != mostReadings-1 || k.missing() != 2 {
		t.Errorf("%d, %d", len(kept), k.missing())
	}
}

// askedInOrder has a service ask the same several times, and be answered in an order.
func askedInOrder(k *Readings, order ...int) {
	r := Reading{Service: ":00000002", Function: "http.request", Argument: "GET /"}
	for i := range len(order) + 1 {
		k.Ask(i, r)
	}
	for _, i := range order {
		k.Answer(i, fmt.Sprint(i))
	}
}

// What is asked at once, and answered in another order, is given to who asked it, in the order of the answers.
func TestAnswersComeInTheirOrder(t *testing.T) {
	k := &Readings{}
	askedInOrder(k, 2, 0, 1)
	k.Answer("of another recording", "7")
	text := "$ lunarium\n"
	for _, r := range k.take(true) {
		text += r.String() + "\n"
	}
	transcript, err := Parse("t.txt", strings.NewReader(text+"> list\n"))
	if err != nil {
		t.Fatal(err)
	}
	all, err := transcript.Readings()
	if err != nil {
		t.Fatal(err)
	}
	g := NewGiven(all)
	var got []string
	for range 5 {
		r, _ := g.Next(Reading{Service: ":00000002", Function: "http.request", Argument: "GET /", Answer: true}, "")
		got = append(got, fmt.Sprint(r.Text, " as ", r.Rank))
	}
	want := []string{"0 as 1", "1 as 2", "2 as 0", "no answer as 3", "no answer as 3"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s\n%s", diff, text)
	}
}

// The same answer again and again is one line; what has no room is said to be too large.
func TestAnswersAreBounded(t *testing.T) {
	k := &Readings{}
	r := Reading{Service: ":2", Function: "http.request", Argument: "GET /"}
	answered := func(text string) {
		k.Ask(text, r)
		k.Answer(text, text)
	}
	for range 2 * mostReadings {
		answered("7")
	}
	large := strings.Repeat("x", mostReadingBytes/2)
	answered(large)
	answered(large + "x")
	kept := k.take(true)
	if len(kept) != 3 || kept[0].Times != 2*mostReadings || kept[2].Text != "too large" || k.missing() != 1 {
		t.Errorf("%d, %d, %v", len(kept), k.missing(), kept[0].Times)
	}
}

// A line that makes no sense is named, wherever it stands.
func TestReadingsThatAreNone(t *testing.T) {
	const good, bad = "# answer :00000002 http.request \"x\": {7}\n", "# answer :00000002 http.request \"x\": {7\n"
	for at := range 6 {
		lines := []string{good, "$ lunarium\n", good, "up\n\n" + good, "> list\n", "a\n" + good + "\nb\n" + good, "> list\nc\n", good, good}
		place := []int{0, 2, 3, 5, 7, 8}[at]
		lines[place] = strings.Replace(lines[place], good, bad, 1)
		text := strings.Join(lines, "")
		line := strings.Count(text[:strings.Index(text, bad)], "\n") + 1
		transcript, err := Parse("t.txt", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		_, err = transcript.Readings()
		if wrong := (*ParseError)(nil); !errors.As(err, &wrong) || wrong.Line != line || !strings.Contains(err.Error(), "no answer") {
			t.Errorf("line %d: %v\n%s", line, err, text)
		}
	}
}
