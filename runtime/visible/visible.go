package visible

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file writes text so that nothing in it acts.

// Text keeps newlines and tabs; other control characters, invisible characters and
// bytes that are not UTF-8 become \ddd.
func Text(s string) string { return escape(s, nil) }

// Line is Text that stays within its line.
func Line(s string) string {
	s = Text(s)
	if !strings.ContainsAny(s, "\n\t") {
		return s // as nearly always: a table has many cells
	}
	return strings.NewReplacer("\n", `\n`, "\t", " ").Replace(s)
}

// Lines are several Lines, as a list within a line.
func Lines(texts []string) string {
	var b strings.Builder
	for i, text := range texts {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(Line(text))
	}
	return b.String()
}

// Quote writes a string as a Lua literal on one line. Readable UTF-8 is kept;
// other characters and bytes become \ddd as in Text, so that it can't act on a terminal.
func Quote(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 2)
	b.WriteByte('"')
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		short, isShort := shortEscapes[r]
		switch {
		case isShort:
			b.WriteString(short)
		case !shown(r, size):
			for _, c := range []byte(s[i : i+size]) {
				fmt.Fprintf(&b, `\%03d`, c)
			}
		default:
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	b.WriteByte('"')
	return b.String()
}

var shortEscapes = map[rune]string{'"': `\"`, '\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`}

// Entry is Text whose lines after the first are indented: in a log, no entry can
// look like several.
func Entry(s string) string { return strings.ReplaceAll(Text(s), "\n", "\n    ") }

// paints finds the colour sequences that the console itself writes.
var paints = regexp.MustCompile(`^\x1b\[(0|1|2|22|3[1-6])(;(0|1|2|22|3[1-6]))*m`)

// Painted is Text that may be in the console's colours.
func Painted(s string) string { return escape(s, paints) }

// escape gives Text, but for what kept matches.
func escape(s string, kept *regexp.Regexp) string {
	if clean(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if kept != nil && s[i] == 0x1b {
			if sequence := kept.FindString(s[i:min(len(s), i+32)]); sequence != "" {
				b.WriteString(sequence)
				i += len(sequence)
				continue
			}
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if shown(r, size) {
			b.WriteString(s[i : i+size])
		} else {
			for _, c := range []byte(s[i : i+size]) {
				fmt.Fprintf(&b, `\%03d`, c)
			}
		}
		i += size
	}
	return b.String()
}

func clean(s string) bool {
	for _, r := range s {
		if !shown(r, 1) {
			return false
		}
	}
	return true
}

func shown(r rune, size int) bool {
	return r == '\n' || r == '\t' || unicode.IsPrint(r) && (r != utf8.RuneError || size > 1)
}
