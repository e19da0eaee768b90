package dbpool

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// This file holds transactions.

// transaction is an open transaction, which is its connection's.
type transaction struct {
	pool *Pool
	conn *sql.Conn
}

var errEnded = errors.New("the transaction has ended")

// begin opens the lease's transaction. A pool that was closed meanwhile finds
// it in Pool.open, the clean-up after a killed task in the lease.
func (l *lease) begin(ctx context.Context) error {
	p := l.pool
	conn, err := p.connect(ctx, func(ctx context.Context, conn *sql.Conn) error {
		_, err := conn.ExecContext(ctx, p.driver.begin)
		if err != nil && ctx.Err() != nil {
			(&transaction{p, conn}).rollback() // it may have begun all the same
		}
		return err
	})
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	l.tx = &transaction{p, conn}
	p.open[l] = struct{}{}
	return nil
}

// take gives the transaction to who ends it; nil when it has ended.
func (l *lease) take() *transaction {
	p := l.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	tx := l.tx
	l.tx = nil
	delete(p.open, l)
	return tx
}

// inside has work done in the transaction. When the database has ended the
// transaction meanwhile, it is over: nothing more is done in it, as each
// statement would stay by itself.
func (l *lease) inside(ctx context.Context, s *statement, work connWork) error {
	tx := l.transaction()
	if tx == nil {
		return l.over()
	}
	open, err := l.pool.driver.guard(ctx, tx.conn, s, func(ctx context.Context, conn *sql.Conn) error {
		return l.pool.use(ctx, conn, work)
	})
	if open {
		return err
	}
	if err == nil {
		err = errors.New("the statement ended the transaction: what was done until then stays")
	}
	if tx := l.take(); tx != nil {
		tx.end(tx.rollback())
	}
	l.pool.mu.Lock()
	defer l.pool.mu.Unlock()
	l.taken = fmt.Errorf("%w: %w", errEnded, err)
	return err
}

// over says why there is no transaction.
func (l *lease) over() error {
	l.pool.mu.Lock()
	defer l.pool.mu.Unlock()
	if l.taken != nil {
		return l.taken
	}
	return errEnded
}

// commit ends the transaction well. When the connection is lost meanwhile
// nobody knows whether the database did it.
func (l *lease) commit(context.Context) error {
	tx := l.take()
	if tx == nil {
		return l.over()
	}
	return tx.commit()
}

// rollback takes the transaction back, unless it has ended.
func (l *lease) rollback() error {
	tx := l.take()
	if tx == nil {
		return nil
	}
	return tx.end(tx.rollback())
}

// commit ends the transaction well, or takes it back, and gives its connection
// back.
func (tx *transaction) commit() error {
	err := tx.do(func(ctx context.Context, conn *sql.Conn) error {
		if commit := tx.pool.driver.commit; commit != nil {
			return commit(ctx, conn)
		}
		_, err := conn.ExecContext(ctx, "COMMIT")
		return err
	})
	if err != nil {
		tx.rollback() // a commit that is refused leaves SQLite in the transaction
	}
	return tx.end(err)
}

// rollback takes the transaction back. A connection to a server that doesn't
// do it is closed.
func (tx *transaction) rollback() error {
	err := tx.do(func(ctx context.Context, conn *sql.Conn) error {
		_, err := conn.ExecContext(ctx, "ROLLBACK")
		return err
	})
	if err != nil && !tx.pool.driver.file {
		discard(tx.conn)
	}
	return err
}

// do has something done to the transaction within the pool's time.
func (tx *transaction) do(work connWork) error {
	ctx, limit := context.Background(), tx.pool.timeout
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	err := tx.pool.use(ctx, tx.conn, work)
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("the end of the transaction took longer than %s: %w", seconds(limit), err)
	}
	return err
}

// end gives the connection back and passes an error on.
func (tx *transaction) end(err error) error {
	tx.conn.Close()
	return err
}

// transaction gives the open transaction or nil.
func (l *lease) transaction() *transaction {
	l.pool.mu.Lock()
	defer l.pool.mu.Unlock()
	return l.tx
}
