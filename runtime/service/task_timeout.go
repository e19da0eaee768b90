package service

import (
	"fmt"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds how tasks start others: forks, and time-outs.

// Fork starts a task that runs after the present message, first in, first out; its
// thread is the handle for CancelTask.
func (s Self) Fork(t *vm.Thread, fn vm.Value, args ...vm.Value) *vm.Thread {
	task := s.newTask(TaskFork, fn, args...)
	task.noteMaker(t)
	s.traceFork(t, task, taskOf(t))
	s.beginWait(task, Wait{Kind: WaitFork})
	s.forks.Push(task)
	return task.thread
}

// Timeout starts a task after ti hundredths of a second, at once when ti <= 0. Its
// thread is the handle for CancelTask; when the caller takes no result there is none.
func (s Self) Timeout(t *vm.Thread, ti int64, fn vm.Value) *vm.Thread {
	session := s.genID()
	if ti <= 0 {
		task := s.newTask(TaskTimeout, fn)
		task.noteMaker(t)
		s.traceTimeout(task, taskOf(t))
		s.beginWait(task, Wait{Kind: WaitTimer, Session: session, Until: s.node.clock.Elapsed()})
		s.post(&message.Message{Type: message.TypeResponse, Session: session, Dest: s.address})
		return task.thread
	}
	if s.setBy != nil {
		s.setBy[session] = t.Debug().Traceback(fmt.Sprintf("TIMER %d+%d :", s.node.clock.ticks(), ti), 1)
	}
	a := alarm{session: session, kind: WaitTimer, loading: s.loads(t)}
	by := &alarm{}
	if setter := taskOf(t); setter.kind == TaskTimeout {
		by = &setter.Payload
	}
	a.set(s.site(t), ticks(ti), by)
	due := s.node.clock.clock.After(a.delay)
	t.Take(bytesOfLater)
	if code := fn.AsClosure(); code != nil && t.Unwanted() && (taskOf(t).trace == nil || a.periodic) {
		s.node.clock.add(s.addLater(code, a), due)
		return nil
	}
	task := s.newTask(TaskTimeout, fn)
	task.noteMaker(t)
	if !a.periodic { // it has no end: each time is one of its own
		s.traceTimeout(task, taskOf(t))
	}
	s.beginWait(task, Wait{Kind: WaitTimer, Session: session, Until: due})
	task.Payload = a
	s.setTimer(task, due)
	return task.thread
}

// TraceTimeouts says whether time-outs note the whole stack that sets them, for Tasks to
// show (skynet.trace_timeout); the line is always noted.
func (s Self) TraceTimeouts(on bool) {
	s.setBy = nil
	if on {
		s.setBy = map[int32]string{}
	}
}

// loads tells whether a file of the service that starts is being loaded.
func (s *core) loads(t *vm.Thread) bool { return !s.ready.Load() && Loads(t) }

// Loads tells whether a thread is loading a file.
func Loads(t *vm.Thread) bool {
	for level := 1; level < t.Debug().Depth(); level++ {
		if c, _ := t.Debug().Place(level); c != nil && c.Parent() == nil {
			return true
		}
	}
	return false
}
