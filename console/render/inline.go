package render

import (
	"strings"
	"unicode/utf8"

	"lunarium/inspect/plain"
	"lunarium/runtime/visible"
)

// This file writes values on one line.

// Inline writes a value on one line: {joined = 1795428131.42, name = "ann"},
// {"a", "b"}, "text", (same as rooms.lobby). With width > 0 it takes at most
// about that many columns: entries that do not fit are counted (… 3 more), a
// long string is cut and says how long it is.
func (s Style) Inline(v plain.Value, width int) string {
	return inline(s.Secrets.Value("", v), width).paint(s.Palette)
}

// leastString is the width below which strings are not cut.
const leastString = 16

func inline(v plain.Value, width int) line {
	switch v.Kind {
	case plain.Nil:
		return line{{Keyword, "nil"}}
	case plain.Boolean:
		if v.Bool {
			return line{{Keyword, "true"}}
		}
		return line{{Keyword, "false"}}
	case plain.Number:
		number := line{{Number, plain.FormatNumber(v.Number)}}
		if v.Text != "" {
			number = append(number, span{Note, "  " + visible.Line(v.Text)})
		}
		return number
	case plain.String:
		return inlineString(v, width)
	case plain.Table:
		return inlineTable(v, width)
	}
	text := v.Text
	if text == "" {
		text = v.Kind.String()
	}
	return line{{Code, visible.Line(text)}}
}

func inlineString(v plain.Value, width int) line {
	quoted := visible.Quote(v.Text)
	if width <= 0 || Width(quoted) <= width {
		if v.Length <= len(v.Text) {
			return line{{String, quoted}}
		}
		return line{{String, quoted}, {Note, stringNote(v)}}
	}
	note := stringNote(v)
	room := max(width-Width(note), leastString) - len(`""`)
	end := 0
	for end < len(v.Text) {
		_, size := utf8.DecodeRuneInString(v.Text[end:])
		// A quoted character is never cut apart, so its own width counts.
		room -= Width(visible.Quote(v.Text[end:end+size])) - len(`""`)
		if room < 0 {
			break
		}
		end += size
	}
	return line{{String, visible.Quote(v.Text[:end])}, {Note, note}}
}

func stringNote(v plain.Value) string {
	return "… (" + Plural(max(v.Length, len(v.Text)), "byte", "bytes") + ")"
}

// sharedNote says where a table that is shown elsewhere was shown.
func sharedNote(v plain.Value) string {
	place := visible.Line(v.Seen)
	if place == "" {
		place = "the top"
	}
	if v.Cycle {
		return "(cycle to " + place + ")"
	}
	return "(same as " + place + ")"
}

func inlineTable(v plain.Value, width int) line {
	switch {
	case v.Shared():
		return line{{Note, sharedNote(v)}}
	case v.Total == 0 && len(v.Entries) == 0:
		if v.Text != "" { // a table as a key
			return line{{Code, visible.Line(v.Text)}}
		}
		return line{{Plain, "{}"}}
	case v.Cut || len(v.Entries) == 0:
		return line{{Plain, "{"}, {Note, "… " + entries(v.Total)}, {Plain, "}"}}
	}
	l := line{{Plain, "{"}}
	used := 1
	next := 1.0 // the key that an entry without a written key would have
	for i, e := range v.Entries {
		var item line
		if i > 0 {
			item = item.add(Plain, ", ")
		}
		if e.Key.Kind == plain.Number && e.Key.Number == next {
			next++
		} else {
			item = append(item.add(Key, KeyText(e.Key)), span{Plain, " = "})
		}
		item = append(item, inline(e.Value, itemRoom(width, used))...)
		w := item.width()
		if width > 0 && used+w+1 > width && i > 0 {
			return moreInline(l, v.Total-i)
		}
		l, used = append(l, item...), used+w
	}
	if v.Total > len(v.Entries) {
		return moreInline(l, v.Total-len(v.Entries))
	}
	return l.add(Plain, "}")
}

// itemRoom gives the room for one value inside a table of limited width.
func itemRoom(width, used int) int {
	if width <= 0 {
		return 0
	}
	return max(width-used-2, leastString)
}

func moreInline(l line, n int) line {
	return append(l, span{Plain, ", "}, span{Note, more(n)}, span{Plain, "}"})
}

func more(n int) string    { return "… " + Count(n) + " more" }
func entries(n int) string { return Plural(n, "entry", "entries") }

// KeyText writes a table's key as in a table constructor: name, ["odd key"], [1].
func KeyText(k plain.Value) string {
	if step, ok := plain.KeyOf(k); ok {
		return strings.TrimPrefix(step.String(), ".")
	}
	var b strings.Builder
	b.WriteByte('[')
	for _, s := range inline(k, leastString) {
		b.WriteString(s.text)
	}
	b.WriteByte(']')
	return b.String()
}
