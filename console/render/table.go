package render

import (
	"slices"
	"strings"

	"lunarium/runtime/visible"
)

// This file draws tables.

// Align is the side at which a column's cells stand.
type Align uint8

// Words stand left, numbers and durations right.
const (
	Left Align = iota
	Right
)

// Column describes one column of a table.
type Column struct {
	Name  string // the header, shown in upper case
	Align Align
	Role  Role            // of the cells
	Marks map[string]Role // of cells with exactly this text, such as "busy"
	// Shrink orders the columns that may be cut when the table is too wide: the
	// highest first, and never those with 0.
	Shrink int
	// Place says that cells end in a line of code, as "chat.lua:61" or "fork chat.lua:61":
	// they are cut before it.
	Place bool
	// Below says that cells are read whole: where they would be cut, each stands on lines of
	// its own, below its row. One column of a table may be that.
	Below bool
}

// leastCell is the width below which no cell is cut, but for those that are places.
const leastCell = 8

// Table draws a header and rows, each column as wide as its widest cell. Missing
// cells are blank, foreign text is made safe, and no rows give "(none)". When
// the style has a width, columns with Shrink are cut to fit.
//
//	ID  DUE IN  EVERY  SERVICE             SET AT
//	 7   4.2 s   50 s  structured_service  structured_service.lua:61
func (s Style) Table(columns []Column, rows [][]string) string {
	if len(rows) == 0 {
		return s.Palette.Paint(Note, "(none)")
	}
	t := s.NewTable(columns)
	for _, row := range rows {
		t.Measure(row)
	}
	lines := make([]string, 0, len(rows)+1)
	lines = append(lines, t.Header())
	for _, row := range rows {
		lines = append(lines, t.Line(row))
	}
	return strings.Join(lines, "\n")
}

// Table draws its rows one by one, so that nobody has to hold them all: each is
// measured, then the header is drawn, then each row.
type Table struct {
	style   Style
	columns []Column
	width   []int
	line    line // that was drawn last: its memory
	below   int  // the column whose cells stand below their rows; -1: none
}

// NewTable begins a table.
func (s Style) NewTable(columns []Column) *Table {
	t := &Table{s, columns, make([]int, len(columns)), nil, -1}
	for c, column := range columns {
		t.width[c] = Width(strings.ToUpper(column.Name))
	}
	return t
}

// Measure makes the columns wide enough for a row.
func (t *Table) Measure(row []string) {
	for c := range min(len(row), len(t.columns)) {
		t.width[c] = max(t.width[c], Width(t.text(row[c])))
	}
}

// text is what is shown of a cell.
func (t *Table) text(cell string) string { return t.style.Secrets.Text(visible.Line(cell)) }

// Header is the first line. When the style has a width, the columns are cut to fit.
func (t *Table) Header() string {
	all := t.columns
	t.fit()
	header := t.draw(func(c int) (string, Role) { return strings.ToUpper(t.columns[c].Name), Header })
	if t.below >= 0 {
		header += t.under(strings.ToUpper(all[t.below].Name), Header)
	}
	return header
}

// belowIndent is how far cells stand in that stand below their row.
const belowIndent = 4

// under gives a cell that stands below its row.
func (t *Table) under(text string, role Role) string {
	if text == "" {
		return ""
	}
	indent := pad(belowIndent)
	lines := strings.Split(Wrap(text, t.style.Width, belowIndent), "\n")
	for i, line := range lines {
		lines[i] = indent + t.style.Palette.Paint(role, strings.TrimPrefix(line, indent))
	}
	return "\n" + strings.Join(lines, "\n")
}

// fit cuts the columns, or has one stand below the rows.
func (t *Table) fit() {
	whole := slices.Clone(t.width)
	t.style.shrink(t.columns, t.width)
	for c, column := range t.columns {
		if column.Below && t.width[c] < whole[c] {
			t.below = c
			t.columns, t.width = without(t.columns, c), without(whole, c)
			t.style.shrink(t.columns, t.width)
			return
		}
	}
}

// without gives a list without one of its items.
func without[T any](list []T, at int) []T { return slices.Delete(slices.Clone(list), at, at+1) }

// Line draws a row.
func (t *Table) Line(row []string) string {
	if t.below < 0 || t.below >= len(row) {
		return t.row(row)
	}
	return t.row(without(row, t.below)) + t.under(t.text(row[t.below]), Plain)
}

func (t *Table) row(row []string) string {
	return t.draw(func(c int) (string, Role) {
		text := ""
		if c < len(row) {
			text = t.text(row[c])
		}
		return text, t.columns[c].role(text)
	})
}

func (t *Table) draw(cell func(column int) (string, Role)) string {
	l := t.line[:0]
	for c, column := range t.columns {
		text, role := cell(c)
		l = column.cell(l, text, t.width[c], role)
		if c < len(t.columns)-1 {
			l = l.add(Plain, pad(gap))
		}
	}
	t.line = l
	return l.paint(t.style.Palette)
}

func (c Column) role(text string) Role {
	if role, ok := c.Marks[text]; ok {
		return role
	}
	return c.Role
}

// cell adds a cell to a line.
func (c Column) cell(l line, text string, width int, role Role) line {
	switch {
	case c.Shrink > 0 && c.Place:
		text = TruncatePlace(text, width)
	case c.Shrink > 0:
		text = Truncate(text, width)
	}
	space := span{Plain, pad(width - Width(text))}
	if c.Align == Right {
		return append(l, space, span{role, text})
	}
	return append(l, span{role, text}, space)
}

// shrink takes the columns over the style's width off the cells that may be cut.
func (s Style) shrink(columns []Column, width []int) {
	if s.Width <= 0 {
		return
	}
	over := gap*(len(columns)-1) - s.Width
	most := 0
	for c, w := range width {
		over += w
		most = max(most, columns[c].Shrink)
	}
	for level := most; level > 0 && over > 0; level-- {
		for c := len(columns) - 1; c >= 0 && over > 0; c-- {
			if columns[c].Shrink != level {
				continue
			}
			cut := min(over, max(width[c]-columns[c].least(), 0))
			width[c] -= cut
			over -= cut
		}
	}
}

// least is the width below which the column is not cut.
func (c Column) least() int {
	if c.Place {
		return max(Width(c.Name), leastPlace)
	}
	return max(Width(c.Name), leastCell)
}
