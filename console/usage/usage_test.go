package usage

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sample is a program with a bit of everything.
func sample() *Program {
	return &Program{
		Name: "ship", Summary: "sails", Description: "It sails.",
		Main: Command{
			Help: "sail to PORT with all that the hold can take and a crew of three sailors and a cat",
			Flags: []Flag{
				{Name: "--flag", Value: Value{Choices: []string{"red", "white"}}, Help: "what flies on the mast"},
				{Name: "--load", Value: Value{Name: "FILE", Files: AnyFiles, Endings: []string{".bill"}}, Help: "what is in the hold", Repeated: true},
				{Name: "--fast", Help: "all sails"},
			},
			Operands: []Operand{
				{Value: Value{Name: "PORT", Suggest: func(before []string) []string { return append([]string{"Kiel"}, before...) }}, Optional: true},
				{Value: Value{Name: "DIR", Files: Folders}, Optional: true, Repeated: true},
			},
		},
		Commands: []Command{
			{Name: "sink", Help: "end", Flags: []Flag{{Name: "-now", Help: "don't wait"}}},
			{Name: "sing", Help: "a song", Operands: []Operand{{Value: Value{Name: "SONG"}, Repeated: true}}},
		},
		Sections: []Section{{"NOTES", []Term{{".hidden", `a\b 'c' "d"`}}}},
	}
}

func TestText(t *testing.T) {
	want := `usage:
  ship [flags] [PORT [DIR...]]            sail to PORT with all that the hold can take and a crew of
                                          three sailors and a cat
  ship sink [-now]                        end
  ship sing SONG...                       a song

flags:
  --flag red|white    what flies on the mast
  --load FILE         what is in the hold (repeatable)
  --fast              all sails
`
	if diff := cmp.Diff(want, sample().Text()); diff != "" {
		t.Error(diff)
	}
	text, ok := sample().CommandText("sink")
	if want := "usage: ship sink [-now]\nend\n\nflags:\n  -now                don't wait\n"; text != want || !ok {
		t.Errorf("sink: %q, %v", text, ok)
	}
	if _, ok := sample().CommandText("sail"); ok {
		t.Error("there is a command sail")
	}
}

// A line's last word becomes what may stand there: as many words as there are, and files.
func TestComplete(t *testing.T) {
	for line, want := range map[string]string{
		"":                       "sink=end sing=a song Kiel :none",
		"si":                     "sink=end sing=a song :none",
		"K":                      "Kiel :none",
		"-":                      "--flag=what flies on the mast --load=what is in the hold --fast=all sails :none",
		"--f":                    "--flag=what flies on the mast --fast=all sails :none",
		"--flag ":                "red white :none",
		"-flag w":                "white :none",
		"--flag=":                "--flag=red --flag=white :none",
		"--flag=r":               "--flag=red :none",
		"--fast=":                ":none",
		"--nothing=":             ":none",
		"--flag red --f":         "--fast=all sails :none",
		"--flag=red --load x --": "--load=what is in the hold --fast=all sails :none",
		"--flag red --fast ":     "Kiel --flag red --fast :none",
		"--load ":                ":files .bill",
		"--load=":                ":files .bill",
		"-- -":                   "-- :none",
		"-- K":                   "Kiel :none",
		"Kiel ":                  ":folders",
		"Kiel a b -":             ":folders",
		"sink ":                  ":none",
		"sink -":                 "-now=don't wait :none",
		"sing a b ":              ":none",
		"--fast sin":             ":none",
	} {
		found := sample().Complete(strings.Split(line, " "))
		var b strings.Builder
		if err := found.Write(&b); err != nil {
			t.Fatal(err)
		}
		got := strings.NewReplacer("\n", " ", "\t", "=").Replace(strings.TrimSuffix(b.String(), "\n"))
		if got != want {
			t.Errorf("%q: %s; want %s", line, got, want)
		}
	}
}

// What would mean something to man is guarded.
func TestMan(t *testing.T) {
	page := sample().Man("1.0")
	for _, part := range []string{
		".TH \"SHIP\" \"1\" \"\" \"ship 1.0\" \"User Commands\"\n",
		"\nship \\- sails\n",
		"\n.br\n\\fBship sink\\fR [\\-now]\n",
		"\n.RS\n.TP\n\\fB\\-now\\fR\nDon\\(aqt wait.\n.RE\n",
		"\n\\fB\\-\\-load\\fR \\fIFILE\\fR\nWhat is in the hold; it may be given several times.\n",
		"\n.SH \"NOTES\"\n.TP\n\\fB.hidden\\fR\na\\eb \\(aqc\\(aq \"d\"\n",
	} {
		if !strings.Contains(page, part) {
			t.Errorf("the page has no %q:\n%s", part, page)
		}
	}
}

// Every shell has a script, in which the program's name stands.
func TestScripts(t *testing.T) {
	for _, shell := range Shells {
		text, err := sample().Script(shell)
		if err != nil || !strings.Contains(text, "ship completion ask") || strings.Contains(text, "PROGRAM") {
			t.Errorf("%s: %v\n%s", shell, err, text)
		}
	}
	if _, err := sample().Script("cmd"); err == nil {
		t.Error("there is a script for cmd")
	}
}

func TestParseSize(t *testing.T) {
	got := map[string]int{}
	for _, s := range []string{"1000", "1k", "2KB", "64MB", "1.5gb", "3G", "100b", "", "MB", "-1MB", "0", "1TB", "1e30", "nan", "inf", "12 MB"} {
		n, err := ParseSize(s)
		if err != nil {
			n = -1
		}
		got[s] = n
	}
	want := map[string]int{
		"1000": 1000, "1k": 1 << 10, "2KB": 2 << 10, "64MB": 64 << 20, "1.5gb": 3 << 29, "3G": 3 << 30, "100b": 100,
		"": -1, "MB": -1, "-1MB": -1, "0": -1, "1TB": -1, "1e30": -1, "nan": -1, "inf": -1, "12 MB": -1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
