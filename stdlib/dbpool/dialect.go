package dbpool

import (
	"context"
	"database/sql"
	"net"
	"time"
)

// dialect is what is particular to a driver.
type dialect struct {
	name string
	file bool // the database is a file: path instead of dsn, and one writer at a time
	lexis
	// open makes the handle, and what people may know of the place (no
	// password); it doesn't connect. Connections to a server go through count.
	open func(c *config, count counting) (db *sql.DB, place string, err error)
	// lastID tells whether results know the id of the last row inserted.
	lastID bool
	// bind turns a parameter into what the driver wants, or is nil.
	bind func(parameter any) any
	// lost tells whether an error means that the server or the way to it is
	// gone; nil: there is no server.
	lost func(error) bool
	// refine adjusts a column's values by its declared type, or is nil.
	refine func(value any, declared string) any
	// timestamp writes a time of a column.
	timestamp func(at time.Time, declared string) string
}

// counting is vm.State.CountConn for a pool.
type counting func(net.Conn) net.Conn

// dialFunc is how the drivers of servers connect.
type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// dial has the connections that dial makes counted.
func (count counting) dial(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return count(conn), nil
	}
}

// dialects are the drivers; the first is the default.
var dialects = []dialect{
	{
		name: "sqlite", file: true, open: openSQLite, lastID: true,
		lexis: lexis{named: true, backticks: true, brackets: true}, refine: refineSQLite, timestamp: timestampSQLite,
	},
	{
		name: "postgres", open: openPostgres, bind: bindPostgres, lost: lostPostgres,
		lexis: lexis{numbered: true, dollarQuotes: true, nestedComments: true}, timestamp: timestampPostgres,
	},
	{
		name: "mysql", open: openMySQL, lastID: true, lost: lostMySQL,
		lexis: lexis{backticks: true, backslashes: true, hashComments: true}, timestamp: timestampMySQL,
	},
}
