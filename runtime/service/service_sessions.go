package service

import (
	"slices"

	"lunarium/runtime/vm"
)

// This file holds the numbers by which answers and timers find who waits for them.

// GenID gives a new session number.
func (s Self) GenID() int32 { return s.genID() }

// genID gives a new session number. Numbers wrap at 2^31 and skip
// those that were in use then.
func (s *core) genID() int32 {
	for {
		if s.session++; s.session <= 0 {
			s.session = 1
			s.used = s.sessionsInUse()
		}
		if len(s.used) == 0 || s.used[0] != s.session {
			return s.session
		}
		s.used = s.used[1:]
	}
}

// sessionsInUse lists the sessions that somebody waits for, in order.
func (s *core) sessionsInUse() []int32 {
	var list []int32
	for _, table := range [...]*sessions{&s.sessions, &s.later} {
		for w := range table.each {
			list = append(list, w.Payload.session)
		}
	}
	slices.Sort(list)
	return list
}

// waiterOf finds who waits for a session, or nil.
func (s *core) waiterOf(session int32) *waiter {
	if w := s.sessions.find(session); w != nil {
		return w
	}
	return s.later.find(session)
}

// addLater makes a time-out that gets its task when it is due.
func (s *core) addLater(fn *vm.Closure, a alarm) *waiter {
	s.taskIDs++
	w := &waiter{starts: fn, id: s.taskIDs}
	w.Payload = a
	s.later.add(w)
	s.taskCount++
	return w
}

// forget takes out a time-out that has no task.
func (s *core) forget(w *waiter) {
	s.later.remove(w.Payload.session)
	delete(s.setBy, w.Payload.session)
	s.taskCount--
}

// withdraw takes back a time-out that has no task.
func (s *core) withdraw(w *waiter) {
	s.forget(w)
	s.node.clock.remove(w)
}
