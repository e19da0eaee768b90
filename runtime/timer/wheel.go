package timer

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"time"
)

// This file keeps timers in the order in which they are due.

// ID names a timer: 1, 2, 3, ... in the order of setting; 0 is none.
type ID uint64

// Timer is what can be set in a wheel. It is its owner's, who keeps it where he
// likes, and no more than one wheel's; the wheel holds it while it is set, and
// Payload must not be written then. The zero value is a timer that is not set.
type Timer[T any] struct {
	next, prev *Timer[T] // in its slot, while it is set
	id         ID        // 0: not set
	at         time.Duration
	Payload    T
}

// At gives when the timer is due, or was due when it was last set, not rounded;
// owner only.
func (t *Timer[T]) At() time.Duration { return t.at }

func (t *Timer[T]) tick() int64 { return ceil(t.at) }

func (t *Timer[T]) due() Due[T] {
	return Due[T]{ID: t.id, At: time.Duration(t.tick()) * Tick, Payload: t.Payload}
}

// Due is a timer as it was set: what it is called, when it is due (a whole
// number of ticks since the start) and what it carries.
type Due[T any] struct {
	ID      ID
	At      time.Duration
	Payload T
}

const (
	slotBits = 6
	slots    = 1 << slotBits
	levels   = 7 // 42 bits; the latest tick has 40
	lastTick = math.MaxInt64 / int64(Tick)
)

// Wheel holds timers. The zero value is an empty wheel at time 0. It does not
// lock.
type Wheel[T any] struct {
	reached int64 // no timer is due at an earlier tick
	last    ID
	count   int
	levels  [levels]level[T]
	// moving are the timers of a slot that the wheel has reached and that are not all
	// moved down yet; shift is the slot's. What is set for a tick of that slot goes to
	// their end meanwhile, so that those of one tick keep their order.
	moving list[T]
	shift  int
}

type level[T any] struct {
	used  uint64 // bit i: slots[i] is not empty
	slots [slots]list[T]
}

type list[T any] struct{ first, last *Timer[T] }

// Len gives the number of timers.
func (w *Wheel[T]) Len() int { return w.count }

// Add sets a timer; one that is set already is set anew. The due time is rounded
// up to a tick and is at least what the wheel has reached; what exceeds the range
// is due at its end, 292 years after the start.
func (w *Wheel[T]) Add(at time.Duration, t *Timer[T]) ID {
	w.Take(t)
	w.last++
	w.count++
	t.id, t.at = w.last, at
	if ceil(at) < w.reached {
		t.at = time.Duration(w.reached) * Tick
	}
	w.link(t)
	return t.id
}

// Take takes a timer back and gives what was set; false when it was not set, or
// not any more.
func (w *Wheel[T]) Take(t *Timer[T]) (Due[T], bool) {
	if t.id == 0 {
		return Due[T]{}, false
	}
	return w.remove(t), true
}

// Find gives the timer of an ID; nil when it is not set, or not any more. It
// looks through all of them.
func (w *Wheel[T]) Find(id ID) *Timer[T] {
	for t := range w.each {
		if t.id == id {
			return t
		}
	}
	return nil
}

// Next gives when the earliest timer is due; false when there is none. It
// takes constant time when that is within the present 64 ticks, and otherwise
// looks through one slot.
func (w *Wheel[T]) Next() (at time.Duration, ok bool) {
	if w.count == 0 {
		return 0, false
	}
	tick := lastTick
	if depth, slot, ok := w.earliest(); ok {
		tick = w.levels[depth].slots[slot].soonest(depth == 0)
	}
	if w.moving.first != nil {
		tick = min(tick, w.moving.soonest(false))
	}
	return time.Duration(tick) * Tick, true
}

// soonest gives the earliest tick of a list that is not empty; alike: all have one.
func (l *list[T]) soonest(alike bool) int64 {
	tick := l.first.tick()
	if alike {
		return tick
	}
	for t := l.first.next; t != nil; t = t.next {
		tick = min(tick, t.tick())
	}
	return tick
}

// soonest gives a time at or before which nothing is due, in constant time: that
// of the earliest timer, or the first of its slot, where a Pop brings the wheel
// closer to it. false when there is no timer.
func (w *Wheel[T]) soonest() (at time.Duration, ok bool) {
	if w.moving.first != nil {
		return time.Duration(w.reached) * Tick, true
	}
	depth, slot, ok := w.earliest()
	return time.Duration(w.begins(depth, slot)) * Tick, ok
}

// Pop removes what is due at now and calls f for each, in order. f may use the
// wheel: what it takes back does not fire, and what it adds that is due at now
// fires in this call.
func (w *Wheel[T]) Pop(now time.Duration, f func(Due[T])) {
	for !w.popSome(now, math.MaxInt, f) {
	}
}

