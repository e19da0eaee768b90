// Package timer is time for a node: a clock that is real or virtual, a wheel
// that holds timers, and a driver that fires what is due.
//
// Time is a duration since the node's start, counted in ticks of ten
// milliseconds. A due time is rounded up to a whole tick, so that no timer is
// early; one that lies in the past is due at the tick the wheel has reached. Who
// counts in ticks, as skynet's sleeps and time-outs do, counts from the present one
// (Clock.After): what is set within one tick falls due whole ticks later, and n
// sleeps of a tick take n ticks and not twice as many.
// Timers fire by (due tick, ID), and IDs ascend as timers are added: those of
// one tick fire in the order in which they were set.
//
// A Timer is its owner's: it lies in whatever waits for it, and the wheel links
// those that are set. Setting one allocates nothing, and taking one back is safe
// whether or not it has fired.
//
// A Wheel is a plain data structure that knows no clock and does not lock. It
// has seven levels of 64 slots. Where a timer lies follows from its tick and
// the tick the wheel has reached alone: the level is the highest group of six
// bits in which the two differ. All timers of one tick are therefore always in
// one slot, in the order in which they were added, and adding and taking back
// take constant time. When the wheel reaches a slot of a higher level, its timers
// move down; there may be a million, so this can be done in parts (popSome), with
// those that have not moved in a list of their own.
//
// A Driver is a wheel with a lock and a Clock; its methods may be called from
// any goroutine. It holds the lock for a bounded number of timers at a time. With the real clock it has at most one goroutine at work,
// started by the runtime when the earliest timer is due, and none between. (For
// one that is far off it starts at most once for each level on the way, to move
// the wheel along.) With
// the virtual clock it has none: Advance and AdvanceToNext fire on the caller's
// goroutine, one instant at a time, and call settle before time moves on.
// Fire functions are never called by two goroutines at once.
//
// Glossary: a tick is ten milliseconds; a timer is what is set, due when it falls due; a
// wheel holds timers, a driver fires them; an alarm is the runtime timer that wakes a
// driver.
//
// Files, from the ground up:
//   - clock.go: a node's time, real or virtual
//   - wheel.go: timers in the order in which they are due
//   - driver.go: firing what is due
package timer
