package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"lunarium/runtime/vm"
)

// ErrRealClock: time can't be moved, as the node runs by the real clock.
var ErrRealClock = errors.New("the node runs by the real clock")

// Clock is a node's time and its timers. With the virtual clock time stands
// still but for Advance and Next. Methods may be called from any goroutine.
type Clock struct {
	node    *Node
	virtual bool
	base    time.Time // a monotonic reading
	epoch   time.Time // what Now was when Elapsed was 0
	moved   atomic.Int64
	moving  sync.Mutex // held while the virtual time moves

	mu      sync.Mutex
	timers  timerHeap
	ids     uint64
	changed chan struct{} // the earliest timer is another one
	watch   []*watcher[TimerEvent]
}

// timerEntry is a timer in the heap. Clock.mu guards it.
type timerEntry struct {
	id      uint64
	service *Service
	session int32
	kind    WaitKind
	due     time.Duration
	delay   time.Duration
	every   time.Duration
	site    string
	place   int // in the heap; -1: fired or removed
}

// Timer is a pending timer as people see it.
type Timer struct {
	ID      uint64
	Service Address
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
	c := &Clock{node: n, virtual: n.config.Virtual, base: time.Now(), changed: make(chan struct{}, 1)}
	c.epoch = c.base
	if c.virtual {
		c.epoch = n.config.Epoch
	}
	return c
}

// Virtual tells whether time moves only when told.
func (c *Clock) Virtual() bool { return c.virtual }

// monotonic gives real time since the node was made, whatever the clock.
func (c *Clock) monotonic() time.Duration { return time.Since(c.base) }

// Elapsed gives the time since the node was made.
func (c *Clock) Elapsed() time.Duration {
	if c.virtual {
		return time.Duration(c.moved.Load())
	}
	return time.Since(c.base)
}

// Now gives the clock's time of day.
func (c *Clock) Now() time.Time { return c.epoch.Add(c.Elapsed()) }

// Start gives what Now was when the node was made.
func (c *Clock) Start() time.Time { return c.epoch }

// Ticks gives skynet.now: hundredths of a second since the node was made.
func (c *Clock) Ticks() int64 { return int64(c.Elapsed() / Tick) }

// add sets a timer that answers a session of the service after ti hundredths.
func (c *Clock) add(s *Service, t *task, session int32, kind WaitKind, ti int64) *timerEntry {
	e := &timerEntry{
		service: s, session: session, kind: kind, site: t.site,
		delay: ticks(ti), every: ticks(t.every),
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ids++
	e.id = c.ids
	e.due = c.Elapsed() + e.delay
	c.timers.push(e)
	c.tell("set", e)
	if e.place == 0 && !c.virtual {
		c.wake()
	}
	return e
}

func (c *Clock) wake() {
	select {
	case c.changed <- struct{}{}:
	default:
	}
}

// remove takes a timer back; one that fired is left alone.
func (c *Clock) remove(e *timerEntry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.place >= 0 {
		c.timers.remove(e)
		c.tell("cancelled", e)
	}
}

// fire answers a timer's session; Clock.mu is not held.
func (c *Clock) fire(e *timerEntry) {
	m := Message{Type: TypeResponse, Session: e.session, Dest: e.service.address}
	c.node.deliver(&m, nil)
}

// popDue takes the timers that are due at a time, the earliest first.
func (c *Clock) popDue(now time.Duration) []*timerEntry {
	c.mu.Lock()
	defer c.mu.Unlock()
	var due []*timerEntry
	for len(c.timers) > 0 && c.timers[0].due <= now {
		e := c.timers[0]
		c.timers.remove(e)
		c.tell("fired", e)
		due = append(due, e)
	}
	return due
}

// first gives when the earliest timer is due.
func (c *Clock) first() (time.Duration, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.timers) == 0 {
		return 0, false
	}
	return c.timers[0].due, true
}

// run fires the real clock's timers until the node stops.
func (c *Clock) run() {
	alarm := time.NewTimer(time.Hour)
	defer alarm.Stop()
	for {
		for _, e := range c.popDue(c.Elapsed()) {
			c.fire(e)
		}
		wait := time.Hour
		if due, ok := c.first(); ok {
			wait = min(wait, max(0, due-c.Elapsed()))
		}
		alarm.Reset(wait)
		select {
		case <-alarm.C:
		case <-c.changed:
		case <-c.node.done:
			return
		}
	}
}