// popSome is Pop that touches at most so many timers, to fire them or to move them
// closer; false: there may be more to do, which further calls go on with. Between
// them the wheel can be used as ever.
func (w *Wheel[T]) popSome(now time.Duration, most int, f func(Due[T])) (all bool) {
	limit := int64(now / Tick)
	for most > 0 {
		if w.moving.first != nil {
			most -= w.spread(most)
			continue
		}
		t := w.reach(limit)
		if t == nil {
			return w.moving.first == nil
		}
		f(w.remove(t))
		most--
	}
	return false
}

// All lists the timers in the order in which they will fire.
func (w *Wheel[T]) All() []Due[T] { return sorted(w.list()) }

func (w *Wheel[T]) list() []Due[T] {
	all := make([]Due[T], 0, w.count)
	for t := range w.each {
		all = append(all, t.due())
	}
	return all
}

func sorted[T any](timers []Due[T]) []Due[T] {
	slices.SortFunc(timers, Compare)
	return timers
}

// Compare orders timers as they fire.
func Compare[T any](a, b Due[T]) int {
	return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID))
}

// each is an iterator over the timers.
func (w *Wheel[T]) each(yield func(*Timer[T]) bool) {
	for t := w.moving.first; t != nil; t = t.next {
		if !yield(t) {
			return
		}
	}
	for depth := range w.levels {
		for slot := range w.levels[depth].slots {
			for t := w.levels[depth].slots[slot].first; t != nil; t = t.next {
				if !yield(t) {
					return
				}
			}
		}
	}
}

// reach moves the wheel to the earliest timer due by limit and gives it; nil when
// there is none, with the wheel at limit, or when a slot on the way has to be spread
// first, which is moving then. The wheel never passes an occupied slot, so every
// other timer stays where its tick says.
func (w *Wheel[T]) reach(limit int64) *Timer[T] {
	depth, slot, ok := w.earliest()
	begins := w.begins(depth, slot)
	if !ok || begins > limit {
		w.reached = max(w.reached, limit)
		return nil
	}
	w.reached = begins
	l := &w.levels[depth]
	if depth == 0 {
		return l.slots[slot].first
	}
	w.moving, w.shift = l.slots[slot], depth*slotBits
	l.slots[slot] = list[T]{}
	l.used &^= 1 << slot
	return nil
}

// spread moves the first of the moving timers to the levels below, at most so many,
// keeping their order. It gives their number.
func (w *Wheel[T]) spread(most int) (moved int) {
	for ; moved < most && w.moving.first != nil; moved++ {
		t := w.moving.first
		w.moving.remove(t)
		w.enter(t)
	}
	return moved
}

// earliest finds the slot that holds the earliest timer: timers of a lower
// level come before those of a higher one.
func (w *Wheel[T]) earliest() (depth, slot int, ok bool) {
	for depth := range w.levels {
		if used := w.levels[depth].used; used != 0 {
			return depth, bits.TrailingZeros64(used), true
		}
	}
	return 0, 0, false
}

// begins gives the first tick of a slot.
func (w *Wheel[T]) begins(depth, slot int) int64 {
	low := uint(depth * slotBits)
	return w.reached>>(low+slotBits)<<(low+slotBits) | int64(slot)<<low
}

// place gives where a timer of a tick lies.
func (w *Wheel[T]) place(tick int64) (depth, slot int) {
	if differ := uint64(tick ^ w.reached); differ != 0 {
		depth = (bits.Len64(differ) - 1) / slotBits
	}
	return depth, int(tick>>(depth*slotBits)) & (slots - 1)
}

// link puts a timer where its tick says.
func (w *Wheel[T]) link(t *Timer[T]) {
	if w.moving.first != nil && t.tick()>>w.shift == w.reached>>w.shift {
		w.moving.add(t)
		return
	}
	w.enter(t)
}

func (w *Wheel[T]) enter(t *Timer[T]) {
	depth, slot := w.place(t.tick())
	l := &w.levels[depth]
	l.slots[slot].add(t)
	l.used |= 1 << slot
}

func (w *Wheel[T]) remove(t *Timer[T]) Due[T] {
	if t == w.moving.first || t == w.moving.last {
		w.moving.remove(t)
	} else {
		depth, slot := w.place(t.tick()) // of one amid the moving timers, to no effect
		l := &w.levels[depth]
		if l.slots[slot].remove(t); l.slots[slot].first == nil {
			l.used &^= 1 << slot
		}
	}
	due := t.due()
	t.id = 0
	w.count--
	return due
}

func (l *list[T]) add(t *Timer[T]) {
	t.prev, t.next = l.last, nil
	if l.last == nil {
		l.first = t
	} else {
		l.last.next = t
	}
	l.last = t
}

func (l *list[T]) remove(t *Timer[T]) {
	if t.prev == nil {
		l.first = t.next
	} else {
		t.prev.next = t.next
	}
	if t.next == nil {
		l.last = t.prev
	} else {
		t.next.prev = t.prev
	}
	t.next, t.prev = nil, nil
}

// ceil gives the first tick at or after a time, within the wheel's range.
func ceil(at time.Duration) int64 {
	tick := int64(at / Tick)
	if at%Tick > 0 {
		tick++
	}
	return min(max(tick, 0), lastTick)
}
