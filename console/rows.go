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

// MostListed is how many rows a list has unless all are asked for.
const MostListed = 500

// Cut tells how many rows a list shows of very many, and how many it leaves out.
func Cut(total int, all bool) (shown, left int) {
	if all || total <= MostListed {
		return total, 0
	}
	return MostListed, total - MostListed
}

// Unlimited takes the word all off a command's arguments; without it lists are cut.
func Unlimited(args string) (rest string, all bool) {
	fields := strings.Fields(args)
	if n := len(fields); n > 0 && fields[n-1] == "all" {
		return strings.Join(fields[:n-1], " "), true
	}
	return args, false
}

// more says how many rows a list leaves out, and which command shows them.
func (o *Operator) more(left int, hint string) string {
	return o.Paint(render.Note, fmt.Sprintf("… %s more; %s", render.Count(left), hint))
}

// Picks is the hint of commands that may be given a text that picks some.
func Picks(command string) string {
	return fmt.Sprintf(`"%s TEXT" picks some, "%s all" shows them`, command, command)
}

// Listing is a reply of many rows. What is shown is made and written row by row, and only
// in the form that is wanted: JSON or text.
type Listing[T any] struct {
	Rows    iter.Seq2[T, error] // an error ends them
	Count   int                 // of rows
	Left    int                 // rows that are not among them
	Hint    string              // how to see those
	Columns []render.Column
	Cells   func(row T) []string
	Text    func(row T) string // of rows that are not those of a table: whole lines
	None    string             // is said when there are no rows; "": an empty table
}

// fewRows are drawn as they were measured. Of more, each is asked for twice.
const fewRows = 2 * MostListed

func Show[T any](ctx context.Context, o *Operator, l Listing[T]) (err error) {
	out := o.answer()
	defer func() { err = errors.Join(err, out.end()) }() // whatever becomes of the rows, others wait for it
	switch {
	case o.JSON:
		err = l.json(ctx, out)
	case l.Count == 0 && l.None != "":
		_, err = out.WriteString(out.hidden.Text(l.None) + "\n")
	case l.Count == 0:
		_, err = out.WriteString(o.Style().Table(l.Columns, nil) + "\n")
	default:
		if l.Text != nil {
			err = l.each(ctx, func(row T) error { return out.line(l.Text(row)) })
		} else {
			err = l.table(ctx, o, out)
		}
		if err == nil && l.Left > 0 {
			err = out.line(o.more(l.Left, l.Hint))
		}
	}
	return err
}

// each calls f for each row, until the command is cancelled.
func (l *Listing[T]) each(ctx context.Context, f func(row T) error) error {
	for row, err := range l.Rows {
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
func (l *Listing[T]) json(ctx context.Context, out *answer) error {
	list, written := render.NewJSONList(out, out.hidden), 0
	err := l.each(ctx, func(row T) error {
		written++
		return list.Add(row)
	})
	left := l.Left
	if err != nil {
		left += max(l.Count-written, 1)
	}
	return errors.Join(err, list.End(left), out.line(""))
}

func (l *Listing[T]) table(ctx context.Context, o *Operator, out *answer) error {
	table := o.Style().NewTable(l.Columns)
	var few [][]string
	err := l.each(ctx, func(row T) error {
		cells := l.Cells(row)
		table.Measure(cells)
		if l.Count <= fewRows {
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
	if l.Count <= fewRows {
		return nil
	}
	return l.each(ctx, func(row T) error { return out.line(table.Line(l.Cells(row))) })
}

// RowsOf makes rows of a list's items when they are asked for.
func RowsOf[T, Row any](items []T, row func(T) Row) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for _, item := range items {
			if !yield(row(item), nil) {
				return
			}
		}
	}
}

// Rows is each for items that are rows.
func Rows[T any](items []T) iter.Seq2[T, error] {
	return RowsOf(items, func(item T) T { return item })
}
