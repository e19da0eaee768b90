package dbpool

import (
	"context"
	"fmt"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
)

// This file holds a task's right to use a connection.

// lease is a task's right to use one of the pool's connections, from when it
// asks for it. Own thread, but for what work touches (see doc.go).
type lease struct {
	pool   *Pool
	queue  *gate // that the task waits at
	waiter *waiter
	held   []*gate
	keep   func() // see vm.Thread.OnClose
	ctx    context.Context
	cancel context.CancelFunc
	work   chan struct{} // of a statement: closed when it is over; nil: none runs
	ended  bool
	tx     *transaction // open; under Pool.mu
	taken  error        // why the transaction is over though nobody ended it; under Pool.mu
}

// lend takes the task through the gates and goes on with a lease. The Go
// function that calls it ends with it.
func (p *Pool) lend(t *vm.Thread, gates []*gate, then func(*vm.Thread, *lease) int) int {
	p.checkOpen(t)
	if p.state.Isolated() {
		return host.Await(t, "a query", nil) // code that a reload tries may not
	}
	if !t.CanSuspend() {
		t.Errorf("attempt to yield across a C-call boundary")
	}
	l := &lease{pool: p}
	l.ctx, l.cancel = context.WithCancel(p.ctx)
	l.keep = t.OnClose(l.abandon)
	return l.pass(t, gates, then)
}

func (l *lease) pass(t *vm.Thread, gates []*gate, then func(*vm.Thread, *lease) int) int {
	for i, g := range gates {
		if !g.enter() {
			return l.wait(t, g, func(t *vm.Thread) int { return l.pass(t, gates[i+1:], then) })
		}
		l.held = append(l.held, g)
	}
	return then(t, l)
}

// wait sleeps until the gate has room, or for as long as the pool allows.
func (l *lease) wait(t *vm.Thread, g *gate, then func(*vm.Thread) int) int {
	p := l.pool
	w := &waiter{l, vm.UserdataValue(p.state.NewUserdata(nil, nil))}
	l.queue, l.waiter = g, w
	g.waiting = append(g.waiting, w)
	p.count.waits++
	sleep := p.state.NewFunction("wait for a "+g.what, func(t *vm.Thread) int { return host.Sleep(t, p.wait, w.token) })
	return t.CallThen(sleep, nil, func(t *vm.Thread) int {
		switch {
		case p.closed():
			l.end()
			p.raise(t, errClosed)
		case l.waiter != nil: // nobody woke the task
			p.count.timeouts++
			text := fmt.Sprintf("no %s within %s: %d of %d in use, %d waiting",
				g.what, seconds(p.wait), g.inside, g.limit, len(g.waiting)-1)
			l.end()
			p.raise(t, waitError(text))
		}
		return then(t)
	})
}

// end gives everything back. The task has no work under way.
func (l *lease) end() {
	if l.ended {
		return
	}
	l.ended = true
	l.keep()
	l.cancel()
	l.leave()
}

func (l *lease) leave() {
	if l.waiter != nil {
		l.queue.forget(l.waiter)
		l.waiter = nil
	}
	for _, g := range l.held {
		g.leave(l.pool.state)
	}
	l.held = nil
}

// abandon is told when the lease's task was killed, or has forgotten it. What
// the database does for it is cancelled; a task of the pool's own waits until
// that is over, and gives the lease's places back.
func (l *lease) abandon() {
	if l.ended {
		return
	}
	l.ended = true
	l.keep()
	l.cancel()
	p := l.pool
	if l.work == nil && l.transaction() == nil {
		l.leave()
		return
	}
	p.count.abandoned++
	work := l.work
	clean := func() {
		if work != nil {
			<-work
		}
		l.rollback()
	}
	host.Tidy(p.state, "db_pool clean-up", func(t *vm.Thread) int {
		return host.Await(t, "a rollback", func(finish func(func(*vm.Thread) int)) func() {
			back := func(*vm.Thread) int {
				l.leave()
				return 0
			}
			if !p.begin(func() { clean(); finish(back) }) {
				finish(back) // the closing pool does it
			}
			return nil
		})
	})
}

// run has a goroutine do work for the lease while the task waits, and goes on
// with then. The work's context ends with the statement's time, the lease and
// the pool.
func (l *lease) run(t *vm.Thread, what string, work func(context.Context) error, then func(*vm.Thread, error) int) int {
	p := l.pool
	return host.Await(t, what, func(finish func(func(*vm.Thread) int)) func() {
		ctx, cancel := l.ctx, context.CancelFunc(func() {})
		if p.timeout > 0 {
			ctx, cancel = context.WithTimeout(ctx, p.timeout)
		}
		over := make(chan struct{})
		l.work = over
		end := func(err error) {
			cancel()
			close(over)
			finish(func(t *vm.Thread) int {
				l.work = nil
				return then(t, err)
			})
		}
		if !p.begin(func() { end(p.explain(ctx, p.attempt(ctx, work))) }) {
			end(errClosed)
		}
		return l.cancel
	})
}

// attempt calls work; a driver that panics becomes an error. When the server is
// gone the connections that nobody uses are gone, too: they are dropped, so that
// the error comes once and not once for each.
func (p *Pool) attempt(ctx context.Context, work func(context.Context) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the database driver failed: %v", r)
		}
	}()
	err = work(ctx)
	if err != nil && p.driver.lost != nil && ctx.Err() == nil && p.driver.lost(err) {
		p.dropIdle()
	}
	return err
}
