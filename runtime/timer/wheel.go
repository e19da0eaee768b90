package timer

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"time"
)

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
	depth, slot, ok := w.earliest()
	if !ok {
		return 0, false
	}
	t := w.levels[depth].slots[slot].first
	tick := t.tick()
	if depth > 0 { // all of a lowest slot are due at one tick
		for ; t != nil; t = t.next {
			tick = min(tick, t.tick())
		}
	}
	return time.Duration(tick) * Tick, true
}

// Soonest gives a time at or before which nothing is due, in constant time: that
// of the earliest timer, or the first of its slot, where a Pop brings the wheel
// closer to it. false when there is no timer.
func (w *Wheel[T]) Soonest() (at time.Duration, ok bool) {
	depth, slot, ok := w.earliest()
	return time.Duration(w.begins(depth, slot)) * Tick, ok
}

// Pop removes what is due at now and calls f for each, in order. f may use the
// wheel: what it takes back does not fire, and what it adds that is due at now
// fires in this call.
func (w *Wheel[T]) Pop(now time.Duration, f func(Due[T])) {
	limit := int64(now / Tick)
	for t := w.reach(limit); t != nil; t = w.reach(limit) {
		f(w.remove(t))
	}
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
	slices.SortFunc(timers, func(a, b Due[T]) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID))
	})
	return timers
}

// each is an iterator over the timers.
func (w *Wheel[T]) each(yield func(*Timer[T]) bool) {
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

// reach moves the wheel to the earliest timer due by limit and gives it. When
// there is none, it moves the wheel to limit. That never passes an occupied
// slot, so every other timer stays where its tick says.
func (w *Wheel[T]) reach(limit int64) *Timer[T] {
	for {
		depth, slot, ok := w.earliest()
		if !ok {
			break
		}
		begins := w.begins(depth, slot)
		if begins > limit {
			break
		}
		w.reached = begins
		if depth == 0 {
			return w.levels[0].slots[slot].first
		}
		w.spread(depth, slot)
	}
	w.reached = max(w.reached, limit)
	return nil
}

// spread moves the timers of a slot whose first tick the wheel has reached to
// the levels below, keeping their order.
func (w *Wheel[T]) spread(depth, slot int) {
	l := &w.levels[depth]
	t := l.slots[slot].first
	l.slots[slot] = list[T]{}
	l.used &^= 1 << slot
	for t != nil {
		next := t.next
		w.link(t)
		t = next
	}
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

func (w *Wheel[T]) link(t *Timer[T]) {
	depth, slot := w.place(t.tick())
	l := &w.levels[depth]
	s := &l.slots[slot]
	t.prev, t.next = s.last, nil
	if s.last == nil {
		s.first = t
	} else {
		s.last.next = t
	}
	s.last = t
	l.used |= 1 << slot
}

func (w *Wheel[T]) remove(t *Timer[T]) Due[T] {
	depth, slot := w.place(t.tick())
	l := &w.levels[depth]
	s := &l.slots[slot]
	if t.prev == nil {
		s.first = t.next
	} else {
		t.prev.next = t.next
	}
	if t.next == nil {
		s.last = t.prev
	} else {
		t.next.prev = t.prev
	}
	if s.first == nil {
		l.used &^= 1 << slot
	}
	due := t.due()
	t.next, t.prev, t.id = nil, nil, 0
	w.count--
	return due
}

// ceil gives the first tick at or after a time, within the wheel's range.
func ceil(at time.Duration) int64 {
	tick := int64(at / Tick)
	if at%Tick > 0 {
		tick++
	}
	return min(max(tick, 0), lastTick)
}
