package service

// sessions finds tasks by the session that they wait for. Numbers are given out
// in order, so that a number is its own hash: the table is open-addressed, and
// rarely is a place taken.
type sessions struct {
	slots []*task // a power of two of them, or none
	count int
}

const fewestSessions = 4

// find gives the task that waits for a session, or nil.
func (w *sessions) find(session int32) *task {
	if w.count == 0 {
		return nil
	}
	mask := len(w.slots) - 1
	for i := int(session) & mask; w.slots[i] != nil; i = (i + 1) & mask {
		if w.slots[i].wait.Session == session {
			return w.slots[i]
		}
	}
	return nil
}

// add adds a task under its wait's session, which no other one has.
func (w *sessions) add(t *task) {
	if 4*(w.count+1) > 3*len(w.slots) {
		w.resize(max(fewestSessions, 2*len(w.slots)))
	}
	w.place(t)
	w.count++
}

func (w *sessions) place(t *task) {
	mask := len(w.slots) - 1
	i := int(t.wait.Session) & mask
	for w.slots[i] != nil {
		i = (i + 1) & mask
	}
	w.slots[i] = t
}

// remove takes a session's task out.
func (w *sessions) remove(session int32) {
	if w.count == 0 {
		return
	}
	mask := len(w.slots) - 1
	i := int(session) & mask
	for w.slots[i] == nil || w.slots[i].wait.Session != session {
		if w.slots[i] == nil {
			return
		}
		i = (i + 1) & mask
	}
	w.close(i, mask)
	if w.count--; len(w.slots) > fewestSessions && 8*w.count < len(w.slots) {
		w.resize(len(w.slots) / 2)
	}
}

// close empties a slot and moves those behind it that could not have theirs.
func (w *sessions) close(i, mask int) {
	w.slots[i] = nil
	for j := (i + 1) & mask; w.slots[j] != nil; j = (j + 1) & mask {
		home := int(w.slots[j].wait.Session) & mask
		if (j-home)&mask >= (j-i)&mask {
			w.slots[i], w.slots[j] = w.slots[j], nil
			i = j
		}
	}
}

func (w *sessions) resize(size int) {
	old := w.slots
	w.slots = make([]*task, size)
	for _, t := range old {
		if t != nil {
			w.place(t)
		}
	}
}
