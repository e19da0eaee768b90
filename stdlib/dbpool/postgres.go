package dbpool

import (
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/stdlib"
)

// cancelGrace is how long a cancelled statement may take to end before its
// connection is given up.
const cancelGrace = 2 * time.Second

// openPostgres takes a URL (postgres://…) or a list of keywords (host=… dbname=…).
func openPostgres(c *config) (*sql.DB, string, error) {
	parsed, err := pgx.ParseConfig(c.dsn)
	if err != nil {
		return nil, "", fmt.Errorf("dsn: %w", err)
	}
	parsed.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: cancelGrace}
	}
	if parsed.ConnectTimeout == 0 {
		parsed.ConnectTimeout = c.timeout
	}
	return stdlib.OpenDB(*parsed), fmt.Sprintf("%s at %s:%d", parsed.Database, parsed.Host, parsed.Port), nil
}

// timestampPostgres writes dates as dates and times with a zone in UTC.
func timestampPostgres(at time.Time, declared string) string {
	switch declared {
	case "DATE":
		return at.Format(time.DateOnly)
	case "TIMESTAMPTZ":
		return at.UTC().Format(zonedLayout)
	}
	return at.Format(plainLayout)
}
