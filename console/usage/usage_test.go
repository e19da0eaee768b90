package usage

import (
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
