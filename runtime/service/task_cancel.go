package service

import (
	"fmt"
	"strings"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds how tasks are ended from outside.

// CancelTask ends the task of a thread: a time-out that is not due, a fork that has not
// begun, or a task that waits, whose caller gets an error. false when the thread is no
// task or has ended, or is the running one, or a TaskTidy.
func (s Self) CancelTask(thread *vm.Thread) bool {
	t, ok := thread.AsTask().Data().(*task)
	if !ok || t.service != s.core {
		return false
	}
	return s.killTask(t)
}

// KillMatching ends the first task, by age, whose thread's printed name contains the
// text (skynet.killthread); nil when there is none.
func (s Self) KillMatching(text string) *vm.Thread {
	for _, w := range s.oldestFirst() {
		if t := w.task; t != nil && strings.Contains(threadName(t.thread), text) && s.killTask(t) {
			return t.thread
		}
	}
	return nil
}

// KillTask ends a task by its number in Tasks; false when there is none, or it is the
// running one, or a TaskTidy.
func (s Self) KillTask(id uint64) bool {
	for t := s.live; t != nil; t = t.next {
		if t.id == id {
			return s.killTask(t)
		}
	}
	for w := range s.later.each {
		if w.id == id {
			s.withdraw(w)
			return true
		}
	}
	return false
}

// Tidies gives what the TaskTidy of a number does; "" when there is none.
func (s Self) Tidies(id uint64) string {
	for t := s.live; t != nil; t = t.next {
		if t.id == id && t.kind == TaskTidy {
			return t.handling
		}
	}
	return ""
}

// killTask ends a task because somebody wants it.
func (s *core) killTask(t *task) bool {
	return t.kind != TaskTidy && s.cancelTask(t, "the task was killed")
}

func (s *core) cancelWaiter(w *waiter, why string) bool {
	if w.task != nil {
		return s.cancelTask(w.task, why)
	}
	s.withdraw(w)
	return true
}

func (s *core) cancelTask(t *task, why string) bool {
	if t.dropped || !s.isLive(t) || t == s.current && !s.preempted {
		return false
	}
	if t == s.current {
		s.current, s.preempted = nil, false
		s.clearBusy()
	}
	quiet := t.wait.Kind == WaitTimer || t.wait.Kind == WaitFork
	behind := s.behind(t)
	t.thread.AsTask().Close()
	for _, waiting := range behind {
		s.wake(waiting)
	}
	switch {
	case t.kind == TaskStart:
		s.fail(t, s.failure(&t.message, message.ErrKilled, why))
	case !t.answered && !t.promised && t.message.WantsAnswer():
		f := s.failure(&t.message, message.ErrKilled, fmt.Sprintf("%s did not answer: %s", s.describe(), why))
		f.Handling = t.handling
		s.fail(t, f)
	default:
		tellCancelled(&t.message, s.failure(&t.message, message.ErrKilled, why))
		if !quiet {
			s.endTrace(t, s.failure(&t.message, message.ErrKilled, why))
		}
		s.drop(t)
	}
	return true
}

// behind gives the tasks that wait for a lock which a task holds: when it is ended from outside
// it will not hand the lock on, and they have to see to that.
func (s *core) behind(t *task) (waiting []*task) {
	for other := s.live; other != nil; other = other.next {
		if owner, _ := s.ownerOf(other.lock); owner == t && other != t {
			waiting = append(waiting, other)
		}
	}
	return waiting
}
