package dbpool

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"time"
)

// This file holds connections, lent to statements.

// once has work done with one of the pool's connections.
func (p *Pool) once(ctx context.Context, work connWork) error {
	conn, err := p.connect(ctx, work)
	if err == nil {
		conn.Close()
	}
	return err
}

// connect has work done with one of the pool's connections and gives it; the
// caller closes it. A connection that the server ended meanwhile is replaced by
// another.
func (p *Pool) connect(ctx context.Context, work connWork) (conn *sql.Conn, err error) {
	for range p.size + 1 {
		if conn, err = p.db.Conn(ctx); err == nil {
			err = p.use(ctx, conn, work)
			if p.driver.again != nil && p.driver.again(err) {
				err = p.use(ctx, conn, work)
			}
			if err == nil {
				return conn, nil
			}
			conn.Close()
		}
		if !errors.Is(err, driver.ErrBadConn) || ctx.Err() != nil {
			break
		}
		p.dropIdle()
	}
	return nil, err
}

// dropIdle closes the connections that nobody uses.
func (p *Pool) dropIdle() {
	p.db.SetMaxIdleConns(0)
	p.db.SetMaxIdleConns(p.size)
}

// use has work done with a connection. When the context ends the server is told
// to cancel it: by the driver, or else from another connection.
func (p *Pool) use(ctx context.Context, conn *sql.Conn, work connWork) error {
	if p.driver.file {
		if err := boundSQLite(ctx, conn, p.state.Memory().Limit()); err != nil {
			return err
		}
	}
	if p.driver.kill == nil {
		return work(ctx, conn)
	}
	var connection any // the driver's
	err := conn.Raw(func(driverConn any) error {
		connection = driverConn
		return nil
	})
	if err != nil {
		return err
	}
	inner, give := context.WithCancel(context.WithoutCancel(ctx))
	defer give()
	ended, killed := make(chan struct{}), make(chan struct{})
	watching := context.AfterFunc(ctx, func() {
		defer close(killed)
		late := time.AfterFunc(cancelGrace, give)
		defer late.Stop()
		if err := p.driver.kill(inner, connection); err != nil {
			give()
		}
		<-ended
	})
	err = work(inner, conn)
	close(ended)
	if watching() {
		return err
	}
	<-killed
	if !p.driver.interrupted(err) {
		// The order may reach the connection's next statement.
		discard(conn)
	}
	return ctx.Err()
}

// discard closes a connection, so that it doesn't come back to the pool.
func discard(conn *sql.Conn) {
	conn.Raw(func(any) error { return driver.ErrBadConn })
}
