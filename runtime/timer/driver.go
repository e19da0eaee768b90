package timer

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// This file fires what is due.

// ErrRealClock: a real clock can't be advanced.
var ErrRealClock = errors.New("the clock is real")

// ErrBackwards: time does not go back.
var ErrBackwards = errors.New("time does not go back")

// Driver fires timers by a clock. Its methods may be called from any goroutine;
// Advance, AdvanceToNext and Close must not be called by its fire function.
type Driver[T any] struct {
	clock  *Clock
	fire   func([]Due[T])
	firing sync.Mutex // held while timers fire and while virtual time moves
	batch  []Due[T]   // guarded by firing, reused

	mu     sync.Mutex
	wheel  Wheel[T]
	alarm  *time.Timer   // nil until the first timer of a real clock
	armed  time.Duration // when the alarm goes off; never, or busy
	closed bool
}

// busy is when the alarm goes off while timers are firing: it is set afterwards.
const busy time.Duration = -1

// NewDriver gives a driver with no timers. fire is called with the timers that
// became due together, in order: one instant's with the virtual clock. They are
// no longer set by then. fire must not keep the slice; it may add timers
// and take them back.
func NewDriver[T any](clock *Clock, fire func([]Due[T])) *Driver[T] {
	return &Driver[T]{clock: clock, fire: fire, armed: never}
}

// Clock gives the driver's clock.
func (d *Driver[T]) Clock() *Clock { return d.clock }

// Add sets a timer that is due when Clock.Now is at; see Wheel.Add.
func (d *Driver[T]) Add(at time.Duration, t *Timer[T]) ID {
	d.mu.Lock()
	defer d.mu.Unlock()
	if due := time.Duration(ceil(at)) * Tick; due < d.armed {
		d.arm(due)
	}
	return d.wheel.Add(at, t)
}

// Take takes a timer back and gives what was set; false when it was not set, or
// has fired.
func (d *Driver[T]) Take(t *Timer[T]) (Due[T], bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.wheel.Take(t)
}

// TakeID is Take for the timer of an ID, so that the caller can fire it ahead of
// its time.
func (d *Driver[T]) TakeID(id ID) (Due[T], bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if t := d.wheel.Find(id); t != nil {
		return d.wheel.Take(t)
	}
	return Due[T]{}, false
}

// Find gives the timer of an ID as it was set; false when it is not set.
func (d *Driver[T]) Find(id ID) (Due[T], bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if t := d.wheel.Find(id); t != nil {
		return t.due(), true
	}
	return Due[T]{}, false
}

// Next gives when the earliest timer is due; false when there is none.
func (d *Driver[T]) Next() (at time.Duration, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.wheel.Next()
}

// All lists the timers in the order in which they will fire.
func (d *Driver[T]) All() []Due[T] { return sorted(d.Pending()) }

// Pending lists the timers in no order.
func (d *Driver[T]) Pending() []Due[T] {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.wheel.list()
}

// Len gives the number of timers.
func (d *Driver[T]) Len() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.wheel.Len()
}

// Close ends firing, waits for a fire function that is running, and makes
// Advance fire nothing. Timers can still be listed.
func (d *Driver[T]) Close() {
	d.mu.Lock()
	d.closed = true
	if d.alarm != nil {
		d.alarm.Stop()
	}
	d.mu.Unlock()
	d.firing.Lock()
	defer d.firing.Unlock()
}

// arm sets the real clock's alarm; mu is held. An alarm whose timer was taken
// back goes off for nothing, and one for a timer far off a few times before.
func (d *Driver[T]) arm(at time.Duration) {
	if d.clock.virtual || d.closed {
		return
	}
	d.armed = at
	left := at - d.clock.Now()
	if d.alarm == nil {
		d.alarm = time.AfterFunc(left, d.ring)
		return
	}
	d.alarm.Reset(left)
}

