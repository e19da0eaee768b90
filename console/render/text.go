package render

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// This file measures, wraps and cuts text, and builds lines of coloured pieces.

// widths measures text by Unicode's rules alone, not by the process's locale.
var widths = &runewidth.Condition{StrictEmojiNeutral: true}

// Width gives the columns that a terminal uses for s, which must not hold
// colour sequences.
func Width(s string) int {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' {
			return widths.StringWidth(s)
		}
	}
	return len(s) // as nearly always
}

// Wrap breaks text at blanks into lines of at most width columns, of which the
// first indent are blank, or taken on the first line; width 0 breaks nothing.
func Wrap(text string, width, indent int) string {
	if width == 0 {
		return text
	}
	var b strings.Builder
	column := indent
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case column+1+Width(word) > width:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			column = indent
		default:
			b.WriteString(" ")
			column++
		}
		b.WriteString(word)
		column += Width(word)
	}
	return b.String()
}

// Truncate cuts s to at most width columns, ending in … when it was cut.
func Truncate(s string, width int) string {
	if Width(s) <= width {
		return s
	}
	if width <= 0 {
		return ""
	}
	return widths.Truncate(s, width, "…")
}

// leastPlace is the width below which no line of code is cut.
const leastPlace = 12

// TruncatePlace cuts s to at most width columns as Truncate does, but keeps its end where
// that is a line of code: "…_room.lua:61" of "structured_room.lua:61". Words before the
// place stay as long as there is room for both.
func TruncatePlace(s string, width int) string {
	words, place := "", s
	if blank := strings.LastIndexByte(s, ' '); blank >= 0 {
		words, place = s[:blank+1], s[blank+1:]
	}
	if Width(s) <= width || !endsInLine(place) {
		return Truncate(s, width)
	}
	room := width - Width(words)
	if room < min(Width(place), leastPlace) {
		words, room = "", width
	}
	return words + truncateFront(place, room)
}

// endsInLine tells whether a place says the line.
func endsInLine(place string) bool {
	digits := strings.TrimRight(place, "0123456789")
	return len(digits) < len(place) && strings.HasSuffix(digits, ":")
}

// truncateFront cuts s to at most width columns, beginning with … when it was cut.
func truncateFront(s string, width int) string {
	if Width(s) <= width {
		return s
	}
	if width <= 0 {
		return ""
	}
	return widths.TruncateLeft(s, Width(s)-width+1, "…")
}

func pad(n int) string { return strings.Repeat(" ", max(n, 0)) }

// span is a piece of a line with one meaning.
type span struct {
	role Role
	text string
}

// line is text whose width is known before it is painted.
type line []span

func (l line) add(role Role, text string) line { return append(l, span{role, text}) }

func (l line) width() int {
	n := 0
	for _, s := range l {
		n += Width(s.text)
	}
	return n
}

// paint gives the line in colour, without blanks at its end.
func (l line) paint(p Palette) string {
	for len(l) > 0 && strings.TrimRight(l[len(l)-1].text, " ") == "" {
		l = l[:len(l)-1]
	}
	var b strings.Builder
	for i, s := range l {
		if i == len(l)-1 {
			s.text = strings.TrimRight(s.text, " ")
		}
		b.WriteString(p.Paint(s.role, s.text))
	}
	return b.String()
}
