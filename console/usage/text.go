package usage

// This file holds help.

// The text of help.

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	// commandColumn and flagColumn are where the help of commands and flags begins.
	commandColumn = 42
	flagColumn    = 22
	// textWidth is where the help of commands is broken.
	textWidth = 102
)

// Text gives the help of the whole program: its commands, and the flags of Main.
func (p *Program) Text() string {
	var b strings.Builder
	b.WriteString("usage:\n")
	p.writeCommand(&b, &p.Main)
	for i := range p.Commands {
		p.writeCommand(&b, &p.Commands[i])
	}
	b.WriteString("\n" + flagsText(p.Main.Flags))
	return b.String()
}

// CommandText gives the help of a command; ok: there is one of the name.
func (p *Program) CommandText(name string) (text string, ok bool) {
	c := p.command(name)
	if c == nil {
		return "", false
	}
	text = fmt.Sprintf("usage: %s\n%s\n", p.synopsis(c), c.Help)
	if len(c.Flags) > 0 {
		text += "\n" + flagsText(c.Flags)
	}
	return text, true
}

func (p *Program) writeCommand(b *strings.Builder, c *Command) {
	writeRow(b, "  "+p.synopsis(c), commandColumn, wrap(c.Help, textWidth-commandColumn))
}

func flagsText(flags []Flag) string {
	var b strings.Builder
	b.WriteString("flags:\n")
	for i := range flags {
		help := flags[i].Help
		if flags[i].Repeated {
			help += " (repeatable)"
		}
		writeRow(&b, "  "+flags[i].usage(), flagColumn, []string{help})
	}
	return b.String()
}

// writeRow writes a word and its help, whose lines begin at a column.
func writeRow(b *strings.Builder, word string, column int, help []string) {
	for i, line := range help {
		if i > 0 {
			word = ""
		}
		gap := column - utf8.RuneCountInString(word)
		if gap < 1 {
			gap = 3
		}
		fmt.Fprintf(b, "%s%s%s\n", word, strings.Repeat(" ", gap), line)
	}
}

// wrap breaks a text at blanks into lines of a width; a longer word stands alone.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
			lines = append(lines, line)
			line = word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}
