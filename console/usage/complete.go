package usage

// This file holds what may stand at the end of a line.

// What may stand at the end of a line.

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Completion is what may stand at the end of a line: some words, and files.
type Completion struct {
	Words   []Candidate
	Files   Files
	Endings []string // of the files
}

// Candidate is a whole word, and what it is about; "": that is not known.
type Candidate struct{ Word, Help string }

// Complete tells what the last of words may become. The program's own name is none of
// them. A flag with its value attached by = is one word, as are its candidates.
func (p *Program) Complete(words []string) Completion {
	if len(words) == 0 {
		words = []string{""}
	}
	last := words[len(words)-1]
	before := words[:len(words)-1]
	c := &p.Main
	var candidates []Candidate
	switch {
	case len(before) == 0:
		for i := range p.Commands {
			candidates = append(candidates, Candidate{p.Commands[i].Name, p.Commands[i].Help})
		}
	case p.command(before[0]) != nil:
		c = p.command(before[0])
		before = before[1:]
	}
	at := c.read(before)
	var found Completion
	switch {
	case at.flag != nil:
		found = at.flag.Value.complete(before, "")
	case at.flags && strings.HasPrefix(last, "-"):
		found = c.completeFlag(before, last)
	case at.operand < len(c.Operands):
		found = c.Operands[at.operand].complete(before, "")
	}
	found.Words = slices.DeleteFunc(append(candidates, found.Words...), func(w Candidate) bool {
		return !strings.HasPrefix(w.Word, last)
	})
	return found
}

// position is where in a command's words the next one stands.
type position struct {
	flag    *Flag // whose value it is, or nil
	flags   bool  // a flag may stand there
	operand int   // the number of the operand; it may be behind the last
}

// read goes through words as package flag does: flags end at the first operand, and
// after --.
func (c *Command) read(words []string) position {
	at := position{flags: true}
	for _, word := range words {
		switch {
		case at.flag != nil:
			at.flag = nil
		case at.flags && word == "--":
			at.flags = false
		case at.flags && strings.HasPrefix(word, "-") && word != "-":
			if f := c.flag(word); f != nil && f.takesValue() && !strings.Contains(word, "=") {
				at.flag = f
			}
		default:
			at.flags = false
			if at.operand < len(c.Operands) && !c.Operands[at.operand].Repeated {
				at.operand++
			}
		}
	}
	return at
}

// completeFlag completes a word that begins with a dash: a flag's name, or the value
// behind its =.
func (c *Command) completeFlag(before []string, word string) Completion {
	if name, _, attached := strings.Cut(word, "="); attached {
		if f := c.flag(name); f != nil && f.takesValue() {
			return f.Value.complete(before, name+"=")
		}
		return Completion{}
	}
	var found Completion
	for i := range c.Flags {
		f := &c.Flags[i]
		given := slices.ContainsFunc(before, func(w string) bool { return strings.HasPrefix(w, "-") && c.flag(w) == f })
		if !given || f.Repeated {
			found.Words = append(found.Words, Candidate{f.Name, f.Help})
		}
	}
	return found
}

// complete gives what a value may be, each word with a prefix.
func (v *Value) complete(before []string, prefix string) Completion {
	words := slices.Clone(v.Choices)
	if v.Suggest != nil {
		words = append(words, v.Suggest(before)...)
	}
	found := Completion{Files: v.Files, Endings: v.Endings}
	for _, w := range words {
		found.Words = append(found.Words, Candidate{prefix + w, ""})
	}
	return found
}

// Write writes a completion as the scripts of Script read it: a line for each word,
// with its help behind a tab, and one that says which files may stand there, too:
// ":none", ":folders", or ":files" and the endings that they have.
func (c *Completion) Write(w io.Writer) error {
	var b strings.Builder
	for _, word := range c.Words {
		if word.Help == "" {
			fmt.Fprintln(&b, word.Word)
		} else {
			fmt.Fprintf(&b, "%s\t%s\n", word.Word, word.Help)
		}
	}
	switch c.Files {
	case NoFiles:
		b.WriteString(":none\n")
	case Folders:
		b.WriteString(":folders\n")
	case AnyFiles:
		fmt.Fprintln(&b, strings.Join(append([]string{":files"}, c.Endings...), " "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
