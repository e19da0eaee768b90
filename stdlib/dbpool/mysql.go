package dbpool

import (
	"database/sql"
	"errors"
	"fmt"
	"log"
	"net"
	"time"

	"github.com/go-sql-driver/mysql"
)

// openMySQL takes user:password@tcp(host:port)/database?option=value.
func openMySQL(c *config, count counting) (*sql.DB, string, error) {
	parsed, err := mysql.ParseDSN(c.dsn)
	if err != nil {
		return nil, "", fmt.Errorf("dsn: %w", err)
	}
	parsed.ParseTime = false // dates stay as MySQL writes them
	parsed.Logger = log.New(discard{}, "", 0)
	if parsed.Timeout == 0 {
		parsed.Timeout = c.timeout
	}
	parsed.DialFunc = count.dial(new(net.Dialer).DialContext)
	connector, err := mysql.NewConnector(parsed)
	if err != nil {
		return nil, "", fmt.Errorf("dsn: %w", err)
	}
	return sql.OpenDB(connector), fmt.Sprintf("%s at %s", parsed.DBName, parsed.Addr), nil
}

// lostMySQL takes everything for a loss but what the server says of a
// statement; the numbers are ER_SERVER_SHUTDOWN and ER_CONNECTION_KILLED.
func lostMySQL(err error) bool {
	var said *mysql.MySQLError
	return !errors.As(err, &said) || said.Number == 1053 || said.Number == 1927
}

// discard takes the driver's own log; what matters comes back as an error.
type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

// timestampMySQL is not reached with ParseTime off.
func timestampMySQL(at time.Time, _ string) string { return at.Format(plainLayout) }
