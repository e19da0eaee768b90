package service

import (
	"time"

	"lunarium/runtime/message"
)

// This file holds what a service does while a worker has it.

// obey does what others asked of the worker.
func (s *core) obey() {
	asked := s.wanted()
	if asked&askEnd != 0 {
		s.orders.mu.Lock()
		s.ending = s.orders.ending
		s.orders.mu.Unlock()
		return
	}
	if asked&askStart != 0 {
		s.startUp()
	}
	if asked&askDo != 0 {
		s.runOrders()
	}
}

// serve runs the service until it has nothing to do, its slice is used up, or
// it has ended.
func (s *core) serve(w *worker) {
	s.since.Store(int64(w.clock))
	s.runState.Store(runRunning)
	s.worker = w
	s.polls = 0
	w.now = w.clock
	state := s.serveSlice()
	if s.stuck.Load() {
		s.recovered(w)
	}
	s.worker = nil
	now := w.node.clock.monotonic()
	s.cpu.Store(s.cpu.Load() + int64(now-w.clock))
	s.publish()
	w.clock = now
	s.leave(state)
}

// leave gives the service back to the scheduler in the run state that it goes to.
func (s *core) leave(state uint32) {
	switch {
	case state == runEnded:
		if f := s.node.shuffle; f != nil {
			f.ended(s)
		}
		s.node.ended.add(s.base, s.taken(), time.Duration(s.cpu.Load()))
		s.runState.Store(runEnded)
		s.wanted()
		s.node.settleOne(liveService)
	case state == runIdle && s.runState.CompareAndSwap(runRunning, runIdle):
		s.node.settleOne(liveService)
	case state == runIdle:
		s.runState.Store(runQueued)
		s.node.push(s)
	default:
		s.runState.Store(runQueued)
		s.node.pushExpired(s)
	}
}

// serveSlice does the work and gives the run state that the service goes to: idle,
// queued or ended.
func (s *core) serveSlice() uint32 {
	s.news = true
	limit := sliceMessages
	if s.node.shuffle != nil {
		limit = 1
	}
	for done := 0; ; {
		asked := s.asked.Load()
		exhausted := s.node.scheduler.unrest.exhausted()
		if asked != 0 && !(exhausted && asked == askStart) {
			s.obey()
		}
		if s.ending != nil {
			s.end()
			return runEnded
		}
		if exhausted {
			return runQueued
		}
		if (s.preempted || s.collecting) && done > 0 && s.asked.Load() == 0 || done >= limit {
			return runQueued
		}
		if s.runNext() {
			done++
			if s.deferred && !s.inCollection() {
				s.deferred = false
				s.want(askDo)
			}
			continue
		}
		if !s.runState.CompareAndSwap(runNotified, runRunning) {
			return runIdle
		}
		s.news = true
	}
}

// runNext runs one thing of the service; false when there is nothing to run.
func (s *core) runNext() bool {
	s.spend(costMessage)
	if s.collecting {
		s.goOnCollecting()
		return true
	}
	if s.preempted {
		s.resume(s.current)
		return true
	}
	if s.held() {
		return false
	}
	t, ok := s.woken.Pop()
	if !ok {
		t, ok = s.forks.Pop()
	}
	if ok {
		if !t.dropped {
			t.wait = Wait{}
			s.resume(t)
		}
		return true
	}
	m := s.inbox.Next()
	if m == nil {
		if m = s.fetch(); m == nil {
			return false
		}
	}
	s.publishQueue()
	if m.Weight > 0 {
		s.weight.Add(-int64(m.Weight))
	}
	s.makeRoom()
	s.dispatch(m)
	*m = message.Message{}
	return true
}

// fetch takes the mailbox's messages and gives the first, nil when there are none.
// Those that come afterwards make the service notified.
func (s *core) fetch() *message.Message {
	if !s.news {
		return nil
	}
	s.news = false
	if !s.box.Take(&s.worker.message, &s.inbox) {
		return nil
	}
	if s.inbox.Left() > 0 {
		s.publishOldest()
	}
	return &s.worker.message
}
