package dbpool

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"net"
	"time"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
)

// This file holds what a driver has to say of its database.

// dialect is what is particular to a driver.
type dialect struct {
	name string
	file bool // the database is a file: path instead of dsn, and one writer at a time
	lexis
	// open makes the handle, and what people may know of the place (no
	// password); it doesn't connect. What is open goes through out.
	open  func(c *config, out outlet) (db *sql.DB, place string, err error)
	begin string // begins a transaction
	// commit ends one well; nil: COMMIT does.
	commit func(context.Context, *sql.Conn) error
	// lastID gives the id of the last row inserted as Lua's value; nil: results
	// don't know it.
	lastID func(int64) vm.Value
	// bind turns a parameter into what the driver wants, or is nil.
	bind func(parameter any) any
	// command executes one statement without parameters, and gives the number of
	// rows affected, in a way in which the server takes no second statement; nil:
	// as others.
	command func(ctx context.Context, conn *sql.Conn, text string) (int64, error)
	// admit looks at the driver's connection before a statement; nil: all are well.
	admit func(driverConn any) error
	// kill has the server cancel what a driver's connection does, where the driver
	// itself doesn't; interrupted tells whether that is what a statement's error says.
	kill        func(ctx context.Context, driverConn any) error
	interrupted func(error) bool
	// again tells whether a statement that failed did nothing and has to be
	// repeated; nil: none.
	again func(error) bool
	// commits tells whether a statement may commit its transaction; nil: never.
	commits func(*part) commitment
	// guard does a transaction's statement, and tells whether the transaction is
	// still open.
	guard func(ctx context.Context, conn *sql.Conn, s *statement, work connWork) (open bool, err error)
	// lost tells whether an error means that the server or the way to it is
	// gone; nil: there is no server.
	lost func(error) bool
	// refine adjusts a column's values by its declared type, or is nil.
	refine func(value any, declared string) any
	// timestamp writes a time of a column.
	timestamp func(at time.Time, declared string) string
}

// outlet is a pool's way to the world outside: what goes through it is shown to people
// and counts as files of the state's.
type outlet struct {
	state *vm.State
	kind  string
}

// driverConn is what drivers' connections are for database/sql, which asks for each of
// these: what wraps one hides none.
type driverConn interface {
	driver.Conn
	driver.Pinger
	driver.ExecerContext
	driver.QueryerContext
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.SessionResetter
	driver.Validator
}

// dialFunc is how the drivers of servers connect.
type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// dial has the connections that dial makes counted.
func (o outlet) dial(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		return host.Dial(o.state, o.kind, func() (net.Conn, error) { return dial(ctx, network, address) })
	}
}

// connWork is what a statement does with a connection. It may be done twice.
type connWork func(context.Context, *sql.Conn) error

// commitment is whether a statement may end the transaction that it is in.
type commitment int

const (
	unclear commitment = iota
	never
	always
)

// cancelGrace is how long a cancelled statement may take to end before its
// connection is given up.
const cancelGrace = 2 * time.Second
