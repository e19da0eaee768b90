package timer

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"time"
)

// ID names a timer: 1, 2, 3, ... in the order of adding; 0 is none.
type ID uint64

// Due is a timer: what it is called, when it is due (a whole number of ticks
// since the start) and what it carries.
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
	levels  [levels]level[T]
	nodes   pages[T]
}

type level[T any] struct {
	used  uint64 // bit i: slots[i] is not empty
	slots [slots]list[T]
}

type list[T any] struct{ first, last *node[T] }

// Len gives the number of timers.
func (w *Wheel[T]) Len() int { return w.nodes.live }

// Add sets a timer. The due time is rounded up to a tick and is at least what
// the wheel has reached; what exceeds the range is due at its end, 292 years
// after the start.
func (w *Wheel[T]) Add(at time.Duration, payload T) ID {
	n := w.nodes.add()
	n.tick = max(ceil(at), w.reached)
	n.payload = payload
	w.link(n)
	return n.id
}

// Cancel removes a timer and lets go of its payload; false when it is gone
// already.
func (w *Wheel[T]) Cancel(id ID) bool {
	_, ok := w.Take(id)
	return ok
}

// Take removes a timer and gives it; false when it is gone already.
func (w *Wheel[T]) Take(id ID) (Due[T], bool) {
	n := w.nodes.find(id)
	if n == nil {
		return Due[T]{}, false
	}
	return w.remove(n), true
}

// Next gives when the earliest timer is due; false when there is none. It
// takes constant time when that is within the present 64 ticks, and otherwise
// looks through one slot, as the Pop that follows does.
func (w *Wheel[T]) Next() (at time.Duration, ok bool) {
	depth, slot, ok := w.earliest()
	if !ok {
		return 0, false
	}
	n := w.levels[depth].slots[slot].first
	tick := n.tick
	if depth > 0 { // all of a lowest slot are due at one tick
		for ; n != nil; n = n.next {
			tick = min(tick, n.tick)
		}
	}
	return time.Duration(tick) * Tick, true
}

// Pop removes what is due at now and calls f for each, in order. f may use the
// wheel: what it cancels does not fire, and what it adds that is due at now
// fires in this call.
func (w *Wheel[T]) Pop(now time.Duration, f func(Due[T])) {
	limit := int64(now / Tick)
	for n := w.reach(limit); n != nil; n = w.reach(limit) {
		f(w.remove(n))
	}
}

// All lists the timers in the order in which they will fire.
func (w *Wheel[T]) All() []Due[T] {
	all := make([]Due[T], 0, w.Len())
	w.nodes.each(func(n *node[T]) { all = append(all, n.due()) })
	slices.SortFunc(all, func(a, b Due[T]) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// reach moves the wheel to the earliest timer due by limit and gives it. When
// there is none, it moves the wheel to limit. That never passes an occupied
// slot, so every other timer stays where its tick says.
func (w *Wheel[T]) reach(limit int64) *node[T] {
	for {
		depth, slot, ok := w.earliest()
		if !ok {
			break
		}
		low := uint(depth * slotBits)
		start := w.reached>>(low+slotBits)<<(low+slotBits) | int64(slot)<<low
		if start > limit {
			break
		}
		w.reached = start
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
	n := l.slots[slot].first
	l.slots[slot] = list[T]{}
	l.used &^= 1 << slot
	for n != nil {
		next := n.next
		w.link(n)
		n = next
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

// place gives where a timer of a tick lies.
func (w *Wheel[T]) place(tick int64) (depth, slot int) {
	if differ := uint64(tick ^ w.reached); differ != 0 {
		depth = (bits.Len64(differ) - 1) / slotBits
	}
	return depth, int(tick>>(depth*slotBits)) & (slots - 1)
}

func (w *Wheel[T]) link(n *node[T]) {
	depth, slot := w.place(n.tick)
	l := &w.levels[depth]
	s := &l.slots[slot]
	n.prev, n.next = s.last, nil
	if s.last == nil {
		s.first = n
	} else {
		s.last.next = n
	}
	s.last = n
	l.used |= 1 << slot
}

func (w *Wheel[T]) remove(n *node[T]) Due[T] {
	depth, slot := w.place(n.tick)
	l := &w.levels[depth]
	s := &l.slots[slot]
	if n.prev == nil {
		s.first = n.next
	} else {
		n.prev.next = n.next
	}
	if n.next == nil {
		s.last = n.prev
	} else {
		n.next.prev = n.prev
	}
	if s.first == nil {
		l.used &^= 1 << slot
	}
	due := n.due()
	w.nodes.free(n)
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