// Advance moves the virtual clock by d. What is due on the way happens in order,
// each instant with everything that follows from it before the next. It gives
// the number of timers that fired. A context that ends stops the clock between
// two instants.
func (c *Clock) Advance(ctx context.Context, d time.Duration) (fired int, err error) {
	if !c.virtual {
		return 0, ErrRealClock
	}
	if d < 0 {
		return 0, fmt.Errorf("time does not go back (%s)", d)
	}
	c.moving.Lock()
	defer c.moving.Unlock()
	target := c.Elapsed() + d
	for {
		if err := c.node.Settle(ctx); err != nil {
			return fired, err
		}
		due, ok := c.first()
		if !ok || due > target {
			c.moved.Store(int64(target))
			return fired, nil
		}
		fired += c.moveTo(due)
	}
}

// Next moves the virtual clock to the earliest timer and fires what is due
// then. It gives the time that passed and the number of timers that fired; 0
// and 0 when no timer is set.
func (c *Clock) Next(ctx context.Context) (passed time.Duration, fired int, err error) {
	if !c.virtual {
		return 0, 0, ErrRealClock
	}
	c.moving.Lock()
	defer c.moving.Unlock()
	if err := c.node.Settle(ctx); err != nil {
		return 0, 0, err
	}
	due, ok := c.first()
	if !ok {
		return 0, 0, nil
	}
	from := c.Elapsed()
	fired = c.moveTo(due)
	return c.Elapsed() - from, fired, c.node.Settle(ctx)
}

// moveTo sets the virtual time, which never goes back, and fires what is due.
func (c *Clock) moveTo(due time.Duration) int {
	c.moved.Store(max(int64(due), c.moved.Load()))
	entries := c.popDue(due)
	for _, e := range entries {
		c.fire(e)
	}
	return len(entries)
}

// Timers lists the pending timers, the next one first.
func (c *Clock) Timers() []Timer {
	c.mu.Lock()
	entries := slices.Clone(c.timers)
	c.mu.Unlock()
	slices.SortFunc(entries, compareTimers)
	timers := make([]Timer, len(entries))
	for i, e := range entries {
		timers[i] = c.describe(e)
	}
	return timers
}

func (c *Clock) describe(e *timerEntry) Timer {
	return Timer{
		ID: e.id, Service: e.service.address, Name: e.service.Name(), Session: e.session, Kind: e.kind,
		Due: e.due, Left: max(0, e.due-c.Elapsed()), Delay: e.delay, Every: e.every, SetAt: e.site,
	}
}

func (c *Clock) find(id uint64) *timerEntry {
	for _, e := range c.timers {
		if e.id == id {
			return e
		}
	}
	return nil
}

// Fire makes a pending timer due now; false when there is none of that number.
func (c *Clock) Fire(id uint64) bool {
	c.mu.Lock()
	e := c.find(id)
	if e != nil {
		c.timers.remove(e)
		c.tell("fired", e)
	}
	c.mu.Unlock()
	if e == nil {
		return false
	}
	c.fire(e)
	return true
}

// Cancel takes a pending timer back: a time-out never runs, a sleep ends with
// an error in its task. false when there is none of that number.
func (c *Clock) Cancel(ctx context.Context, id uint64) (bool, error) {
	c.mu.Lock()
	e := c.find(id)
	c.mu.Unlock()
	if e == nil {
		return false, nil
	}
	cancelled := false
	err := e.service.Do(ctx, func(*vm.State) {
		if t := e.service.sessions[e.session]; t != nil {
			cancelled = e.service.cancelTask(t, "the timer was cancelled")
		}
	})
	return cancelled, err
}

// Watch calls f for every timer that is set, fires or is taken back, until stop
// is called. f must be quick and must not use the clock.
func (c *Clock) Watch(f func(TimerEvent)) (stop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := &watcher[TimerEvent]{f}
	c.watch = append(c.watch, w)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.watch = slices.DeleteFunc(c.watch, func(other *watcher[TimerEvent]) bool { return other == w })
	}
}

func (c *Clock) tell(what string, e *timerEntry) {
	if len(c.watch) == 0 {
		return
	}
	timer := c.describe(e)
	for _, w := range c.watch {
		w.see(TimerEvent{what, timer})
	}
}
