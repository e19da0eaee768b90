package dbpool

import (
	"context"
	"database/sql"
	"strconv"

	"lunarium/runtime/vm"
)

// This file holds statements, run on a connection.

// query gives a statement's rows as a list, in tables that the pool's state adopts. loan
// counts them meanwhile.
func (d *dialect) query(ctx context.Context, conn *sql.Conn, tables *vm.Detached, loan *vm.Loan, s statement, args []any) (list vm.Value, err error) {
	if err := d.admitted(conn); err != nil {
		return vm.Nil, err
	}
	rows, err := conn.QueryContext(ctx, s.text, args...)
	if err != nil {
		return vm.Nil, err
	}
	defer rows.Close()
	columns, err := d.columns(rows)
	if err != nil {
		return vm.Nil, err
	}
	values, targets := make([]any, len(columns)), make([]any, len(columns))
	for i := range targets {
		targets[i] = &values[i]
	}
	table := tables.Table(0, 0)
	for n := 1; rows.Next(); n++ {
		if err := rows.Scan(targets...); err != nil {
			return vm.Nil, err
		}
		row, size := tables.Table(0, len(columns)), bytesOfRow+bytesOfField*len(columns)
		for i, c := range columns {
			field := d.field(values[i], c.declared)
			if text, ok := field.AsString(); ok {
				size += len(text)
			}
			row.Set(c.name, field)
		}
		if err := loan.Add(size); err != nil {
			return vm.Nil, err
		}
		table.SetInt(n, vm.TableValue(row))
	}
	return vm.TableValue(table), rows.Err()
}

// Bytes that a row and each of its fields take besides texts, about.
const (
	bytesOfRow   = 80
	bytesOfField = 40
)

// column is a result's column; the name is one Lua string for all rows.
type column struct {
	name     vm.Value
	declared string
}

// columns gives a result's columns. Of columns with one name the second is
// called name_2, the third name_3.
func (d *dialect) columns(rows *sql.Rows) ([]column, error) {
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	columns := make([]column, len(names))
	taken := map[string]bool{}
	for i, name := range names {
		unique := name
		for n := 2; taken[unique]; n++ {
			unique = name + "_" + strconv.Itoa(n)
		}
		taken[unique] = true
		columns[i] = column{vm.String(unique), types[i].DatabaseTypeName()}
	}
	return columns, nil
}

// result is what a statement without rows did.
type result struct {
	affected int64
	id       vm.Value // of the row that it made
	hasID    bool
}

// admitted asks whether a connection is fit for statements.
func (d *dialect) admitted(conn *sql.Conn) error {
	if d.admit == nil {
		return nil
	}
	return conn.Raw(d.admit)
}

// execute runs a statement, or several without parameters.
func (d *dialect) execute(ctx context.Context, conn *sql.Conn, s statement, args []any) (res result, err error) {
	if err := d.admitted(conn); err != nil {
		return res, err
	}
	if d.command != nil && len(s.parts) == 1 && len(args) == 0 {
		res.affected, err = d.command(ctx, conn, s.text)
		return res, err
	}
	done, err := conn.ExecContext(ctx, s.text, args...)
	if err != nil || done == nil {
		return res, err
	}
	if res.affected, err = done.RowsAffected(); err != nil {
		return res, err
	}
	if d.lastID != nil && res.affected > 0 && s.inserts() {
		id, err := done.LastInsertId()
		if err == nil && id != 0 {
			res.id, res.hasID = d.lastID(id), true
		}
	}
	return res, err
}
