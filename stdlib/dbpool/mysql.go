package dbpool

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log"
	"net"
	"time"

	"github.com/go-sql-driver/mysql"

	"lunarium/runtime/vm"
)

// This file holds the driver for MySQL.

// openMySQL takes user:password@tcp(host:port)/database?option=value.
func openMySQL(c *config, out outlet) (*sql.DB, string, error) {
	parsed, err := mysql.ParseDSN(c.dsn)
	if err != nil {
		return nil, "", fmt.Errorf("dsn: %w", err)
	}
	parsed.ParseTime = false       // dates stay as MySQL writes them
	parsed.MultiStatements = false // a second statement could end a transaction
	parsed.Logger = log.New(nowhere{}, "", 0)
	if parsed.Timeout == 0 {
		parsed.Timeout = c.timeout
	}
	parsed.DialFunc = out.dial(new(net.Dialer).DialContext)
	connector, err := mysql.NewConnector(parsed)
	if err != nil {
		return nil, "", fmt.Errorf("dsn: %w", err)
	}
	return sql.OpenDB(&mysqlConnector{connector}), fmt.Sprintf("%s at %s", parsed.DBName, parsed.Addr), nil
}

// lostMySQL takes everything for a loss but what the server says of a
// statement; the numbers are ER_SERVER_SHUTDOWN and ER_CONNECTION_KILLED.
func lostMySQL(err error) bool {
	var said *mysql.MySQLError
	return !errors.As(err, &said) || said.Number == 1053 || said.Number == 1927
}

// lastIDMySQL takes ids for what MySQL takes them for: numbers without a sign.
func lastIDMySQL(id int64) vm.Value { return unsigned(uint64(id)) }

// mysqlDriverConn is what the driver's connections are for database/sql.
type mysqlDriverConn interface {
	driverConn
	driver.NamedValueChecker
}

// mysqlConn is a connection that knows how to end what it does.
type mysqlConn struct {
	mysqlDriverConn
	id   string // the server's name for it
	from driver.Connector
}

// mysqlConnector makes mysqlConns.
type mysqlConnector struct{ driver.Connector }

// Connect asks a new connection for its id.
func (c *mysqlConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	made := &mysqlConn{mysqlDriverConn: conn.(mysqlDriverConn), from: c.Connector}
	if err := made.ask(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return made, nil
}

func (c *mysqlConn) ask(ctx context.Context) error {
	rows, err := c.QueryContext(ctx, "SELECT CONNECTION_ID()", nil)
	if err != nil {
		return err
	}
	defer rows.Close()
	row := make([]driver.Value, 1)
	if err := rows.Next(row); err != nil {
		return err
	}
	if text, ok := row[0].([]byte); ok {
		row[0] = string(text)
	}
	c.id = fmt.Sprint(row[0])
	return nil
}

// killMySQL has the server end the statement of a connection, by another that
// lives for this alone: those of the pool may all be in use.
func killMySQL(ctx context.Context, driverConn any) error {
	c := driverConn.(*mysqlConn)
	conn, err := c.from.Connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = conn.(driver.ExecerContext).ExecContext(ctx, "KILL QUERY "+c.id, nil)
	return err
}

// interruptedMySQL knows ER_QUERY_INTERRUPTED.
func interruptedMySQL(err error) bool { return isMySQL(err, 1317) }

func isMySQL(err error, number uint16) bool {
	var said *mysql.MySQLError
	return errors.As(err, &said) && said.Number == number
}

// canary is a savepoint that is gone when a statement ended its transaction.
const canary = "lunarium_canary"

// guardMySQL sees a transaction end with what a procedure does, and asks after
// an error: a deadlock, for one, takes the transaction back, and what came
// afterwards would stay by itself.
func guardMySQL(ctx context.Context, conn *sql.Conn, s *statement, work connWork) (open bool, err error) {
	watch := len(s.parts) > 0 && len(s.parts[0].words) > 0 && commitsMySQL(&s.parts[0]) == unclear
	if watch && s.parts[0].words[0] == "CALL" {
		err = lexisMySQL.refuseProcedure(ctx, conn, s.text)
	}
	if watch && err == nil {
		_, err = conn.ExecContext(ctx, "SAVEPOINT "+canary)
	}
	if err != nil {
		return true, err
	}
	err = work(ctx, conn)
	ctx = context.WithoutCancel(ctx)
	switch {
	case watch:
		_, gone := conn.ExecContext(ctx, "RELEASE SAVEPOINT "+canary)
		return !isMySQL(gone, 1305), err // ER_SP_DOES_NOT_EXIST
	case err != nil:
		_, inside := conn.ExecContext(ctx, "SET TRANSACTION READ WRITE")
		return inside != nil, err // ER_CANT_CHANGE_TX_CHARACTERISTICS
	}
	return true, nil
}

// nowhere takes the driver's own log; what matters comes back as an error.
type nowhere struct{}

func (nowhere) Write(b []byte) (int, error) { return len(b), nil }

// timestampMySQL is not reached with ParseTime off.
func timestampMySQL(at time.Time, _ string) string { return at.Format(plainLayout) }

var lexisMySQL = lexis{single: true, backticks: true, backslashes: true, hashComments: true, executableComments: true}
