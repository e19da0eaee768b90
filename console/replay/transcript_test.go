package replay

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const chat = `# The chat room keeps its members.

$ lunarium --clock virtual --path 'my services'
lunarium 0.1

# First, a room.
> launch chat_room_service
:00000002 chat_room_service

> help
Commands:

  launch
# in between
  call
\
# trailing
> say
\> quoted
\$ 5
\# sharp
\\ back
\` + "```" + `
>
+ 1m30s
tick
\+ 1s
+ more
> 

# the end
`

func TestParse(t *testing.T) {
	got, err := Parse("chat.txt", strings.NewReader(chat))
	if err != nil {
		t.Fatal(err)
	}
	want := &Transcript{
		Path: "chat.txt", Line: 1,
		Head:    []string{"# The chat room keeps its members.", ""},
		Command: "lunarium --clock virtual --path 'my services'", CommandLine: 3,
		Flags:   []string{"--clock", "virtual", "--path", "my services"},
		Startup: Output{Expected: []string{"lunarium 0.1"}},
		Steps: []Step{
			{Line: 7, Lead: []string{"", "# First, a room."}, Input: "launch chat_room_service",
				Output: Output{Expected: []string{":00000002 chat_room_service"}}},
			{Line: 10, Lead: []string{""}, Input: "help", Output: Output{
				Expected: []string{"Commands:", "", "  launch", "  call", ""},
				Notes:    []Note{{3, "# in between"}}}},
			{Line: 18, Lead: []string{"# trailing"}, Input: "say", Output: Output{
				Expected: []string{"> quoted", "$ 5", "# sharp", `\ back`, "```"}}},
			{Line: 24},
			{Line: 25, Input: "1m30s", Passes: 90 * time.Second,
				Output: Output{Expected: []string{"tick", "+ 1s", "+ more"}}},
			{Line: 29},
		},
		Tail: []string{"", "# the end"},
	}
	if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Step{})); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(chat, got.Format()); d != "" {
		t.Error(d)
	}
}

