package dbpool

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite"

	"lunarium/runtime/host"
)

// This file holds the driver for SQLite.

// openSQLite opens a file, with a write-ahead log so that readers and the
// writer don't wait for each other, or a database in memory.
func openSQLite(c *config, out outlet) (*sql.DB, string, error) {
	query := url.Values{"_error_rc": {"1"}, "_dqs": {"0"}, "_pragma": {
		fmt.Sprintf("busy_timeout(%d)", min(c.busy.Milliseconds(), math.MaxInt32)), "foreign_keys(1)",
	}}
	connector := &sqliteConnector{driver: &sqlite.Driver{}, name: c.path, out: out}
	if c.path != memoryPath {
		query["_pragma"] = append(query["_pragma"], "journal_mode(WAL)")
		connector.directory = filepath.Dir(c.path)
		connector.name = (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: c.path}).EscapedPath()}).String()
	}
	connector.name += "?" + query.Encode()
	return sql.OpenDB(connector), filepath.Base(c.path), nil
}

// sqliteConnector connects to a file, whose directory it makes.
type sqliteConnector struct {
	driver          *sqlite.Driver
	name, directory string // directory "": the database is in memory
	out             outlet
}

// filesOfSQLite is what a connection has open: the database, its log, the log's index.
const filesOfSQLite = 3

// sqliteConn is a connection whose files are counted.
type sqliteConn struct {
	driverConn
	give  func()
	limit int // of the service's memory, as the connection was told it
}

// Close closes the files.
func (c *sqliteConn) Close() error {
	defer c.give()
	return c.driverConn.Close()
}

// Connect opens the file.
func (c *sqliteConnector) Connect(context.Context) (driver.Conn, error) {
	if c.directory == "" {
		conn, err := c.driver.Open(c.name)
		if err != nil {
			return nil, err
		}
		return &sqliteConn{driverConn: conn.(driverConn), give: func() {}}, nil
	}
	give, err := host.Files(c.out.state).Take(filesOfSQLite)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.directory, 0o777); err != nil {
		give()
		return nil, err
	}
	conn, err := c.driver.Open(c.name)
	if err != nil {
		give()
		return nil, err
	}
	return &sqliteConn{driverConn: conn.(driverConn), give: give}, nil
}

// Driver is for database/sql.
func (c *sqliteConnector) Driver() driver.Driver { return c.driver }

// usualCache is the size that SQLite gives a connection's cache, as PRAGMA cache_size has it.
const usualCache = -2000

// boundSQLite tells a connection the memory limit of its service where that has changed,
// since a service may set it when the connection is there, with databases in memory.
func boundSQLite(ctx context.Context, conn *sql.Conn, limit int) error {
	var known *sqliteConn
	err := conn.Raw(func(driverConn any) error {
		known = driverConn.(*sqliteConn)
		return nil
	})
	if err != nil || known.limit == limit {
		return err
	}
	names, err := inMemory(ctx, conn)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := boundPages(ctx, conn, name, limit); err != nil {
			return err
		}
	}
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("PRAGMA cache_size = %d", usualCache)); err != nil {
		return err
	}
	known.limit = limit
	return nil
}

// inMemory gives the names of a connection's databases that have no file, in quotes.
func inMemory(ctx context.Context, conn *sql.Conn) (names []string, err error) {
	rows, err := conn.QueryContext(ctx, "SELECT name FROM pragma_database_list WHERE file = ''")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, `"`+strings.ReplaceAll(name, `"`, `""`)+`"`)
	}
	return names, rows.Err()
}

// mostPages is the most that SQLite has.
const mostPages = 1<<32 - 2

// boundPages has a database hold as many pages as the limit allows, or those that it
// holds already; 0 is no limit.
func boundPages(ctx context.Context, conn *sql.Conn, name string, limit int) error {
	var page int
	if err := conn.QueryRowContext(ctx, "PRAGMA "+name+".page_size").Scan(&page); err != nil {
		return err
	}
	pages := mostPages
	if limit > 0 {
		pages = max(limit/page, 1)
	}
	_, err := conn.ExecContext(ctx, fmt.Sprintf("PRAGMA %s.max_page_count = %d", name, pages))
	return err
}

// guardSQLite asks after an error whether the transaction is still there:
// INSERT OR ROLLBACK, RAISE(ROLLBACK), a full disk and an interruption take it
// back, and what came afterwards would stay by itself. No transaction begins
// inside another.
func guardSQLite(ctx context.Context, conn *sql.Conn, _ *statement, work connWork) (bool, error) {
	err := work(ctx, conn)
	if err == nil {
		return true, nil
	}
	ctx = context.WithoutCancel(ctx)
	if _, inside := conn.ExecContext(ctx, "BEGIN"); inside != nil {
		return true, err
	}
	conn.ExecContext(ctx, "ROLLBACK")
	return false, err
}

// refineSQLite gives booleans, which SQLite stores as integers.
func refineSQLite(value any, declared string) any {
	if i, ok := value.(int64); ok && (declared == "BOOLEAN" || declared == "BOOL") && i>>1 == 0 {
		return i == 1
	}
	return value
}

// timestampSQLite writes what the driver made of a text in a date column.
func timestampSQLite(at time.Time, declared string) string {
	_, offset := at.Zone()
	switch {
	case offset != 0:
		return at.Format(zonedLayout)
	case declared == "DATE" && at.Equal(at.Truncate(24*time.Hour)):
		return at.Format(time.DateOnly)
	}
	return at.Format(plainLayout)
}
