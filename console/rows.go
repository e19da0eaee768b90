package console

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"lunarium/console/render"
)

// This file shows lists: rows, columns, what is left out.

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
	return s.paint(render.Note, fmt.Sprintf("… %s more; %s", render.Count(left), hint))
}

// picks is the hint of commands that may be given a text that picks some.
func picks(command string) string {
	return fmt.Sprintf(`"%s TEXT" picks some, "%s all" shows them`, command, command)
}

// listing is a reply of many rows. What is shown is made and written row by row, and only
// in the form that is wanted: JSON or text.
type listing[T any] struct {
	rows    iter.Seq2[T, error] // an error ends them
	count   int                 // of rows
	left    int                 // rows that are not among them
	hint    string              // how to see those
	columns []render.Column
	cells   func(row T) []string
	text    func(row T) string // of rows that are not those of a table: whole lines
	none    string             // is said when there are no rows; "": an empty table
}

// fewRows are drawn as they were measured. Of more, each is asked for twice.
const fewRows = 2 * mostListed

func show[T any](ctx context.Context, s *Session, l listing[T]) (err error) {
	out := s.answer()
	defer func() { err = errors.Join(err, out.end()) }() // whatever becomes of the rows, others wait for it
	switch {
	case s.JSON:
		err = l.json(ctx, out)
	case l.count == 0 && l.none != "":
		_, err = out.WriteString(l.none + "\n")
	case l.count == 0:
		_, err = out.WriteString(s.style().Table(l.columns, nil) + "\n")
	default:
		if l.text != nil {
			err = l.each(ctx, func(row T) error { return out.line(l.text(row)) })
		} else {
			err = l.table(ctx, s, out)
		}
		if err == nil && l.left > 0 {
			err = out.line(s.more(l.left, l.hint))
		}
	}
	return err
}

// each calls f for each row, until the command is cancelled.
func (l *listing[T]) each(ctx context.Context, f func(row T) error) error {
	for row, err := range l.rows {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = f(row)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// json writes the rows; those that an error keeps from being written are counted as left.
func (l *listing[T]) json(ctx context.Context, out *answer) error {
	list, written := render.NewJSONList(out), 0
	err := l.each(ctx, func(row T) error {
		written++
		return list.Add(row)
	})
	left := l.left
	if err != nil {
		left += max(l.count-written, 1)
	}
	return errors.Join(err, list.End(left), out.line(""))
}

func (l *listing[T]) table(ctx context.Context, s *Session, out *answer) error {
	table := s.style().NewTable(l.columns)
	var few [][]string
	err := l.each(ctx, func(row T) error {
		cells := l.cells(row)
		table.Measure(cells)
		if l.count <= fewRows {
			few = append(few, cells)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := out.line(table.Header()); err != nil {
		return err
	}
	for _, cells := range few {
		if err := out.line(table.Line(cells)); err != nil {
			return err
		}
	}
	if l.count <= fewRows {
		return nil
	}
	return l.each(ctx, func(row T) error { return out.line(table.Line(l.cells(row))) })
}

// each makes rows of a list's items when they are asked for.
func each[T, Row any](items []T, row func(T) Row) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for _, item := range items {
			if !yield(row(item), nil) {
				return
			}
		}
	}
}

// unchanged is each for items that are rows.
func unchanged[T any](items []T) iter.Seq2[T, error] {
	return each(items, func(item T) T { return item })
}