// ring fires what is due by the real clock, and sets the alarm anew.
func (d *Driver[T]) ring() {
	d.firing.Lock()
	defer d.firing.Unlock()
	for !d.fireSome() {
	}
}

// fireSome is a part of ring for which mu is not held for long; true: it was the
// last one. firing is held.
func (d *Driver[T]) fireSome() (last bool) {
	d.mu.Lock()
	if d.closed {
		d.mu.Unlock()
		return true
	}
	d.armed = busy
	all := d.take(d.clock.Now())
	d.mu.Unlock()
	d.fireBatch()
	if !all {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.armed = never
	if soonest, ok := d.wheel.soonest(); ok {
		d.arm(soonest)
	}
	return true
}

// atOnce is how many timers are touched while mu is held: some 100 µs, far less than
// services may wait for it.
const atOnce = 4096

// take moves what is due to the batch, as far as it goes without holding mu for
// long; false: there is more. firing and mu are held.
func (d *Driver[T]) take(now time.Duration) (all bool) {
	return d.wheel.popSome(now, atOnce, func(due Due[T]) { d.batch = append(d.batch, due) })
}

// fireBatch fires the batch and gives its size; firing is held, mu is not.
func (d *Driver[T]) fireBatch() int {
	fired := len(d.batch)
	if fired > 0 {
		d.fire(d.batch)
	}
	clear(d.batch)
	d.batch = d.batch[:0]
	return fired
}

// Advance moves the virtual clock on by span and fires what is due on the way,
// each instant in turn, with Clock.Now showing it. What fire and settle add
// within the span fires too. settle is called first and after each instant,
// before time moves on; its error ends the advance there. It gives the number
// of timers that fired. ErrRealClock, ErrBackwards.
func (d *Driver[T]) Advance(span time.Duration, settle func() error) (fired int, err error) {
	if !d.clock.virtual {
		return 0, ErrRealClock
	}
	if span < 0 {
		return 0, fmt.Errorf("advance by %s: %w", span, ErrBackwards)
	}
	d.firing.Lock()
	defer d.firing.Unlock()
	now := d.clock.Now()
	target := now + min(span, never-now)
	for {
		if err := settle(); err != nil {
			return fired, fmt.Errorf("settle: %w", err)
		}
		if !d.step(target) {
			d.moveTo(target)
			return fired, nil
		}
		fired += d.fireBatch()
	}
}

// AdvanceToNext moves the virtual clock to the earliest timer and fires that
// instant, calling settle before and after. It gives the time that passed and
// the number of timers that fired: 0 and 0 when none is set. ErrRealClock.
func (d *Driver[T]) AdvanceToNext(settle func() error) (passed time.Duration, fired int, err error) {
	if !d.clock.virtual {
		return 0, 0, ErrRealClock
	}
	d.firing.Lock()
	defer d.firing.Unlock()
	if err := settle(); err != nil {
		return 0, 0, fmt.Errorf("settle: %w", err)
	}
	from := d.clock.Now()
	if !d.step(never) {
		return 0, 0, nil
	}
	passed = d.clock.Now() - from
	fired = d.fireBatch()
	if err := settle(); err != nil {
		return passed, fired, fmt.Errorf("settle: %w", err)
	}
	return passed, fired, nil
}

// step moves the virtual clock to the earliest instant and takes its timers;
// false, and nothing moved, when none is due by target. Finding, moving and
// beginning to take are one step, so that a timer added meanwhile is not passed over;
// what it is added to is taken in parts.
func (d *Driver[T]) step(target time.Duration) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	next, ok := d.wheel.Next()
	if !ok || next > target || d.closed {
		return false
	}
	d.moveTo(next)
	for !d.take(next) {
		d.mu.Unlock()
		d.mu.Lock()
	}
	return true
}

// moveTo sets the virtual time, which never goes back.
func (d *Driver[T]) moveTo(at time.Duration) {
	d.clock.moved.Store(max(int64(at), d.clock.moved.Load()))
}
