package service

import (
	"time"

	"lunarium/runtime/timer"
	"lunarium/runtime/vm"
)

// TaskKind says what a task was made for.
type TaskKind string

// The kinds of task.
const (
	TaskStart   TaskKind = "start"
	TaskMessage TaskKind = "message"
	TaskFork    TaskKind = "fork"
	TaskTimeout TaskKind = "timeout"
	TaskBody    TaskKind = "console" // a Go body that Service.Run started
	TaskPosted  TaskKind = "outside" // a Go body that a library posted: a request, a subscription's message
)

// WaitKind says what a task waits for.
type WaitKind string

// What a task may wait for.
const (
	WaitNone  WaitKind = ""
	WaitCall  WaitKind = "call"  // the answer to a call
	WaitSleep WaitKind = "sleep" // a time
	WaitToken WaitKind = "wait"  // a wakeup
	WaitTimer WaitKind = "timer" // a time-out that is not due yet
	WaitFork  WaitKind = "fork"  // a fork's turn
	WaitAwait WaitKind = "await" // work outside the service
	WaitRoom  WaitKind = "room"  // room in a full mailbox
)

// Wait says what a task waits for.
type Wait struct {
	Kind    WaitKind
	Session int32
	Dest    Address // WaitCall: who was called; WaitRoom: whose mailbox
	Command string  // WaitCall: the message's command; WaitAwait: what it is
	Since   time.Duration
	Until   time.Duration // WaitSleep, WaitTimer, WaitRoom: when, as Clock.Elapsed
}

// task is a thread of the machine with what the service knows about it.
type task struct {
	service *Service
	thread  *vm.Thread
	id      uint64
	kind    TaskKind
	pooled  bool
	uses    int   // messages that a pooled thread handled
	next    *task // in live or spare
	prev    *task // in live

	// The message that is being handled.
	message  Message
	handling string // its command
	answered bool   // nobody waits for an answer from this task, or not any more
	promised bool   // Response took the answer over

	wait    Wait
	token   token
	timer   timer.ID // of the sleep or time-out; 0: none
	cancel  func()   // of an Await
	then    Then
	reply   Payload
	finish  func(*vm.Thread) int
	broken  bool // woken by Wakeup
	blocked bool // has a message for a full mailbox
	room    *roomWaiter
	reason  *Failure // the answer is a failure
	cause   *Failure // the failure raised last

	finished   bool   // a pooled task's work is done
	dropped    bool   // it has ended; woken and forks may still hold it
	leaveStart bool   // exit ended the start function only
	site       string // where the time-out or sleep was set
	delay      int64
	every      int64
	created    time.Duration
	trace      *TraceEvent
	tag        string
}

// Then goes on with a task when the answer to its call is there.
type Then func(t *vm.Thread, reply Payload) int

// taskOf gives the running task.
func taskOf(t *vm.Thread) *task { return t.State().Task().Data().(*task) }

// newTask makes a task that runs fn once.
func (s *Service) newTask(kind TaskKind, fn vm.Value, args ...vm.Value) *task {
	t := &task{service: s, kind: kind, thread: s.state.NewTask(fn, args...)}
	t.thread.SetData(t)
	s.enlist(t)
	return t
}

// takeTask gives a pooled task; its thread runs perform for each message.
func (s *Service) takeTask() *task {
	t := s.spare
	if t == nil {
		t = &task{service: s, kind: TaskMessage, pooled: true, thread: s.state.NewTask(s.main)}
		t.thread.SetData(t)
	} else {
		s.spare = t.next
		t.next = nil
	}
	s.enlist(t)
	return t
}

func (s *Service) enlist(t *task) {
	s.taskIDs++
	t.id = s.taskIDs
	t.created = s.about()
	t.next = s.live
	if s.live != nil {
		s.live.prev = t
	}
	s.live = t
	s.tasks.Add(1)
}

func (s *Service) delist(t *task) {
	if t.prev != nil {
		t.prev.next = t.next
	} else {
		s.live = t.next
	}
	if t.next != nil {
		t.next.prev = t.prev
	}
	t.next, t.prev = nil, nil
	s.tasks.Add(-1)
}

// runPooled is the Go function that pooled threads run.
func runPooled(t *vm.Thread) int {
	task := taskOf(t)
	return task.service.perform(t, task)
}

// pooledUses is how many messages a pooled thread handles: each leaves a little
// of its stack used.
const pooledUses = 64

// pooledDone parks a pooled thread until its next message, or ends it.
func pooledDone(t *vm.Thread) int {
	task := taskOf(t)
	if task.uses++; task.uses >= pooledUses {
		return 0
	}
	task.finished = true
	return t.Suspend(runPooled)
}

// drop forgets a task that has ended.
func (s *Service) drop(t *task) {
	t.message.over(nil)
	s.leaveWait(t)
	s.unblock(t)
	s.delist(t)
	t.dropped = true
}

// recycle forgets a task that has ended well, and keeps its thread if pooled.
func (s *Service) recycle(t *task) {
	s.drop(t)
	if !t.pooled || !t.finished {
		return
	}
	*t = task{service: s, thread: t.thread, kind: TaskMessage, pooled: true, uses: t.uses, next: s.spare}
	s.spare = t
}

// leaveWait forgets what a task waits for.
func (s *Service) leaveWait(t *task) {
	if t.wait.Kind == WaitNone {
		return
	}
	if t.wait.Session != 0 {
		delete(s.sessions, t.wait.Session)
	}
	if t.timer != 0 {
		s.node.clock.remove(t.timer)
		t.timer = 0
	}
	if t.token != (token{}) {
		delete(s.tokens, t.token)
		t.token = token{}
	}
	if t.room != nil {
		t.room.gone.Store(true)
		t.room = nil
	}
	if t.cancel != nil {
		t.cancel()
		t.cancel = nil
	}
	t.wait = Wait{}
}

// await notes what a task is about to wait for under a session.
func (s *Service) await(t *task, w Wait) {
	s.leaveWait(t)
	w.Since = s.about()
	t.wait = w
	if w.Session != 0 {
		s.sessions[w.Session] = t
	}
}
