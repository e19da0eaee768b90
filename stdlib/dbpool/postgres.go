package dbpool

import (
	"context"
	"database/sql"
	"database/sql/driver"
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

// This file holds the driver for PostgreSQL.

// openPostgres takes a URL (postgres://…) or a list of keywords (host=… dbname=…).
func openPostgres(c *config, out outlet) (*sql.DB, string, error) {
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
	parsed.RuntimeParams[plainStrings] = "on"
	parsed.DialFunc = out.dial(parsed.DialFunc)
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

// plainStrings is the setting that has a backslash be one in a string.
const plainStrings = "standard_conforming_strings"

// admitPostgres refuses connections on which statements are read otherwise than
// lexis does.
func admitPostgres(driverConn any) error {
	if of(driverConn).ParameterStatus(plainStrings) == "off" {
		return errors.New(plainStrings + " is off, so that nobody knows where strings end; SET it on")
	}
	return nil
}

func of(driverConn any) *pgconn.PgConn { return driverConn.(*stdlib.Conn).Conn().PgConn() }

// commandPostgres executes in the extended protocol, in which the server takes
// one statement. The driver would send one without parameters as text.
func commandPostgres(ctx context.Context, conn *sql.Conn, text string) (int64, error) {
	tag, err := runPostgres(ctx, conn, text)
	return tag.RowsAffected(), err
}

// commitPostgres commits. Where a statement failed before, and nobody minded,
// the server takes the transaction back instead.
func commitPostgres(ctx context.Context, conn *sql.Conn) error {
	tag, err := runPostgres(ctx, conn, "COMMIT")
	if err == nil && tag.String() != "COMMIT" {
		err = errors.New("a statement of the transaction failed, so that it was taken back")
	}
	return err
}

func runPostgres(ctx context.Context, conn *sql.Conn, text string) (tag pgconn.CommandTag, err error) {
	err = conn.Raw(func(driverConn any) error {
		c := of(driverConn)
		if c.IsClosed() {
			return driver.ErrBadConn
		}
		done := c.ExecParams(ctx, text, nil, nil, nil, nil).Read()
		if done.Err != nil && pgconn.SafeToRetry(done.Err) {
			return driver.ErrBadConn
		}
		tag = done.CommandTag
		return done.Err
	})
	return tag, err
}

// againPostgres tells whether a statement, which the driver keeps prepared,
// doesn't fit what a table has become: its plan (Where says that it was none of
// a function's), or the types of its parameters. The driver has dropped it then,
// and nothing was done.
func againPostgres(err error) bool {
	var said *pgconn.PgError
	if !errors.As(err, &said) {
		return err != nil && strings.HasPrefix(err.Error(), "failed to encode args")
	}
	return said.Code == "0A000" && said.Routine == "RevalidateCachedQuery" && said.Where == "" ||
		strings.HasPrefix(said.Code, "22") && strings.Contains(strings.ToLower(said.Where), "portal")
}

// guardPostgres asks the driver, whom the server tells after each statement.
func guardPostgres(ctx context.Context, conn *sql.Conn, _ *statement, work connWork) (open bool, err error) {
	err = work(ctx, conn)
	open = true
	conn.Raw(func(driverConn any) error {
		c := of(driverConn)
		open = c.IsClosed() || c.TxStatus() != 'I'
		return nil
	})
	return open, err
}

// timestampPostgres writes dates as dates and times with a zone in UTC. A year
// before Christ is written as PostgreSQL does.
func timestampPostgres(at time.Time, declared string) string {
	layout := plainLayout
	switch declared {
	case "DATE":
		layout = time.DateOnly
	case "TIMESTAMPTZ":
		at, layout = at.UTC(), zonedLayout
	}
	if year := at.Year(); year <= 0 {
		return strings.Replace(at.Format(layout), at.Format("2006"), fmt.Sprintf("%04d", 1-year), 1) + " BC"
	}
	return at.Format(layout)
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
