package render

import (
	"slices"
	"strings"

	"lunarium/inspect/plain"
	"lunarium/runtime/visible"
)

// This file draws values as trees.

// Root is a named value at the top of a tree.
type Root struct {
	Name  string // empty for a value without a name
	Value plain.Value
	Note  string // stands at the end of its line
}

const (
	// rootColumn is where the values of named roots begin when one of them has
	// branches, so that the counts stand apart from the tree.
	rootColumn = 31
	// widestName is the longest name that its siblings' values are aligned to.
	widestName = 32
	// inlineWidth and inlineEntries bound the tables shown on one line.
	inlineWidth   = 72
	inlineEntries = 8
	// visibleEntries is the number of named entries that needs no count.
	visibleEntries = 9
	gap            = 2
	metatable      = "(metatable)"
)

// Tree draws values as trees: a name, its value in a column beside it, and the
// entries of a table as branches below, unless the table is small enough to
// stand on one line.
//
//	rooms                          1 entry
//	└─ lobby
//	   ├─ created   1795428131.42
//	   ├─ messages  (empty)
//	   └─ users     1 entry
//	      └─ [1]  {joined = 1795428131.42, name = "ann"}
//
// The number of entries is told where it can't be seen at a glance: at a root,
// for keys that are not names, and above nine entries.
func (s Style) Tree(roots ...Root) string {
	t := tree{style: s}
	column := 0
	branches := false
	if s.Secrets != nil {
		roots = slices.Clone(roots)
	}
	for i, r := range roots {
		if s.Secrets != nil {
			r.Value = s.Secrets.Value(r.Name, r.Value)
			roots[i] = r
		}
		column = max(column, Width(visible.Line(r.Name))+gap)
		branches = branches || t.branches(r.Value, 0)
	}
	if branches && column < rootColumn {
		column = min(rootColumn, max(column, s.columns()/2))
	}
	for _, r := range roots {
		var l line
		if r.Name != "" {
			name := visible.Line(r.Name)
			l = line{{Key, name}, {Plain, pad(column - Width(name))}}
		}
		first := len(t.lines)
		t.node(l, "", r.Value, true)
		if r.Note != "" {
			t.lines[first] += pad(gap) + s.Palette.Paint(Note, r.Note)
		}
	}
	return strings.Join(t.lines, "\n")
}

// tree collects the lines of one drawing.
type tree struct {
	style Style
	lines []string
}

// room gives the columns left on a line after used ones, 0 for no limit.
func (t *tree) room(used int) int {
	if t.style.Width <= 0 {
		return 0
	}
	return max(t.style.Width-used, leastString)
}

// branches tells whether a value is drawn with branches rather than on the line
// of its name, of which used columns are taken.
func (t *tree) branches(v plain.Value, used int) bool {
	if v.Kind != plain.Table || v.Shared() || v.Cut || len(v.Entries) == 0 {
		return false
	}
	return !t.small(v, used)
}

// small tells whether a table is shown on one line: few entries, all shown,
// none of them a table with entries, and no wider than the line.
func (t *tree) small(v plain.Value, used int) bool {
	if len(v.Entries) > inlineEntries && !v.IsList() || v.Total > len(v.Entries) {
		return false
	}
	for _, e := range v.Entries {
		if e.Value.Kind == plain.Table && !e.Value.Shared() && e.Value.Total > 0 {
			return false
		}
		if len(e.Value.Text) > inlineWidth {
			return false
		}
	}
	return inline(v, 0).width() <= min(inlineWidth, max(t.style.columns()-used, leastString))
}

// node adds the line of a value, which l begins, and its branches. prefix is
// what stands before the branches.
func (t *tree) node(l line, prefix string, v plain.Value, root bool) {
	used := l.width()
	if !t.branches(v, used) {
		room := 0
		if !root {
			room = t.room(used)
		}
		t.emit(append(l, t.leaf(v, room)...))
		return
	}
	var notes []string
	if root || counted(v) {
		notes = append(notes, entries(v.Total))
	}
	if v.HasMetatable {
		notes = append(notes, metatable)
	}
	t.emit(l.add(Note, strings.Join(notes, pad(gap))))
	t.entries(prefix, v)
}

func (t *tree) emit(l line) { t.lines = append(t.lines, l.paint(t.style.Palette)) }

func (t *tree) leaf(v plain.Value, room int) line {
	l := inline(v, room)
	switch {
	case v.Empty() && len(v.Entries) == 0 && v.Text == "":
		l = line{{Note, "(empty)"}}
	case v.Cut:
		l = line{{Note, entries(v.Total) + " …"}}
	}
	if v.HasMetatable {
		l = l.add(Note, pad(gap)+metatable)
	}
	return l
}

// counted tells whether a nested table's number of entries is told.
func counted(v plain.Value) bool {
	if v.Total > visibleEntries {
		return true
	}
	for _, e := range v.Entries {
		if e.Key.Kind != plain.String || !plain.IsName(e.Key.Text) {
			return true
		}
	}
	return false
}

func (t *tree) entries(prefix string, v plain.Value) {
	names := make([]string, len(v.Entries))
	column := 0
	for i, e := range v.Entries {
		names[i] = entryName(e.Key)
		if w := Width(names[i]); w <= widestName && (!t.branches(e.Value, 0) || counted(e.Value)) {
			column = max(column, w)
		}
	}
	missing := v.Total - len(v.Entries)
	for i, e := range v.Entries {
		fork, below := "├─ ", "│  "
		if i == len(v.Entries)-1 && missing <= 0 {
			fork, below = "└─ ", "   "
		}
		space := max(column-Width(names[i]), 0) + gap
		l := line{{Plain, prefix + fork}, {Key, names[i]}, {Plain, pad(space)}}
		t.node(l, prefix+below, e.Value, false)
	}
	if missing > 0 {
		t.emit(line{{Plain, prefix + "└─ "}, {Note, more(missing)}})
	}
}

// entryName writes a key before a branch; very long ones are cut.
func entryName(k plain.Value) string { return Truncate(KeyText(k), 2*widestName) }

// Results writes what a call or an expression gave: short results on one line,
// separated by commas (false, "Unknown command"), others as trees, numbered
// when there are several; (no results) for none.
func (s Style) Results(values []plain.Value) string {
	if len(values) == 0 {
		return s.Palette.Paint(Note, "(no results)")
	}
	if s.Secrets != nil {
		values = shownOf(s.Secrets.Value("", plain.OfList(values...)))
	}
	t := tree{style: s}
	var all line
	short := true
	for i, v := range values {
		if i > 0 {
			all = all.add(Plain, ", ")
		}
		short = short && !t.branches(v, 0)
		all = append(all, inline(v, 0)...)
	}
	if short && (len(values) == 1 || all.width() <= s.columns()) {
		return all.paint(s.Palette)
	}
	for i, v := range values {
		var l line
		if len(values) > 1 {
			l = line{{Note, "[" + Count(i+1) + "]"}, {Plain, pad(gap)}}
		}
		t.node(l, "", v, true)
	}
	return strings.Join(t.lines, "\n")
}

// shownOf gives the values of a list.
func shownOf(list plain.Value) []plain.Value {
	values := make([]plain.Value, len(list.Entries))
	for i, e := range list.Entries {
		values[i] = e.Value
	}
	return values
}
