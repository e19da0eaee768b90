package service

import (
	"context"
	"errors"
	"time"

	"lunarium/runtime/timer"
)

// This file holds how the virtual clock is moved, and how its timers are cancelled.

// ErrManySteps: too much happened in the time that was to pass; the clock stands where
// it came to.
var ErrManySteps = errors.New("too much falls due on the way; the clock stands where it came to, go on with another clock advance")

const (
	// passingSteps is how many steps a node takes while the clock is moved once, or for one
	// line of a session. It is a count, so that a session ends alike on every machine.
	passingSteps = 10_000_000
	// leastPassing is what is left of it in the end when it is used up again and again.
	leastPassing = 100_000
	// costInstant is what an instant costs at which a timer fires, besides what happens.
	costInstant = 20
)

// Passing bounds what happens while time passes, for one line of a session after the
// other. The zero value is ready for the first. It belongs to the session.
type Passing struct {
	allowance int64 // steps of the next line
	left      int64
	used      bool // up, by this line
}

// Begin begins a line. After one that used its steps up there are fewer.
func (p *Passing) Begin() {
	switch {
	case p.allowance == 0:
		p.allowance = passingSteps
	case p.used:
		p.allowance = max(leastPassing, p.allowance/fewerSteps)
	default:
		p.allowance = min(passingSteps, 2*p.allowance)
	}
	p.left, p.used = p.allowance, false
}

// settler gives the function that the driver of the timers waits with: until the node is
// at rest, or no steps are left.
func (p *Passing) settler(ctx context.Context, n *Node) func() error {
	total := &n.scheduler.unrest.total
	last, first := total.Load(), true
	return func() error {
		err := n.Settle(ctx)
		now := total.Load()
		p.left -= now - last
		if !first {
			p.left -= costInstant
		}
		last, first = now, false
		if err == nil && p.left <= 0 {
			p.used = true
			return ErrManySteps
		}
		return err
	}
}

// Advance moves the virtual clock by d. What is due on the way happens in order,
// each instant with everything that follows from it before the next. It gives
// the number of timers that fired. A context that ends stops the clock between
// two instants. ErrRealClock, timer.ErrBackwards, ErrManySteps, ErrRestless.
func (c *Clock) Advance(ctx context.Context, d time.Duration) (fired int, err error) {
	var p Passing
	p.Begin()
	return c.AdvanceWithin(ctx, d, &p)
}

// AdvanceWithin is Advance for a line of a session, within what is left of its steps.
func (c *Clock) AdvanceWithin(ctx context.Context, d time.Duration, p *Passing) (fired int, err error) {
	return c.driver.Advance(d, p.settler(ctx, c.node))
}

// Next moves the virtual clock to the earliest timer and fires what is due
// then. It gives the time that passed and the number of timers that fired; 0
// and 0 when no timer is set. ErrRealClock, ErrRestless.
func (c *Clock) Next(ctx context.Context) (passed time.Duration, fired int, err error) {
	var p Passing
	p.Begin()
	return c.NextWithin(ctx, &p)
}

// NextWithin is Next for a line of a session, within what is left of its steps.
func (c *Clock) NextWithin(ctx context.Context, p *Passing) (passed time.Duration, fired int, err error) {
	return c.driver.AdvanceToNext(p.settler(ctx, c.node))
}

// Cancel takes a pending timer back: a time-out never runs, a sleep ends with
// an error in its task. false when there is none of that number; an error when
// the service can't be asked.
func (c *Clock) Cancel(ctx context.Context, id uint64) (bool, error) {
	d, ok := c.driver.Find(timer.ID(id))
	if !ok {
		return false, nil
	}
	s := d.Payload.at.service
	cancelled := false
	err := s.do(ctx, func() {
		if w := s.waiterOf(d.Payload.session); w != nil {
			cancelled = s.cancelWaiter(w, "the timer was cancelled")
		}
	})
	return cancelled, err
}
