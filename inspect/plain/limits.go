package plain

// This file bounds what is described of values, and shown.

// Limits bound what a description shows.
type Limits struct {
	Depth int // levels of nested tables; 0 shows none of a table's entries
	Width int // entries shown of each table
	Text  int // bytes shown of each string
	Total int // entries of all tables together, from which on no further table is looked into; 0: any number
}

// DefaultLimits are those of replies that nobody set others for.
var DefaultLimits = Limits{Depth: 6, Width: 100, Text: 2000, Total: 20_000}

// AllLimits show what people call everything, and keep a large service from taking the
// node's memory.
var AllLimits = Limits{Depth: 100, Width: 100_000, Text: 1 << 20, Total: 200_000}

// Within gives the value with at most so many levels of tables, so many entries of each,
// and so many bytes of each string. Tables that say no more than a line stay.
func (v Value) Within(l Limits) Value {
	switch {
	case v.Kind == String && len(v.Text) > l.Text:
		v.Text = OfString(v.Text, l.Text).Text
		return v
	case len(v.Entries) == 0, l.Depth <= 0 && v.brief():
		return v
	case l.Depth <= 0:
		v.Entries, v.Cut = nil, true
		return v
	}
	below := l
	below.Depth--
	entries := make([]Entry, 0, min(l.Width, len(v.Entries)))
	for _, e := range v.Entries[:min(l.Width, len(v.Entries))] {
		entries = append(entries, Entry{e.Key, e.Value.Within(below)})
	}
	v.Entries = entries
	return v
}

// What a table may have that says no more than a line.
const (
	briefEntries = 4
	briefText    = 40
)

// brief tells whether the value is a table that says no more than a line.
func (v Value) brief() bool {
	text := 0
	for _, e := range v.Entries {
		if e.Value.Kind == Table && e.Value.Total > 0 || e.Value.Kind == Function {
			return false
		}
		text += len(e.Key.Text) + len(e.Value.Text)
	}
	return v.Total == len(v.Entries) && v.Total <= briefEntries && text <= briefText
}
