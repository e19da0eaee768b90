package service

import (
	"cmp"
	"time"

	"lunarium/runtime/timer"
	"lunarium/runtime/vm"
)

// waiter is who waits for a session: a task, of which it is part, or a time-out
// that is not due. That one needs no task yet, only what begins one. There may be
// a million, so every word counts; and they lie in a table of their own, so that
// those who call find their answers among few.
type waiter struct {
	timer.Timer[alarm]             // the payload's session counts without a timer too
	task               *task       // nil: a time-out that has none
	starts             *vm.Closure // what a time-out without a handle runs
	id                 uint64      // the task's, from the start
}

// alarm is what a timer carries: the session that it answers.
type alarm struct {
	at       *callSite // where it was set
	delay    time.Duration
	session  int32
	kind     WaitKind
	periodic bool // its task sets the timer again that it was started by or slept on
	loading  bool // a file set it while it was loaded
}

// every gives the period, 0 when none was seen.
func (a *alarm) every() time.Duration {
	if a.periodic {
		return a.delay
	}
	return 0
}

// callSite is a line of a service's code that sets timers; all of them share it.
type callSite struct {
	service *Service
	text    string // "structured_service.lua:61"; "" outside Lua
}

// String gives "file:12", or "" for no place.
func (p *callSite) String() string {
	if p == nil {
		return ""
	}
	return p.text
}

// set tells a timer's payload what it is set to by a task. One that sets the
// timer that it was started by or slept on before does so periodically.
func (a *alarm) set(at *callSite, delay time.Duration, before *alarm) {
	a.periodic = at.text != "" && at == before.at && delay == before.delay
	a.at, a.delay = at, delay
}

// addLater makes a time-out that gets its task when it is due.
func (s *Service) addLater(fn *vm.Closure, a alarm) *waiter {
	s.taskIDs++
	w := &waiter{starts: fn, id: s.taskIDs}
	w.Payload = a
	s.later.add(w)
	s.taskCount++
	return w
}

// waiterOf finds who waits for a session, or nil.
func (s *Service) waiterOf(session int32) *waiter {
	if w := s.sessions.find(session); w != nil {
		return w
	}
	return s.later.find(session)
}

// taskFor gives the task of who waits, made now if it is a time-out without one.
func (s *Service) taskFor(w *waiter) *task {
	if w.task != nil {
		return w.task
	}
	s.forget(w)
	t := s.takePooled()
	t.kind, t.starts = TaskTimeout, w.starts
	t.id, t.created = w.id, w.setAt()
	t.Payload = w.Payload
	s.enlist(t)
	return t
}

// forget takes out a time-out that has no task.
func (s *Service) forget(w *waiter) {
	s.later.remove(w.Payload.session)
	delete(s.setBy, w.Payload.session)
	s.taskCount--
}

// withdraw takes back a time-out that has no task.
func (s *Service) withdraw(w *waiter) {
	s.forget(w)
	s.node.clock.remove(w)
}

// setAt gives when a time-out was set, as Clock.Elapsed.
func (w *waiter) setAt() time.Duration { return w.At() - w.Payload.delay }

// infoLater describes a time-out that has no task.
func (s *Service) infoLater(w *waiter) TaskInfo {
	return TaskInfo{
		ID: w.id, Thread: "thread: none", Kind: TaskTimeout, Created: w.setAt(), Site: w.Payload.at.String(),
		Wait:      Wait{Kind: WaitTimer, Session: w.Payload.session, Since: w.setAt(), Until: w.At()},
		Traceback: s.setBy[w.Payload.session],
	}
}

// oldestFirst lists the tasks that have something to do, and the time-outs that
// have none yet.
func (s *Service) oldestFirst() []*waiter {
	all, _ := s.oldest(s.taskCount + s.later.count)
	return all
}

// oldest is oldestFirst for the oldest of them, and tells how many there are.
func (s *Service) oldest(most int) (list []*waiter, total int) {
	first := earliest[*waiter]{most: most, compare: func(a, b *waiter) int { return cmp.Compare(a.id, b.id) }}
	for t := s.live; t != nil; t = t.next {
		first.add(&t.waiter)
		total++
	}
	for w := range s.later.each {
		first.add(w)
		total++
	}
	return first.list(), total
}
