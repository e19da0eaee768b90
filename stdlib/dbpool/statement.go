package dbpool

import (
	"context"
	"database/sql"
	"strconv"

	"lunarium/runtime/vm"
)

// runner is a connection, a transaction or the handle that finds a connection.
type runner interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// query gives a statement's rows as a list, in tables that the pool's state adopts.
func (d *dialect) query(ctx context.Context, r runner, tables *vm.Detached, s statement, args []any) (list vm.Value, err error) {
	rows, err := r.QueryContext(ctx, s.text, args...)
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
		row := tables.Table(0, len(columns))
		for i, c := range columns {
			row.Set(c.name, d.field(values[i], c.declared))
		}
		table.SetInt(n, vm.TableValue(row))
	}
	return vm.TableValue(table), rows.Err()
}

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
	lastID   int64
	hasID    bool
}

// execute runs a statement, or several without parameters.
func (d *dialect) execute(ctx context.Context, r runner, s statement, args []any) (res result, err error) {
	done, err := r.ExecContext(ctx, s.text, args...)
	if err != nil || done == nil {
		return res, err
	}
	if res.affected, err = done.RowsAffected(); err != nil {
		return res, err
	}
	if d.lastID && (s.first == "INSERT" || s.first == "REPLACE") {
		res.lastID, err = done.LastInsertId()
		res.hasID = err == nil && res.lastID != 0
	}
	return res, err
}
