package service

import "time"

// This file holds what a service is doing, and how much it has done.

// about is the node's, with the worker that has the service.
func (s *core) about() time.Duration { return s.node.about(s.worker) }

// clearBusy notes that no task of the service runs.
func (s *core) clearBusy() {
	if s.busySince.Load() != 0 {
		s.busySince.Store(0)
	}
	s.countAsLive()
}

// countAsEndless takes the running task for one without end: it is not waited for.
func (s *core) countAsEndless() {
	if !s.endless.Swap(true) {
		s.node.settleOne(liveService)
	}
}

// countAsLive makes the service count as one that is waited for.
func (s *core) countAsLive() {
	s.effort = effort{}
	if s.endless.Load() {
		s.endless.Store(false)
		s.node.scheduler.liveness.begin(liveService)
	}
}

// publish shows others how many tasks there are and how many messages wait. An
// atomic store takes as long as much else that a message needs, and mostly nothing
// has changed.
func (s *core) publish() {
	if s.tasks.Load() != int64(s.taskCount) {
		s.tasks.Store(int64(s.taskCount))
	}
	s.publishQueue()
	s.publishOldest()
}

// publishOldest shows others since when the next message of the inbox waits. It is done
// when the inbox is filled, and at each poll.
func (s *core) publishOldest() {
	if sent, ok := s.inbox.Oldest(); ok && s.oldestSent.Load() != int64(sent) {
		s.oldestSent.Store(int64(sent))
	}
}

func (s *core) publishQueue() {
	if s.queue.Load() != int64(s.inbox.Left()) {
		s.queue.Store(int64(s.inbox.Left()))
	}
}

// OldestWait tells for how long, by the node's clock, the first of the messages that
// wait to be handled has waited; 0 when there are none. Of messages that the service has
// taken already and handles one after the other, it may tell of one that was handled
// less than a poll ago.
func (s *core) OldestWait() time.Duration {
	sent, waits := time.Duration(s.oldestSent.Load()), s.queue.Load() > 0
	if !waits {
		sent, waits = s.box.Oldest()
	}
	if !waits {
		return 0
	}
	return max(0, s.node.clock.Elapsed()-sent)
}

// Status tells what the service is doing now.
func (s *Service) Status() Status {
	state := s.runState.Load()
	switch {
	case state == runEnded:
		return StatusEnded
	case s.stuck.Load():
		return StatusStuck
	case s.BusyFor() > busyTime, s.node.config.Virtual && s.endless.Load():
		return StatusBusy
	case !s.ready.Load():
		return StatusStarting
	case state == runIdle:
		return StatusIdle
	case state == runQueued:
		return StatusReady
	}
	return StatusRunning
}

// BusyFor tells how long the running task has been running without waiting, in
// real time, or what the service does besides tasks; 0 when nothing runs. Short
// tasks that ran before it in the same slice count too.
func (s *core) BusyFor() time.Duration {
	since := s.busySince.Load()
	if since == 0 {
		since = s.servedSince()
	}
	if since == 0 {
		return 0
	}
	return s.node.clock.monotonic() - time.Duration(since)
}

// servedSince tells when a worker took the service, as Clock.monotonic; 0 when none
// has it.
func (s *core) servedSince() int64 {
	if state := s.runState.Load(); state == runRunning || state == runNotified {
		return max(1, s.since.Load())
	}
	return 0
}

// Endless tells whether a task has been running for long without waiting
// (skynet.endless).
func (s *core) Endless() bool { return s.BusyFor() > busyTime }

// Stat are a service's counters.
type Stat struct {
	CPU      time.Duration // real time that it ran; 0 with the virtual clock, whose replies are the same each time
	Messages uint64        // handled, answers and timers included
	Queue    int           // messages that wait
	Tasks    int           // begun and not ended
	BusyFor  time.Duration // how long the running task has been running without waiting
}

// taken gives the number of messages that were taken.
func (s *core) taken() uint64 { return s.recorded.Load() + s.others.Load() }

// Stat gives the counters as they are now.
func (s *core) Stat() Stat {
	stat := Stat{
		CPU: time.Duration(s.cpu.Load()), Messages: s.taken(), Queue: s.QueueLen(),
		Tasks: int(s.tasks.Load()), BusyFor: s.BusyFor(),
	}
	if s.node.config.Virtual {
		stat.CPU, stat.BusyFor = 0, 0
	} else if since := s.servedSince(); since != 0 {
		stat.CPU += s.node.clock.monotonic() - time.Duration(since)
	}
	return stat
}
