package replay

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// readings are all that a transcript may say of them.
var readings = map[string]Reading{
	`# read :00000002 os.getenv "HOME": "/root"`:                        {":00000002", "os.getenv", "HOME", "/root", false, 1},
	`# read :0000000a os.getenv "A: \"b\"": nil`:                        {":0000000a", "os.getenv", `A: "b"`, "", true, 1},
	`# read :00000002 io.open "none": nil, "No such file or directory"`: {":00000002", "io.open", "none", "No such file or directory", true, 1},
	`# read :00000002 io.open "a": "\000\n\\1, 2 times", 3 times`:       {":00000002", "io.open", "a", "\x00\n\\1, 2 times", false, 3},
	`# read :00000002 os.time: "1796036534", 12 times`:                  {":00000002", "os.time", "", "1796036534", false, 12},
	`# read :00000002 io.open "empty": ""`:                              {":00000002", "io.open", "empty", "", false, 1},
}

func TestReadingsAreReadAsTheyAreWritten(t *testing.T) {
	for line, want := range readings {
		got, _, ok := parseReading(line)
		if diff := cmp.Diff(want, got); diff != "" || !ok {
			t.Errorf("%s: %v\n%s", line, ok, diff)
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
	want := []Reading{{":00000002", "os.time", "", "1", false, 1}, {":00000002", "os.time", "", "2", false, 1}, {":00000003", "os.time", "", "3", false, 1}}
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
		{":2", "os.time", "", "1", false, 2}, {":2", "os.time", "", "2", false, 1}, {":2", "os.getenv", "A", "x", false, 2}, {":2", "os.getenv", "A", "", true, 1},
	})
	read := func(function, argument string) string {
		r, ok := g.Next(":2", function, argument, "a.lua:7")
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
	if kept := k.take(); len(kept) != 1 || kept[0].Times != 1000 {
		t.Errorf("%v", kept)
	}
	k.Note(Reading{Service: ":2", Function: "os.time", Text: "1"})
	for i := range mostReadings {
		k.Note(Reading{Service: ":2", Function: "os.clock", Text: strings.Repeat("1", i%7+1)})
	}
	if kept := k.take(); len(kept) != mostReadings-1 || k.missing() != 2 {
		t.Errorf("%d, %d", len(kept), k.missing())
	}
}
