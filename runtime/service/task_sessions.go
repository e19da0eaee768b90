package service

// This file holds who waits for which session.

// sessions finds who waits for a session: a task, or a time-out that has none
// yet. The table is open-addressed. Numbers are given out in order, and many may
// be in use in a row, which Fibonacci hashing spreads evenly.
type sessions struct {
	slots []*waiter
	count int
}

const (
	fewestSessions = 4
	// golden is 2^32 divided by the golden ratio.
	golden = 2654435769
)

// home is the slot that a session belongs into.
func (w *sessions) home(session int32) int {
	return int(uint64(uint32(session)*golden) * uint64(len(w.slots)) >> 32)
}

// after is the slot behind a slot.
func (w *sessions) after(i int) int {
	if i++; i < len(w.slots) {
		return i
	}
	return 0
}

// find gives who waits for a session, or nil.
func (w *sessions) find(session int32) *waiter {
	if w.count == 0 {
		return nil
	}
	return w.slots[w.slot(session)]
}

// slot gives the slot of a session, or the empty one where it would be.
func (w *sessions) slot(session int32) int {
	i := w.home(session)
	for w.slots[i] != nil && w.slots[i].Payload.session != session {
		i = w.after(i)
	}
	return i
}

// add adds who waits for a session that nobody else waits for.
func (w *sessions) add(one *waiter) {
	if 4*(w.count+1) > 3*len(w.slots) {
		w.resize(max(fewestSessions, 3*len(w.slots)/2))
	}
	w.slots[w.slot(one.Payload.session)] = one
	w.count++
}

// remove takes out who waits for a session.
func (w *sessions) remove(session int32) {
	if w.count == 0 {
		return
	}
	i := w.slot(session)
	if w.slots[i] == nil {
		return
	}
	w.close(i)
	if w.count--; len(w.slots) > fewestSessions && 8*w.count < len(w.slots) {
		w.resize(len(w.slots) / 2)
	}
}

// close empties a slot and moves those behind it that could not have theirs.
func (w *sessions) close(i int) {
	w.slots[i] = nil
	for j := w.after(i); w.slots[j] != nil; j = w.after(j) {
		if home := w.home(w.slots[j].Payload.session); w.distance(home, j) >= w.distance(i, j) {
			w.slots[i], w.slots[j] = w.slots[j], nil
			i = j
		}
	}
}

// distance is how far it is from a slot on to another.
func (w *sessions) distance(from, to int) int {
	if to >= from {
		return to - from
	}
	return to - from + len(w.slots)
}

func (w *sessions) resize(size int) {
	old := w.slots
	w.slots = make([]*waiter, size)
	for _, one := range old {
		if one != nil {
			w.slots[w.slot(one.Payload.session)] = one
		}
	}
}

// each is an iterator over those who wait, in no order.
func (w *sessions) each(yield func(*waiter) bool) {
	for _, one := range w.slots {
		if one != nil && !yield(one) {
			return
		}
	}
}
