package render

import (
	"strings"

	"lunarium/runtime/visible"
)

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
}

// leastCell is the width below which no cell is cut.
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
	cells := make([][]string, len(rows)+1)
	cells[0] = make([]string, len(columns))
	width := make([]int, len(columns))
	for c, column := range columns {
		cells[0][c] = strings.ToUpper(column.Name)
		width[c] = Width(cells[0][c])
	}
	for r, row := range rows {
		cells[r+1] = make([]string, len(columns))
		for c := range min(len(row), len(columns)) {
			cells[r+1][c] = visible.Line(row[c])
			width[c] = max(width[c], Width(cells[r+1][c]))
		}
	}
	s.shrink(columns, width)
	lines := make([]string, len(cells))
	for r, row := range cells {
		var l line
		for c, column := range columns {
			role := column.role(row[c])
			if r == 0 {
				role = Header
			}
			l = append(l, column.cell(row[c], width[c], role)...)
			if c < len(columns)-1 {
				l = l.add(Plain, pad(gap))
			}
		}
		lines[r] = l.paint(s.Palette)
	}
	return strings.Join(lines, "\n")
}

func (c Column) role(text string) Role {
	if role, ok := c.Marks[text]; ok {
		return role
	}
	return c.Role
}

func (c Column) cell(text string, width int, role Role) line {
	text = Truncate(text, width)
	space := span{Plain, pad(width - Width(text))}
	if c.Align == Right {
		return line{space, {role, text}}
	}
	return line{{role, text}, space}
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
			least := max(Width(columns[c].Name), leastCell)
			cut := min(over, max(width[c]-least, 0))
			width[c] -= cut
			over -= cut
		}
	}
}
