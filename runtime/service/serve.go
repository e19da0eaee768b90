package service

import (
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// What others ask of a service's worker, as bits of Service.asked.
const (
	askStart uint32 = 1 << iota // load the state and run the main chunk
	askDo                       // call what Do queued
	askEnd                      // end the service
)

// ending is how and why a service ends.
type ending struct {
	reason error  // ErrExited, ErrKilled, ErrStart, ErrStopped
	text   string // for those who wait for an answer
}

func (s *Service) ask(what uint32) {
	s.want(what)
	s.notify(nil)
	s.node.noteOrder()
}

// want notes what is asked for, and that it is ordered.
func (s *Service) want(what uint32) {
	if s.asked.Or(what)&what == 0 {
		s.node.scheduler.unrest.ordered.Add(1)
	}
	if s.runState.Load() == runEnded {
		s.wanted()
	}
}

// wanted takes what is asked for off the service.
func (s *Service) wanted() (asked uint32) {
	asked = s.asked.Swap(0)
	for _, order := range [...]uint32{askDo, askEnd} {
		if asked&order != 0 {
			s.node.scheduler.unrest.ordered.Add(-1)
		}
	}
	return asked
}

// serve runs the service until it has nothing to do, its slice is used up, or
// it has ended.
func (s *Service) serve(w *worker) {
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

// publish shows others how many tasks there are and how many messages wait. An
// atomic store takes as long as much else that a message needs, and mostly nothing
// has changed.
func (s *Service) publish() {
	if s.tasks.Load() != int64(s.taskCount) {
		s.tasks.Store(int64(s.taskCount))
	}
	s.publishQueue()
}

func (s *Service) publishQueue() {
	if s.queue.Load() != int64(s.inbox.Left()) {
		s.queue.Store(int64(s.inbox.Left()))
	}
}

// leave gives the service back to the scheduler in the run state that it goes to.
func (s *Service) leave(state uint32) {
	switch {
	case state == runEnded:
		s.node.ended.add(s)
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
func (s *Service) serveSlice() uint32 {
	s.news = true
	for steps := 0; ; {
		asked := s.asked.Load()
		spent := s.node.scheduler.unrest.exhausted()
		if asked != 0 && !(spent && asked == askStart) {
			s.obey()
		}
		if s.ending != nil {
			s.end()
			return runEnded
		}
		if spent {
			return runQueued
		}
		if (s.preempted || s.collecting) && steps > 0 && s.asked.Load() == 0 || steps >= sliceMessages {
			return runQueued
		}
		if s.step() {
			steps++
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

// step runs one thing of the service; false when there is nothing to run.
func (s *Service) step() bool {
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
func (s *Service) fetch() *message.Message {
	if !s.news {
		return nil
	}
	s.news = false
	if !s.box.Take(&s.worker.message, &s.inbox) {
		return nil
	}
	return &s.worker.message
}

// slice is the machine's question, about every 50 µs of Lua, whether the
// running task should give way.
func (s *Service) slice() bool {
	w := s.worker
	if w == nil {
		return false
	}
	w.beat.Add(1)
	w.now = s.node.clock.monotonic()
	s.publish()
	w.yieldNext()
	if s.stuck.Load() && s.canSuspend() {
		s.recovered(w) // it came out of the Go function
	}
	s.polls++
	if s.state.Collecting() { // a piece of it is done, of about a poll's length
		s.spend(costPoll)
	}
	if s.ending != nil {
		return false
	}
	if s.asked.Load() != 0 || s.node.scheduler.unrest.exhausted() {
		return true
	}
	if s.node.scheduler.queued.Load() == 0 {
		return false
	}
	if s.node.config.Virtual {
		return s.polls%slicePolls == 0
	}
	return w.now-w.clock > sliceTime
}

// canSuspend tells whether what runs can give its worker back.
func (s *Service) canSuspend() bool {
	running := s.state.Running()
	return running == nil || running.CanSuspend()
}

// resume runs a task until it waits, ends or is stopped by its slice's end.
func (s *Service) resume(t *task) {
	s.current, s.preempted = t, false
	status := s.state.Resume(t.thread)
	if status == vm.StatusPreempted {
		s.preempted = true
		if s.busySince.Load() == 0 {
			s.busySince.Store(int64(s.worker.clock) + 1)
		}
		return
	}
	s.current = nil
	s.clearBusy()
	s.state.ClearInterrupt(vm.InterruptRaise)
	switch {
	case s.ending != nil || s.asked.Load()&askEnd != 0:
	case status == vm.StatusTrapped:
		s.noteStopped(t)
	case status == vm.StatusError:
		s.failed(t, t.thread.Failure())
	case status == vm.StatusOK || t.finished:
		s.finished(t)
	case t.leaveStart:
		s.state.CloseTask(t.thread)
		s.finished(t)
	case t.wait.Kind == WaitNone:
		s.state.CloseTask(t.thread)
		s.failed(t, &vm.Error{Value: vm.String("attempt to yield from outside a coroutine")})
	default:
		s.turned(t, TurnWaits)
	}
}

// about gives Clock.Elapsed, with the real clock as it was at the worker's last
// look: exact enough for what people read, and cheap.
func (s *Service) about() time.Duration {
	if s.node.config.Virtual || s.worker == nil {
		return s.node.clock.Elapsed()
	}
	return s.worker.now
}

// clearBusy notes that no task of the service runs.
func (s *Service) clearBusy() {
	if s.busySince.Load() != 0 {
		s.busySince.Store(0)
	}
	s.countAsLive()
}

// countAsEndless takes the running task for one without end: it is not waited for.
func (s *Service) countAsEndless() {
	if !s.endless.Swap(true) {
		s.node.settleOne(liveService)
	}
}

// countAsLive makes the service count as one that is waited for.
func (s *Service) countAsLive() {
	s.effort = effort{}
	if s.endless.Load() {
		s.endless.Store(false)
		s.node.scheduler.liveness.begin(liveService)
	}
}

// Status tells what a service is doing.
type Status string

// The states of a service, as Status gives them.
const (
	StatusStarting Status = "starting" // its start function has not ended
	StatusIdle     Status = "idle"     // nothing to do
	StatusReady    Status = "ready"    // waits for a worker
	StatusRunning  Status = "running"
	StatusBusy     Status = "busy"  // one task runs for long without waiting
	StatusStuck    Status = "stuck" // inside a Go function that does not return
	StatusEnded    Status = "ended"
)

// busyTime is how long a task may run before its service counts as busy.
const busyTime = 100 * time.Millisecond

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
func (s *Service) BusyFor() time.Duration {
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
func (s *Service) servedSince() int64 {
	if state := s.runState.Load(); state == runRunning || state == runNotified {
		return max(1, s.since.Load())
	}
	return 0
}
