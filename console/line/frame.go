package line

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// This file shows lines again and again in one place: the frame.

// frame is lines that stay below everything that is printed, until they are left where
// they stand. What is told of it in bytes moves a terminal whose cursor stands below it.
type frame struct {
	lines   []string // as they were drawn
	text    string   // that they were cut from
	columns int      // of the terminal then
}

// show takes the lines off the terminal, and draws others that are made from a text.
func (f *frame) show(text string, columns, rows int) []byte {
	return f.paint(f.erase(columns), text, columns, rows)
}

// around prints something above the lines; without any it is printed as it is.
func (f *frame) around(b []byte, columns, rows int) []byte {
	if f.text == "" {
		return b
	}
	out := append(f.erase(columns), b...)
	if !bytes.HasSuffix(out, []byte("\n")) {
		out = append(out, "\r\n"...)
	}
	return f.paint(out, f.text, columns, rows)
}

// erase takes the lines off. A terminal that has become narrower has broken them.
func (f *frame) erase(columns int) []byte {
	rows := len(f.lines)
	if columns < f.columns {
		rows = 0
		for _, line := range f.lines {
			rows += max(1, (StringWidth(line)+columns-1)/columns)
		}
	}
	f.lines = nil
	if rows == 0 {
		return nil
	}
	return fmt.Appendf(nil, "\x1b[%dA\r\x1b[J", rows)
}

// paint draws a text after what b moves.
func (f *frame) paint(b []byte, text string, columns, rows int) []byte {
	*f = frame{fit(text, columns, rows), text, columns}
	for _, line := range f.lines {
		b = append(append(b, line...), "\r\n"...)
	}
	return b
}

// fit cuts lines to columns and rows: the last column and the cursor's row stay free.
func fit(text string, columns, rows int) []string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if room := rows - 1; len(lines) > room {
		left := len(lines) - room + 1
		lines = append(lines[:room-1:room-1], fmt.Sprintf("… %d more lines", left))
	}
	for i, line := range lines {
		lines[i] = cut(line, columns-1)
	}
	return lines
}

// cut cuts a line to some columns. Colours take none, and end with it.
func cut(line string, columns int) string {
	if len(line) <= columns || StringWidth(line) <= columns {
		return line
	}
	var b strings.Builder
	width, coloured := 0, false
	for line != "" {
		if sequence := colour.FindString(line); sequence != "" {
			b.WriteString(sequence)
			coloured, line = true, line[len(sequence):]
			continue
		}
		r, size := utf8.DecodeRuneInString(line)
		if width += runeWidth(r); width > columns-1 {
			break
		}
		b.WriteString(line[:size])
		line = line[size:]
	}
	b.WriteString("…")
	if coloured {
		b.WriteString("\x1b[0m")
	}
	return b.String()
}

// colour is a sequence that sets a colour.
var colour = regexp.MustCompile("^\x1b\\[[0-9;]*m")
