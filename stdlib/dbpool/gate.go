package dbpool

import (
	"slices"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
)

// This file holds gates, where tasks wait for their turn.

// gate lets a number of leases in, first come, first served. Own thread.
type gate struct {
	what    string // that is waited for: "connection"
	limit   int
	inside  int
	waiting []*waiter
}

// waiter is a lease in a gate's queue; its task sleeps on the token.
type waiter struct {
	lease *lease
	token vm.Value
}

// enter lets a lease in when there is room and nobody waits.
func (g *gate) enter() bool {
	if g.inside >= g.limit || len(g.waiting) > 0 {
		return false
	}
	g.inside++
	return true
}

// leave gives a place to the first who waits, or back.
func (g *gate) leave(s *vm.State) {
	for len(g.waiting) > 0 {
		w := g.waiting[0]
		g.waiting = g.waiting[1:]
		w.lease.waiter = nil
		if host.Wakeup(s, w.token) {
			w.lease.held = append(w.lease.held, g)
			return
		}
	}
	g.inside--
}

// forget takes a waiter out of the queue.
func (g *gate) forget(w *waiter) {
	g.waiting = slices.DeleteFunc(g.waiting, func(other *waiter) bool { return other == w })
}

// dismiss wakes everybody who waits; there is nothing to wait for any more.
func (g *gate) dismiss(s *vm.State) {
	for _, w := range g.waiting {
		w.lease.waiter = nil
		host.Wakeup(s, w.token)
	}
	g.waiting = nil
}