func TestParseWithoutCommand(t *testing.T) {
	text := "up\n> list\n(none)\n"
	got, err := Parse("a", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if got.Flags != nil || got.CommandLine != 0 || len(got.Startup.Expected) != 1 || got.Format() != text {
		t.Errorf("%+v", got)
	}
}

func TestUpdate(t *testing.T) {
	got, err := Parse("a", strings.NewReader("> list\none\n# why two\ntwo\n\n> quit\n"))
	if err != nil {
		t.Fatal(err)
	}
	got.Steps[0].Expected = OutputLines("# new\n\n")
	got.Steps[1].Expected = OutputLines("bye\n")
	want := "> list\n\\# new\n# why two\n\\\n\n> quit\nbye\n"
	if d := cmp.Diff(want, got.Format()); d != "" {
		t.Error(d)
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct {
		name, text string
		cause      error
		message    string
	}{
		{"cut off", "> list\n(no", ErrCutOff, "x:2: cut off in the middle: the last line has no newline"},
		{"empty", "", ErrEmpty, `x:1: holds neither a "$ lunarium" line nor any "> " input`},
		{"comments", "# a\n", ErrEmpty, `x:1: holds neither a "$ lunarium" line nor any "> " input`},
		{"second $", "$ lunarium\n> a\n$ lunarium\n", ErrSyntax, `x:3: a second "$" line; the first is line 1`},
		{"late $", "> a\n$ lunarium\n", ErrSyntax, `x:2: the "$" line must come before any input`},
		{"$ after output", "up\n$ lunarium\n", ErrSyntax, `x:2: the "$" line must come before any output`},
		{"other program", "$ ls -l\n", ErrSyntax, `x:1: a "$" line must run lunarium; output that begins with "$ " is written "\$ "`},
		{"bare $", "$\n", ErrSyntax, `x:1: a "$" line must run lunarium; output that begins with "$ " is written "\$ "`},
		{"open quote", "$ lunarium 'a\n", ErrSyntax, "x:1: a quote is not closed"},
		{"pipe", "$ lunarium | tee\n", ErrSyntax, "x:1: '|' must be quoted: a command line is not run by a shell"},
		{"CRLF", "> a\r\n", ErrSyntax, "x:1: the line ends in CR LF; a transcript's lines end in LF"},
		{"needless escape", "> a\nb\n\\c\n> d\n", ErrSyntax, `x:3: output that begins with "\" is written "\\"`},
		{"needless empty", "> a\n\\\nb\n", ErrSyntax, `x:2: an empty line inside an output is left empty; "\" stands only for one at its end`},
		{"fence", "> a\n```\n", ErrSyntax, "x:2: output that begins with ``` is written with \\ in front"},
		{"long line", "> " + strings.Repeat("a", MaxLine) + "\n", ErrTooLarge, "x:1: the line is longer than 1 MB"},
		{"many inputs", strings.Repeat(">\n", MaxSteps+1), ErrTooLarge, "x:100001: more than 100000 inputs"},
		{"large", strings.Repeat("> a\n", MaxSize/4+1), ErrTooLarge, "x:1: larger than 32 MB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("x", strings.NewReader(c.text))
			var pe *ParseError
			if !errors.Is(err, c.cause) || !errors.As(err, &pe) || err.Error() != c.message {
				t.Errorf("got  %v\nwant %s", err, c.message)
			}
		})
	}
}

func TestWords(t *testing.T) {
	for in, want := range map[string][]string{
		"":                       nil,
		" a  b\t":                {"a", "b"},
		`'a b' "c d"e f\ g`:      {"a b", "c de", "f g"},
		`"a\"b\c" '\' ''`:        {`a"b\c`, `\`, ""},
		`--path=DIR/?.lua x*`:    {"--path=DIR/?.lua", "x*"},
		`'it'\''s' "$(HOME)|&;"`: {"it's", "$(HOME)|&;"},
	} {
		got, err := Words(in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", in, d)
		}
		back, err := Words(JoinWords(got))
		if err != nil || !cmp.Equal(got, back, cmpopts.EquateEmpty()) {
			t.Errorf("%q joined as %q: %v %v", got, JoinWords(got), back, err)
		}
	}
	for _, in := range []string{`a\`, `"a`, `a;b`, "`a`"} {
		if _, err := Words(in); err == nil {
			t.Errorf("%s: no error", in)
		}
	}
}

const guide = "# Guide\n\n```session\n> list\n(none)\n```\n\n````markdown\n```session\nnot one\n```\n````\n\n" +
	"1. item\n\n   ```session chat\n   $ lunarium\n\n   > quit\n   ```\n\n```lua\nreturn 1\n```\n"

func TestMarkdown(t *testing.T) {
	got, err := ParseMarkdown("guide.md", strings.NewReader(guide))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].Line != 4 || got[0].Steps[0].Line != 4 || got[1].CommandLine != 17 || got[1].Steps[0].Line != 19 {
		t.Fatalf("%+v", got)
	}
	same, err := UpdateMarkdown("guide.md", guide, got)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(guide, same); d != "" {
		t.Error(d)
	}
	got[0].Steps[0].Expected = []string{"a", "b"}
	got[1].Steps[0].Expected = []string{"bye"}
	changed, err := UpdateMarkdown("guide.md", guide, got)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(strings.Replace(guide, "(none)", "a\nb", 1), "   > quit\n", "   > quit\n   bye\n", 1)
	if d := cmp.Diff(want, changed); d != "" {
		t.Error(d)
	}
	if _, err := UpdateMarkdown("guide.md", "nothing", got); !errors.Is(err, ErrChanged) {
		t.Errorf("got %v", err)
	}
}

func TestMarkdownErrors(t *testing.T) {
	for text, want := range map[string]string{
		"a\n```session\n> list\n":        "g:2: cut off in the middle: the session block is not closed",
		"a\n```session\n> a\n$ x\n```\n": `g:4: the "$" line must come before any input`,
		"  ```session\n> a\n  ```\n":     "g:2: the line is indented less than its block",
		"```session\n```\n":              `g:2: holds neither a "$ lunarium" line nor any "> " input`,
	} {
		_, err := ParseMarkdown("g", strings.NewReader(text))
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{chat, guide, "> a\n", "$ lunarium\nx\n", "\\\n> a\n\n\\\n", "> a\nb\n#c\n\n\\\n#d\n", ">\n \n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Parse("x", strings.NewReader(text))
		if err != nil {
			return
		}
		if d := cmp.Diff(text, got.Format()); d != "" {
			t.Fatal(d)
		}
		doc := "# D\n\n```session\n" + text + "```\n"
		blocks, err := ParseMarkdown("d", strings.NewReader(doc))
		if err != nil || len(blocks) != 1 {
			return // comments and inputs may hold a fence, which ends the block
		}
		if same, err := UpdateMarkdown("d", doc, blocks); err != nil || same != doc {
			t.Fatalf("%v\n%s", err, cmp.Diff(doc, same))
		}
	})
}

// FuzzOutput writes any output into a transcript and reads it back.
func FuzzOutput(f *testing.F) {
	for _, seed := range []string{"", "\n", "a\n\n", "> a\n$ b\n#c\n\\d\n", "```\n  ```x\n\n", "$", ">", "\r"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, printed string) {
		want := &Transcript{Path: "x", Line: 1, Steps: []Step{{Line: 1, Input: "a", Output: Output{Expected: OutputLines(printed)}}}}
		got, err := Parse("x", strings.NewReader(want.Format()))
		if err != nil {
			t.Fatalf("%q: %v", want.Format(), err)
		}
		if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Step{})); d != "" {
			t.Fatal(d)
		}
	})
}
