package replay

import "strings"

// This file writes transcripts.

// EscapeOutput writes the lines of one output as they stand in a transcript.
func EscapeOutput(lines []string) []string {
	escaped := make([]string, len(lines))
	for i, l := range lines {
		if needsEscape(l) || l == "" && i == len(lines)-1 {
			l = `\` + l
		}
		escaped[i] = l
	}
	return escaped
}

// OutputLines splits what was printed into the lines of an Output. A newline at
// the end is part of the last line.
func OutputLines(printed string) []string {
	if printed == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(printed, "\n"), "\n")
}

// Format writes the transcript as Parse reads it; what Parse has read comes back
// byte for byte. To update a transcript, replace the Expected of its outputs;
// comments between output lines stay as near to their places as they can.
func (t *Transcript) Format() string {
	var f formatter
	f.lines(t.Head)
	if t.Command != "" {
		f.lines([]string{"$ " + t.Command})
	}
	f.output(t.Startup)
	for _, s := range t.Steps {
		f.lines(s.Lead)
		f.lines([]string{s.text()})
		f.output(s.Output)
	}
	f.lines(t.Tail)
	return f.b.String()
}

// text is the step's own line.
func (s *Step) text() string {
	switch {
	case s.Passes > 0:
		return "+ " + s.Input
	case s.bare && s.Input == "":
		return ">"
	}
	return "> " + s.Input
}

type formatter struct{ b strings.Builder }

func (f *formatter) lines(lines []string) {
	for _, l := range lines {
		f.b.WriteString(l)
		f.b.WriteByte('\n')
	}
}

func (f *formatter) output(o Output) {
	escaped := EscapeOutput(o.Expected)
	notes := o.Notes
	for i := 0; i <= len(escaped); i++ {
		for len(notes) > 0 && (notes[0].After <= i || i == len(escaped)) {
			f.lines([]string{notes[0].Text})
			notes = notes[1:]
		}
		if i < len(escaped) {
			f.lines(escaped[i : i+1])
		}
	}
}
