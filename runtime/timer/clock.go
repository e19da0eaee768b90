package timer

import (
	"math"
	"sync/atomic"
	"time"
)

// This file is a node's time, real or virtual.

// Tick is the resolution of timers, the unit of skynet.now.
const Tick = 10 * time.Millisecond

// never is a time that does not come.
const never time.Duration = math.MaxInt64

// Clock is a node's time. Its methods may be called from any goroutine.
type Clock struct {
	virtual bool
	start   time.Time    // the real clock's has a monotonic reading
	moved   atomic.Int64 // the virtual clock's Now; only a Driver moves it
}

// NewReal gives a clock that starts now and runs by the machine's monotonic
// time.
func NewReal() *Clock { return &Clock{start: time.Now()} }

// NewVirtual gives a clock that stands still unless a Driver advances it. The
// zero time starts it at 2026-01-01T00:00:00Z.
func NewVirtual(start time.Time) *Clock {
	if start.IsZero() {
		start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return &Clock{virtual: true, start: start}
}

// Virtual tells whether time moves only when told.
func (c *Clock) Virtual() bool { return c.virtual }

// Start gives the time of day when Now was 0.
func (c *Clock) Start() time.Time { return c.start }

// After gives when what is set now for a number of ticks is due: counted from the
// tick that has begun, at its end for one.
func (c *Clock) After(delay time.Duration) time.Duration {
	now := c.Now().Truncate(Tick)
	return now + min(delay, never-now)
}

// Now gives the time since Start; it never goes back.
func (c *Clock) Now() time.Duration {
	if c.virtual {
		return time.Duration(c.moved.Load())
	}
	return time.Since(c.start)
}
