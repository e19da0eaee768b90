package service

import (
	"iter"
	"slices"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/timer"
)

// This file holds pending timers: set, fired, taken back, listed.

func newClock(n *Node) *Clock {
	c := &Clock{node: n, base: time.Now(), clock: timer.NewReal()}
	if n.config.Virtual {
		c.clock = timer.NewVirtual(n.config.Epoch)
	}
	c.driver = timer.NewDriver(c.clock, c.fireAll)
	return c
}

// add sets the timer of somebody who waits.
func (c *Clock) add(w *waiter, due time.Duration) {
	id := c.driver.Add(due, &w.Timer)
	c.tell("set", timer.Due[alarm]{ID: id, At: due, Payload: w.Payload})
}

// remove takes a timer back; one that fired is left alone.
func (c *Clock) remove(w *waiter) {
	if d, ok := c.driver.Take(&w.Timer); ok {
		c.tell("cancelled", d)
	}
}

// fireAll answers the sessions of timers. Those of one instant of the virtual
// clock are all delivered before anything that follows from them happens.
func (c *Clock) fireAll(due []timer.Due[alarm]) {
	fire := func() {
		for _, d := range due {
			c.fire(d)
		}
	}
	if c.Virtual() {
		c.node.scheduler.together(fire)
		return
	}
	fire()
}

// fire answers a timer's session.
func (c *Clock) fire(d timer.Due[alarm]) {
	c.tell("fired", d)
	m := message.Message{Type: message.TypeResponse, Session: d.Payload.session, Dest: d.Payload.at.service.address}
	c.node.deliver(&m, nil)
}

// Fire makes a pending timer due now; false when there is none of that number.
func (c *Clock) Fire(id uint64) bool {
	d, ok := c.driver.TakeID(timer.ID(id))
	if ok {
		c.fire(d)
	}
	return ok
}

func (c *Clock) tell(what string, d timer.Due[alarm]) {
	if c.watchers.Any() {
		c.watchers.Tell(TimerEvent{what, c.describe(d, c.Elapsed())})
	}
}

// Timers lists the pending timers, the next one first.
func (c *Clock) Timers() []Timer {
	all := c.driver.All()
	timers := make([]Timer, len(all))
	for i, d := range all {
		timers[i] = c.describe(d, c.Elapsed())
	}
	return timers
}

// FirstTimers lists the pending timers that fire first, of one service or, for 0, of
// all, and tells how many there are.
func (c *Clock) FirstTimers(of message.Address, most int) (timers []Timer, total int) {
	first := earliest[timer.Due[alarm]]{most: most, compare: timer.Compare[alarm]}
	for _, d := range c.pendingOf(of) {
		first.add(d)
		total++
	}
	for _, d := range first.list() {
		timers = append(timers, c.describe(d, c.Elapsed()))
	}
	return timers, total
}

// EachTimer is FirstTimers for all of them, which are described one by one when they
// are asked for, as often as that is, as they are now.
func (c *Clock) EachTimer(of message.Address) (timers iter.Seq[Timer], total int) {
	pending, now := c.pendingOf(of), c.Elapsed()
	slices.SortFunc(pending, timer.Compare)
	return func(yield func(Timer) bool) {
		for _, d := range pending {
			if !yield(c.describe(d, now)) {
				return
			}
		}
	}, len(pending)
}

// pendingOf gives the pending timers of a service or, for 0, of all, in no order.
func (c *Clock) pendingOf(of message.Address) []timer.Due[alarm] {
	pending := c.driver.Pending()
	if of == 0 {
		return pending
	}
	return slices.DeleteFunc(pending, func(d timer.Due[alarm]) bool { return d.Payload.at.service.address != of })
}

func (c *Clock) describe(d timer.Due[alarm], now time.Duration) Timer {
	a, s := d.Payload, d.Payload.at.service
	return Timer{
		ID: uint64(d.ID), Service: s.address, Name: s.Name(), Session: a.session, Kind: a.kind,
		Due: d.At, Left: max(0, d.At-now), Delay: a.delay, Every: a.every(), SetAt: a.at.String(),
	}
}
