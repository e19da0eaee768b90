package dbpool

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
)

// cancelGrace is how long a cancelled statement may take to end before its
// connection is given up.
const cancelGrace = 2 * time.Second

// openPostgres takes a URL (postgres://…) or a list of keywords (host=… dbname=…).
func openPostgres(c *config, count counting) (*sql.DB, string, error) {
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
	parsed.DialFunc = count.dial(parsed.DialFunc)
	return stdlib.OpenDB(*parsed, stdlib.OptionShouldPing(restedLong)), fmt.Sprintf("%s at %s:%d", parsed.Database, parsed.Host, parsed.Port), nil
}

// restedLong tells whether a connection has been unused for so long that the
// server may have gone meanwhile; then it is asked first, and another takes its
// place. MySQL's driver looks by itself.
func restedLong(_ context.Context, p stdlib.ShouldPingParams) bool {
	return p.IdleDuration > 10*time.Millisecond
}

// lostPostgres takes everything for a loss but what the server says of a
// statement; class 08 and 57P are what it says when it ends.
func lostPostgres(err error) bool {
	var said *pgconn.PgError
	return !errors.As(err, &said) || strings.HasPrefix(said.Code, "08") || strings.HasPrefix(said.Code, "57P")
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

// Parameters of Lua's types, which the driver writes as the type of their place
// asks for: a number may go into a text column, as in the other databases.
// pgFloat hides that it is a float64, which the driver would cut to an integer
// for an integer column.
type (
	pgInteger int64
	pgFloat   struct{ number float64 }
	pgBool    bool
)

func bindPostgres(parameter any) any {
	switch p := parameter.(type) {
	case int64:
		return pgInteger(p)
	case float64:
		return pgFloat{p}
	case bool:
		return pgBool(p)
	}
	return parameter
}

// Int64Value, Float64Value, BoolValue and TextValue are pgtype's Int64Valuer,
// Float64Valuer, BoolValuer and TextValuer; MarshalJSON is for json columns.
func (i pgInteger) Int64Value() (pgtype.Int8, error) {
	return pgtype.Int8{Int64: int64(i), Valid: true}, nil
}

func (i pgInteger) TextValue() (pgtype.Text, error) {
	return pgtype.Text{String: strconv.FormatInt(int64(i), 10), Valid: true}, nil
}

func (f pgFloat) Float64Value() (pgtype.Float8, error) {
	return pgtype.Float8{Float64: f.number, Valid: true}, nil
}

func (f pgFloat) TextValue() (pgtype.Text, error) {
	return pgtype.Text{String: strconv.FormatFloat(f.number, 'g', -1, 64), Valid: true}, nil
}

func (b pgBool) BoolValue() (pgtype.Bool, error) {
	return pgtype.Bool{Bool: bool(b), Valid: true}, nil
}

func (b pgBool) TextValue() (pgtype.Text, error) {
	return pgtype.Text{String: strconv.FormatBool(bool(b)), Valid: true}, nil
}

// MarshalJSON writes the number.
func (f pgFloat) MarshalJSON() ([]byte, error) { return json.Marshal(f.number) }
