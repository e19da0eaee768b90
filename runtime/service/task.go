package service

import (
	"time"

	"lunarium/runtime/timer"
	"lunarium/runtime/vm"
)

// task is a thread of the machine with what the service knows about it. A
// service may have many that wait: what few tasks have lies behind pointers.
type task struct {
	service  *Service
	thread   *vm.Thread // nil: not needed yet; see threadOf
	starts   *vm.Value  // what a task without a thread will run
	next     *task      // in live or spare
	prev     *task      // in live
	id       uint64
	*handled // what a message task works on; nothing, for the others

	kind       TaskKind
	uses       uint8 // messages that a pooled thread handled
	pooled     bool
	answered   bool // nobody waits for an answer from this task, or not any more
	promised   bool // Response took the answer over
	broken     bool // woken by Wakeup
	finished   bool // a pooled task's work is done
	dropped    bool // it has ended; woken and forks may still hold it
	leaveStart bool // exit ended the start function only
	onThread   bool // it waits on its own thread as the token
	blocked    bool // has a message for a full mailbox
	periodic   bool // it sets the timer again that it was started by or slept on

	wait   Wait
	token  *token   // that it waits on; nil: none, or its thread
	timer  timer.ID // of the sleep or time-out; 0: none
	cancel func()   // of an Await
	then   Then
	room   *roomWaiter
	reason *Failure // the answer is a failure
	cause  *Failure // the failure raised last

	site    *place // where the time-out or sleep was set; nil: not in Lua
	delay   int64  // that it was set to, in ticks
	created time.Duration
	tag     *string // for tracing
}

// handled is the message that a task works on.
type handled struct {
	message  Message
	handling string // its command
	trace    *TraceEvent
}

// noMessage is what tasks that handle none point at; it is never written.
var noMessage handled

// arrived is what the task that is being resumed was waiting for.
type arrived struct {
	reply  Payload
	finish func(*vm.Thread) int
}

// Then goes on with a task when the answer to its call is there.
type Then func(t *vm.Thread, reply Payload) int

// taskOf gives the running task.
func taskOf(t *vm.Thread) *task { return t.State().Task().Data().(*task) }

// newTask makes a task that runs fn once.
func (s *Service) newTask(kind TaskKind, fn vm.Value, args ...vm.Value) *task {
	t := &task{service: s, kind: kind, handled: &noMessage, thread: s.state.NewTask(fn, args...)}
	t.thread.SetData(t)
	s.enlist(t)
	return t
}

// newLater makes a task that gets its thread when it first runs.
func (s *Service) newLater(kind TaskKind, fn vm.Value) *task {
	t := &task{service: s, kind: kind, handled: &noMessage, starts: &fn}
	s.enlist(t)
	return t
}

// threadOf gives a task's thread, made if there is none yet.
func (s *Service) threadOf(t *task) *vm.Thread {
	if t.thread == nil {
		t.thread = s.state.NewTask(*t.starts)
		t.thread.SetData(t)
		t.starts = nil
	}
	return t.thread
}

// takeTask gives a pooled task; its thread runs perform for each message.
func (s *Service) takeTask() *task {
	t := s.spare
	if t == nil {
		t = &task{service: s, kind: TaskMessage, pooled: true, handled: &handled{}, thread: s.state.NewTask(pooledFunction)}
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
	t.Forget()
	return t.Suspend(runPooled)
}

// drop forgets a task that has ended.
func (s *Service) drop(t *task) {
	t.message.over(nil)
	s.turned(t, TurnEnded)
	if t.wait.Kind == WaitDebugger {
		s.unstand(t)
	}
	delete(s.setBy, t)
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
	*t.handled = handled{}
	*t = task{
		service: s, thread: t.thread, kind: TaskMessage, pooled: true, handled: t.handled, uses: t.uses, next: s.spare,
	}
	s.spare = t
}

// leaveWait forgets what a task waits for.
func (s *Service) leaveWait(t *task) {
	if t.wait.Kind == WaitNone {
		return
	}
	if t.wait.Session != 0 {
		s.sessions.remove(t.wait.Session)
	}
	if t.timer != 0 {
		s.node.clock.remove(t.timer)
		t.timer = 0
	}
	if t.token != nil {
		delete(s.tokens, *t.token)
		t.token = nil
	}
	if t.room != nil {
		t.room.gone.Store(true)
		t.room = nil
	}
	t.onThread = false
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
		s.sessions.add(t)
	}
}
