package console

import (
	"fmt"
	"iter"
	"strings"

	"lunarium/console/render"
)

// mostListed is how many rows a list has unless all are asked for.
const mostListed = 500

// cut tells how many rows a list shows of very many, and how many it leaves out.
func cut(total int, all bool) (shown, left int) {
	if all || total <= mostListed {
		return total, 0
	}
	return mostListed, total - mostListed
}

// unlimited takes the word all off a command's arguments; without it lists are cut.
func unlimited(args string) (rest string, all bool) {
	fields := strings.Fields(args)
	if n := len(fields); n > 0 && fields[n-1] == "all" {
		return strings.Join(fields[:n-1], " "), true
	}
	return args, false
}

// more says how many rows a list leaves out, and which command shows them.
func (s *Session) more(left int, hint string) string {
	if left == 0 {
		return ""
	}
	return "\n" + s.paint(render.Note, fmt.Sprintf("… %s more; %s", render.Count(left), hint))
}

// picks is the hint of commands that may be given a text that picks some.
func picks(command string) string {
	return fmt.Sprintf(`"%s TEXT" picks some, "%s all" shows them`, command, command)
}

// listing is a reply of many rows. What is shown is made row by row, and only in the
// form that is wanted: JSON or text.
type listing[T any] struct {
	rows    iter.Seq[T]
	left    int    // rows that are not among them
	hint    string // how to see those
	columns []render.Column
	cells   func(row T) []string
	none    string // is said when there are no rows; "": an empty table
}

func show[T any](s *Session, l listing[T]) error {
	if s.JSON {
		encoded, err := render.JSONList(l.rows, l.left)
		if err != nil {
			return fmt.Errorf("writing the reply as JSON: %w", err)
		}
		s.println(encoded)
		return nil
	}
	var cells [][]string
	for row := range l.rows {
		cells = append(cells, l.cells(row))
	}
	if len(cells) == 0 && l.none != "" {
		s.println(l.none)
		return nil
	}
	s.println(s.style().Table(l.columns, cells) + s.more(l.left, l.hint))
	return nil
}

// each makes rows of a list's items when they are asked for.
func each[T, Row any](items []T, row func(T) Row) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for _, item := range items {
			if !yield(row(item)) {
				return
			}
		}
	}
}
