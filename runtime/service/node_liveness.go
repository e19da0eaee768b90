package service

import (
	"fmt"
	"strings"
	"sync/atomic"
)

// This file holds the count of what is live on a node.

// liveness counts what happens on a node before the next timer fires, by reason; the
// node is settled when nothing is counted. All counts lie in one word, so that one
// atomic operation changes a count and tells whether any is left.
//
// What must hold: whoever makes work for others counts it before they can see it, or
// is counted himself until he has. So the count is above 0 while anything that was
// made known is not done.
type liveness struct{ word atomic.Uint64 }

// reason is why something counts: the unit of its count in the word. One that
// overflows carries into the next and is taken back by as many ends.
type reason uint64

const (
	liveService reason = 1       // it has something to do, or does it, and is not endlessly busy
	liveOutside reason = 1 << 24 // work outside that a task waits for
	liveKill    reason = 1 << 44 // a kill that was ordered and not carried out
	liveClosing reason = 1 << 54 // what an ended service still has open outside
)

// begin counts something.
func (l *liveness) begin(why reason) { l.word.Add(uint64(why)) }

// beginMany counts as many of a kind.
func (l *liveness) beginMany(why reason, count int) { l.word.Add(uint64(why) * uint64(count)) }

// end takes a count back; it tells whether nothing is counted any more.
func (l *liveness) end(why reason) (settled bool) { return l.word.Add(-uint64(why)) == 0 }

// endUnlessLast takes a count back unless nothing would be counted any more; it tells
// whether it did.
func (l *liveness) endUnlessLast(why reason) bool {
	for {
		word := l.word.Load()
		if word == uint64(why) {
			return false
		}
		if l.word.CompareAndSwap(word, word-uint64(why)) {
			return true
		}
	}
}

// settled tells whether nothing is counted.
func (l *liveness) settled() bool { return l.word.Load() == 0 }

// String says what is counted: "2 services, 1 work outside".
func (l *liveness) String() string {
	word := l.word.Load()
	var parts []string
	for _, r := range [...]struct {
		unit, above reason
		name        string
	}{
		{liveService, liveOutside, "services"}, {liveOutside, liveKill, "work outside"},
		{liveKill, liveClosing, "kills"}, {liveClosing, 0, "closing"},
	} {
		count := word / uint64(r.unit)
		if r.above != 0 {
			count %= uint64(r.above / r.unit)
		}
		if count > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count, r.name))
		}
	}
	if parts == nil {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}
