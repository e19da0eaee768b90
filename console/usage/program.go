package usage

// This file holds the description.

// The description of a command line.

import (
	"slices"
	"strings"
)

// Program is a command line.
type Program struct {
	Name    string
	Summary string // what it is, in a line without a full stop
	// Description says more of it, for the manual.
	Description string
	// Main is what runs when the first word is the name of no command.
	Main     Command
	Commands []Command
	Sections []Section // of the manual, after what is made from the table
}

// Section is a part of the manual that is not made from the table: words that are
// explained.
type Section struct {
	Title string
	Terms []Term
}

// Term is a word and what it means.
type Term struct{ Word, Text string }

// Command is what a first word chooses.
type Command struct {
	Name     string // "" of Program.Main
	Help     string // a sentence that begins with a small letter and has no full stop
	Flags    []Flag
	Operands []Operand
}

// Flag is a flag of a command.
type Flag struct {
	Name     string // with its dashes, as people should write it
	Value    Value  // what follows; the zero Value: nothing does
	Help     string // as Command.Help
	Repeated bool   // it may be given several times
}

// Operand is a word that follows a command's flags.
type Operand struct {
	Value
	Optional bool
	Repeated bool // as often as wanted; the last operand only
}

// Value is what may stand in a place.
type Value struct {
	Name    string   // "DIR"; "": the choices, "real|virtual"
	Choices []string // all that may stand there
	// Suggest gives some of what may stand there, after the words that stand before it
	// and belong to the command; nil: nothing is known.
	Suggest func(before []string) []string
	Files   Files
	Endings []string // of files that make sense there, such as ".lua"; none: any
}

// Files tells whether a value is the path of a file.
type Files int

// What a value may be the path of.
const (
	NoFiles Files = iota
	AnyFiles
	Folders
)

// takesValue tells whether a word follows the flag.
func (f *Flag) takesValue() bool { return f.Value.label() != "" }

// label gives the value's name as people read it.
func (v *Value) label() string {
	if v.Name != "" {
		return v.Name
	}
	return strings.Join(v.Choices, "|")
}

// command finds a command by its name; nil: there is none.
func (p *Program) command(name string) *Command {
	i := slices.IndexFunc(p.Commands, func(c Command) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return &p.Commands[i]
}

// flag finds the flag that a word names, with one dash or with two, whatever value is
// attached to it by =; nil: there is none.
func (c *Command) flag(word string) *Flag {
	word, _, _ = strings.Cut(word, "=")
	i := slices.IndexFunc(c.Flags, func(f Flag) bool { return bare(f.Name) == bare(word) })
	if i < 0 {
		return nil
	}
	return &c.Flags[i]
}

// bare takes a flag's dashes off, two at most.
func bare(flag string) string { return strings.TrimPrefix(strings.TrimPrefix(flag, "-"), "-") }

// mostFlagsNamed is how many flags a synopsis names one by one.
const mostFlagsNamed = 2

// synopsis gives the words of a command: "lunarium replay [-update] FILE...".
func (p *Program) synopsis(c *Command) string {
	words := []string{p.Name}
	if c.Name != "" {
		words = append(words, c.Name)
	}
	if len(c.Flags) > mostFlagsNamed {
		words = append(words, "[flags]")
	} else {
		for i := range c.Flags {
			words = append(words, "["+c.Flags[i].usage()+"]")
		}
	}
	if operands := operandsOf(c.Operands); operands != "" {
		words = append(words, operands)
	}
	return strings.Join(words, " ")
}

// usage gives a flag with what follows it.
func (f *Flag) usage() string { return strings.TrimSpace(f.Name + " " + f.Value.label()) }

// operandsOf gives operands with the brackets of optional ones around all that follows.
func operandsOf(operands []Operand) string {
	if len(operands) == 0 {
		return ""
	}
	o := &operands[0]
	text := o.label()
	if o.Repeated {
		text += "..."
	}
	if rest := operandsOf(operands[1:]); rest != "" {
		text += " " + rest
	}
	if o.Optional {
		return "[" + text + "]"
	}
	return text
}

// Named is a value of which nothing is known but what people call it.
func Named(name string) Value { return Value{Name: name} }
