package dbpool

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// transaction is an open transaction with its connection.
type transaction struct {
	*sql.Tx
	conn *sql.Conn
	stop context.CancelFunc // ends what its connection does for it
}

var errEnded = errors.New("the transaction has ended")

// begin opens the lease's transaction. A pool that was closed meanwhile finds
// it in Pool.open, the clean-up after a killed task in the lease.
func (l *lease) begin(ctx context.Context) error {
	p := l.pool
	conn, err := p.db.Conn(ctx)
	if err != nil {
		return err
	}
	// The context of BeginTx lives as long as the transaction; only while it
	// begins does it end with the statement's.
	life, stop := context.WithCancel(context.Background())
	unbind := context.AfterFunc(ctx, stop)
	tx, err := conn.BeginTx(life, nil)
	opened := &transaction{tx, conn, stop}
	if !unbind() && err == nil {
		opened.end(p.timeout, (*sql.Tx).Rollback)
		return ctx.Err()
	}
	if err != nil {
		stop()
		conn.Close()
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	l.tx = opened
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

// commit ends the transaction well. When the connection is lost meanwhile
// nobody knows whether the database did it.
func (l *lease) commit(context.Context) error {
	tx := l.take()
	if tx == nil {
		return errEnded
	}
	return tx.end(l.pool.timeout, (*sql.Tx).Commit)
}

// rollback takes the transaction back, unless it has ended.
func (l *lease) rollback() error {
	tx := l.take()
	if tx == nil {
		return nil
	}
	return tx.end(l.pool.timeout, (*sql.Tx).Rollback)
}

// end ends the transaction and gives its connection back.
func (tx *transaction) end(limit time.Duration, how func(*sql.Tx) error) error {
	late := make(chan struct{})
	if limit > 0 {
		timer := time.AfterFunc(limit, func() {
			close(late)
			tx.stop()
		})
		defer timer.Stop()
	}
	err := how(tx.Tx)
	if err != nil {
		// A commit that is refused leaves SQLite in the transaction.
		tx.conn.ExecContext(context.Background(), "ROLLBACK")
	}
	tx.stop()
	tx.conn.Close()
	select {
	case <-late:
		if err != nil {
			return fmt.Errorf("the end of the transaction took longer than %s: %w", seconds(limit), err)
		}
	default:
	}
	return err
}
