package service

import (
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/queue"
	"lunarium/runtime/timer"
)

// This file holds a node's time, and what people see of its timers.

// ErrRealClock: time can't be moved, as the node runs by the real clock.
var ErrRealClock = timer.ErrRealClock

// Tick is skynet's unit of time.
const Tick = timer.Tick

// longest is the longest time that timers are set to: with what has passed before, it
// is within a Duration.
const longest = time.Duration(int64(1<<63-1) / int64(Tick) / 2 * int64(Tick))

func ticks(ti int64) time.Duration {
	return time.Duration(min(max(ti, 0), int64(longest/Tick))) * Tick
}

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

// Due gives when the earliest timer is due, as Elapsed; false when there is none.
func (c *Clock) Due() (at time.Duration, ok bool) { return c.driver.Next() }

// Waiting gives the number of pending timers.
func (c *Clock) Waiting() int { return c.driver.Len() }

// Watch calls f for every timer that is set, fires or is taken back, until stop
// is called. f runs on the goroutine that does so and must be quick.
func (c *Clock) Watch(f func(TimerEvent)) (stop func()) { return c.watchers.Add(f) }
