package dbpool

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"lunarium/runtime/vm"
)

// This file holds a pool of connections.

// Pool is a set of connections to one database, of one state.
type Pool struct {
	config
	state   *vm.State
	db      *sql.DB
	place   string // for people; no password
	ctx     context.Context
	cancel  context.CancelFunc // closes the pool
	done    chan struct{}      // closed when its connections are
	slots   *gate              // connections
	writers *gate              // the turn to write, where the database has one writer; else nil
	count   counters

	mu      sync.Mutex
	shut    bool                // no further work
	open    map[*lease]struct{} // with a transaction
	working sync.WaitGroup
}

// counters are what stats tells besides the gates.
type counters struct {
	queries, executes, transactions, rollbacks, errors, waits, timeouts, abandoned int
}

var (
	errClosed = errors.New("the pool is closed")
	errShared = errors.New("another task uses this transaction at the moment")
)

// waitError is that no connection was free in time.
type waitError string

func (e waitError) Error() string { return string(e) }

// begin runs work on a goroutine; false when the pool is closed.
func (p *Pool) begin(work func()) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shut {
		return false
	}
	p.working.Go(work)
	return true
}

func (p *Pool) closed() bool { return p.ctx.Err() != nil }

func (p *Pool) checkOpen(t *vm.Thread) {
	if p.closed() {
		p.raise(t, errClosed)
	}
}

// raise raises an error with the position of the Lua code that called the
// pool.
func (p *Pool) raise(t *vm.Thread, err error) {
	p.count.errors++
	t.Errorf("%s", err)
}

// explain words what a context that ended did to a statement.
func (p *Pool) explain(ctx context.Context, err error) error {
	switch {
	case err == nil || ctx.Err() == nil:
		return err
	case p.closed():
		return errClosed
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("the statement took longer than %s and was cancelled", seconds(p.timeout))
	}
	return err
}

// String names the pool for people.
func (p *Pool) String() string {
	text := fmt.Sprintf("db_pool (%s %s)", p.driver.name, p.place)
	if p.closed() {
		text += " closed"
	}
	return text
}

// gates are what a statement has to pass. The turn to write comes first, so
// that nobody waits for it while holding a connection.
func (p *Pool) gates(writes bool) []*gate {
	if writes && p.writers != nil {
		return []*gate{p.writers, p.slots}
	}
	return []*gate{p.slots}
}

func seconds(d time.Duration) string { return fmt.Sprintf("%g s", d.Seconds()) }
