package service

import (
	"context"
	"iter"
	"slices"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/queue"
	"lunarium/runtime/timer"
	"lunarium/runtime/vm"
)

// ErrRealClock: time can't be moved, as the node runs by the real clock.
var ErrRealClock = timer.ErrRealClock

// Tick is skynet's unit of time.
const Tick = timer.Tick

// Clock is a node's time and its timers. With the virtual clock time stands
// still but for Advance and Next. Methods may be called from any goroutine.
type Clock struct {
	node   *Node
	clock  *timer.Clock
	driver *timer.Driver[alarm]
	base   time.Time // a monotonic reading

	watchers queue.Watchers[TimerEvent]
}

// Timer is a pending timer as people see it.
type Timer struct {
	ID      uint64
	Service message.Address
	Name    string // the service's
	Session int32
	Kind    WaitKind      // WaitTimer: skynet.timeout; WaitSleep: skynet.sleep
	Due     time.Duration // as Clock.Elapsed
	Left    time.Duration // from now until Due, at least 0
	Delay   time.Duration // what it was set to
	Every   time.Duration // the period when its task keeps setting it again; 0: not seen
	SetAt   string        // "structured_service.lua:61"
}

// TimerEvent is a timer that was set, fired or taken back.
type TimerEvent struct {
	What  string // "set", "fired" or "cancelled"
	Timer Timer
}

func newClock(n *Node) *Clock {
	c := &Clock{node: n, base: time.Now(), clock: timer.NewReal()}
	if n.config.Virtual {
		c.clock = timer.NewVirtual(n.config.Epoch)
	}
	c.driver = timer.NewDriver(c.clock, c.fireAll)
	return c
}

// Virtual tells whether time moves only when told.
func (c *Clock) Virtual() bool { return c.clock.Virtual() }

// monotonic gives real time since the node was made, whatever the clock.
func (c *Clock) monotonic() time.Duration { return time.Since(c.base) }

// Elapsed gives the time since the node was made.
func (c *Clock) Elapsed() time.Duration { return c.clock.Now() }

// Now gives the clock's time of day.
func (c *Clock) Now() time.Time { return c.clock.Start().Add(c.Elapsed()) }

// Start gives what Now was when the node was made.
func (c *Clock) Start() time.Time { return c.clock.Start() }

// ticks gives skynet.now, which is above 0 from the start: hundredths of a second
// since the whole second in which the node was made, as skynet counts.
func (c *Clock) ticks() int64 { return c.ticksAt(c.Elapsed()) }

func (c *Clock) ticksAt(elapsed time.Duration) int64 { return c.firstTick() + int64(elapsed/Tick) }

// Seconds gives skynet.time: seconds since 1970, to the hundredth, which pass together
// with Ticks.
func (c *Clock) Seconds() float64 { return c.secondsAt(c.Elapsed()) }

func (c *Clock) secondsAt(elapsed time.Duration) float64 {
	return float64(c.Start().Unix()*100+c.hundredthsAtStart()+int64(elapsed/Tick)) / 100
}

func (c *Clock) hundredthsAtStart() int64 { return int64(c.Start().Nanosecond()) / int64(Tick) }

// firstTick gives what Ticks was when the node was made.
func (c *Clock) firstTick() int64 { return max(1, c.hundredthsAtStart()) }

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

// AtRest tells whether nothing happens on the node before the next timer fires.
func (c *Clock) AtRest() bool { return c.node.scheduler.liveness.settled() }

// Due gives when the earliest timer is due, as Elapsed; false when there is none.
func (c *Clock) Due() (at time.Duration, ok bool) { return c.driver.Next() }

// Waiting gives the number of pending timers.
func (c *Clock) Waiting() int { return c.driver.Len() }

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

// Fire makes a pending timer due now; false when there is none of that number.
func (c *Clock) Fire(id uint64) bool {
	d, ok := c.driver.TakeID(timer.ID(id))
	if ok {
		c.fire(d)
	}
	return ok
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
	err := s.Do(ctx, func(*vm.State) {
		if w := s.waiterOf(d.Payload.session); w != nil {
			cancelled = s.cancelWaiter(w, "the timer was cancelled")
		}
	})
	return cancelled, err
}

// Watch calls f for every timer that is set, fires or is taken back, until stop
// is called. f runs on the goroutine that does so and must be quick.
func (c *Clock) Watch(f func(TimerEvent)) (stop func()) { return c.watchers.Add(f) }

func (c *Clock) tell(what string, d timer.Due[alarm]) {
	if c.watchers.Any() {
		c.watchers.Tell(TimerEvent{what, c.describe(d, c.Elapsed())})
	}
}
