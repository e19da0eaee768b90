package render

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"lunarium/runtime/visible"
)

// This file shows the differences between texts.

// edit is one line of a comparison: in both texts, only in the old or the new.
type edit struct {
	op   byte // ' ', '-' or '+'
	text string
}

// maxCells bounds the work of a comparison; texts that differ in more lines are
// told as wholly replaced.
const maxCells = 1 << 22

// compare gives the shortest way from old to new, line by line.
func compare(old, new []string) []edit {
	var edits []edit
	for len(old) > 0 && len(new) > 0 && old[0] == new[0] {
		edits = append(edits, edit{' ', old[0]})
		old, new = old[1:], new[1:]
	}
	same := 0
	for same < len(old) && same < len(new) && old[len(old)-1-same] == new[len(new)-1-same] {
		same++
	}
	tail := old[len(old)-same:]
	edits = append(edits, middle(old[:len(old)-same], new[:len(new)-same])...)
	for _, l := range tail {
		edits = append(edits, edit{' ', l})
	}
	return edits
}

// middle compares texts by their longest common subsequence.
func middle(old, new []string) []edit {
	var edits []edit
	i, j := 0, 0
	if n, m := len(old), len(new); n > 0 && m > 0 && n < maxCells/m {
		// common[i*(m+1)+j] is the length for old[i:] and new[j:].
		common := make([]int32, (n+1)*(m+1))
		for i := n - 1; i >= 0; i-- {
			for j := m - 1; j >= 0; j-- {
				here := i*(m+1) + j
				if old[i] == new[j] {
					common[here] = common[here+m+2] + 1
				} else {
					common[here] = max(common[here+1], common[here+m+1])
				}
			}
		}
		for i < n && j < m {
			here := i*(m+1) + j
			switch {
			case old[i] == new[j]:
				edits = append(edits, edit{' ', old[i]})
				i, j = i+1, j+1
			case common[here+m+1] >= common[here+1]:
				edits = append(edits, edit{'-', old[i]})
				i++
			default:
				edits = append(edits, edit{'+', new[j]})
				j++
			}
		}
	}
	for ; i < len(old); i++ {
		edits = append(edits, edit{'-', old[i]})
	}
	for ; j < len(new); j++ {
		edits = append(edits, edit{'+', new[j]})
	}
	return edits
}

func splitLines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(s, "\n"), "\n")
}

// context is the number of equal lines shown around a difference.
const context = 3

// Diff shows how the text that came differs from the text that was expected,
// line by line: "- " was expected, "+ " came, "  " is the same. Long equal parts
// are counted. Blanks at the end of a line and control characters, which would
// hide a difference, are made visible. Equal texts give "".
func (s Style) Diff(want, got string) string {
	edits := compare(splitLines(want), splitLines(got))
	near := make([]bool, len(edits))
	changed := false
	for i, e := range edits {
		if e.op == ' ' {
			continue
		}
		changed = true
		for j := max(i-context, 0); j <= min(i+context, len(edits)-1); j++ {
			near[j] = true
		}
	}
	if !changed {
		return ""
	}
	var lines []string
	for i := 0; i < len(edits); i++ {
		if near[i] {
			lines = append(lines, s.diffLine(edits[i]))
			continue
		}
		start := i
		for i+1 < len(edits) && !near[i+1] {
			i++
		}
		lines = append(lines, s.Palette.Paint(Note, "  … "+Plural(i-start+1, "equal line", "equal lines")))
	}
	return strings.Join(lines, "\n")
}

func (s Style) diffLine(e edit) string {
	switch e.op {
	case '-':
		return s.Palette.Paint(Removed, "- "+Visible(e.text))
	case '+':
		return s.Palette.Paint(Added, "+ "+Visible(e.text))
	}
	return strings.TrimRight("  "+Visible(e.text), " ")
}

// Visible shows what can't be seen in a line: blanks at its end as ␠, control
// characters as their pictures (␉ ␍ ␛), bytes that are not UTF-8 as \ddd.
func Visible(s string) string {
	body := strings.TrimRight(s, " ")
	trailing := strings.Repeat("␠", len(s)-len(body))
	var b strings.Builder
	for i := 0; i < len(body); {
		r, size := utf8.DecodeRuneInString(body[i:])
		switch {
		case r < 0x20:
			b.WriteRune('␀' + r)
		case r == 0x7f:
			b.WriteRune('␡')
		case r == utf8.RuneError && size == 1 || !unicode.IsPrint(r):
			b.WriteString(visible.Text(body[i : i+size]))
		default:
			b.WriteString(body[i : i+size])
		}
		i += size
	}
	return b.String() + trailing
}

// Changes shows a text that is made again and again, and marks what changed
// since the last time: "* " before a changed line, "+ " a new one, "- " one that
// is gone, "  " the same, wherever the columns stand now. Colour also marks the
// changed words. Both texts must be without colour.
func (s Style) Changes(old, new string) string {
	before, after := splitLines(old), splitLines(new)
	edits := compare(words(before), words(after))
	var lines []string
	for i := 0; i < len(edits); {
		if edits[i].op == ' ' {
			lines = append(lines, strings.TrimRight("  "+after[0], " "))
			before, after = before[1:], after[1:]
			i++
			continue
		}
		gone, came := 0, 0
		for ; i < len(edits) && edits[i].op != ' '; i++ {
			if edits[i].op == '-' {
				gone++
			} else {
				came++
			}
		}
		lines = append(lines, s.replaced(before[:gone], after[:came])...)
		before, after = before[gone:], after[came:]
	}
	return strings.Join(lines, "\n")
}

// words gives lines with one blank between their words.
func words(lines []string) []string {
	plain := make([]string, len(lines))
	for i, line := range lines {
		plain[i] = strings.Join(strings.Fields(line), " ")
	}
	return plain
}

// replaced pairs the lines that came with those that went, in order.
func (s Style) replaced(gone, came []string) []string {
	var lines []string
	both := min(len(gone), len(came))
	for i, text := range came {
		if i < both {
			lines = append(lines, s.Palette.Paint(Changed, "* ")+s.changedWords(gone[i], text))
		} else {
			lines = append(lines, s.Palette.Paint(Added, "+ "+text))
		}
	}
	for _, text := range gone[both:] {
		lines = append(lines, s.Palette.Paint(Removed, "- "+text))
	}
	return lines
}

// changedWords paints the words of a line that differ from the old line's word
// at the same place.
func (s Style) changedWords(old, new string) string {
	if !s.Palette.Enabled() {
		return new
	}
	before := strings.Fields(old)
	var b strings.Builder
	for n := 0; new != ""; n++ {
		word := strings.TrimLeft(new, " ")
		b.WriteString(new[:len(new)-len(word)])
		end := strings.IndexByte(word, ' ')
		if end < 0 {
			end = len(word)
		}
		if n < len(before) && before[n] == word[:end] {
			b.WriteString(word[:end])
		} else {
			b.WriteString(s.Palette.Paint(Changed, word[:end]))
		}
		new = word[end:]
	}
	return b.String()
}
