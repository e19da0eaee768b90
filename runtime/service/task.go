package service

import (
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// task is a thread of the machine with what the service knows about it. A
// service may have many that wait: what few tasks have lies behind pointers.
type task struct {
	waiter
	service  *Service
	thread   *vm.Thread
	next     *task // in live or spare
	prev     *task // in live
	*handled       // what a message task works on; nothing, for the others

	kind       TaskKind
	uses       uint8 // messages and time-outs that a pooled thread handled
	pooled     bool
	answered   bool // nobody waits for an answer from this task, or not any more
	promised   bool // Response took the answer over
	broken     bool // woken by Wakeup
	finished   bool // a pooled task's work is done
	dropped    bool // it has ended; woken and forks may still hold it
	leaveStart bool // exit ended the start function only
	onThread   bool // it waits on its own thread as the token
	blocked    bool // has a message for a full mailbox
	timed      bool // it waits for its timer

	wait   Wait
	token  *token // that it waits on; nil: none, or its thread
	cancel func() // of an Await
	then   Then
	sender *waitingSender
	reason *message.Failure // the answer is a failure
	cause  *message.Failure // the failure raised last

	created time.Duration
	tag     *string // for tracing
}

// handled is the message that a task works on.
type handled struct {
	message  message.Message
	handling string // its command
	trace    *TraceEvent
}

// bound is how long the message's task may go on; nil when there is no bound.
func (t *task) bound() *bound {
	if w := workOf(&t.message); w != nil {
		return w.bound
	}
	return nil
}

// noMessage is what tasks that handle none point at; it is never written.
var noMessage handled

// arrived is what the task that is being resumed was waiting for.
type arrived struct {
	reply  message.Payload
	finish func(*vm.Thread) int
}

// Then goes on with a task when the answer to its call is there.
type Then func(t *vm.Thread, reply message.Payload) int

// taskOf gives the running task.
func taskOf(t *vm.Thread) *task { return t.State().Task().Data().(*task) }

// newTask makes a task that runs fn once.
func (s *Service) newTask(kind TaskKind, fn vm.Value, args ...vm.Value) *task {
	t := s.makeTask(kind, fn, args...)
	s.number(t)
	s.enlist(t)
	return t
}

func (s *Service) makeTask(kind TaskKind, fn vm.Value, args ...vm.Value) *task {
	s.spend(costTask)
	t := &task{service: s, kind: kind, handled: &noMessage, thread: s.state.NewTask(fn, args...)}
	t.task = t
	t.thread.SetData(t)
	return t
}

// takeTask gives a pooled task for a message.
func (s *Service) takeTask() *task {
	t := s.takePooled()
	s.number(t)
	s.enlist(t)
	return t
}

// takePooled gives a pooled task; its thread runs perform each time.
func (s *Service) takePooled() *task {
	t := s.spare
	if t == nil {
		t = s.makeTask(TaskMessage, pooledFunction)
		t.pooled, t.handled = true, &handled{}
		return t
	}
	s.spare = t.next
	t.next = nil
	t.unspoil()
	return t
}

// number gives a task that begins now its number.
func (s *Service) number(t *task) {
	s.taskIDs++
	t.id, t.created = s.taskIDs, s.about()
}

func (s *Service) enlist(t *task) {
	t.next = s.live
	if s.live != nil {
		s.live.prev = t
	}
	s.live = t
	s.taskCount++
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
	s.taskCount--
}

// runPooled is the Go function that pooled threads run.
func runPooled(t *vm.Thread) int {
	task := taskOf(t)
	return task.service.perform(t, task)
}

// pooledUses is how often a pooled thread is used: each time leaves a little of its
// stack used.
const pooledUses = 64

// pooledDone parks a pooled thread until it is next used, or ends it.
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
	tellEnded(&t.message, nil)
	s.turned(t, TurnEnded)
	if t.wait.Kind == WaitDebugger {
		s.forgetStopped(t)
	}
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
	thread, handles, uses := t.thread, t.handled, t.uses
	*handles = handled{}
	*t = task{}
	t.task, t.service, t.thread, t.handled, t.uses = t, s, thread, handles, uses
	t.kind, t.pooled = TaskMessage, true
	t.spoil()
	s.spare, t.next = t, s.spare
}

// leaveWait forgets what a task waits for.
func (s *Service) leaveWait(t *task) {
	if t.wait.Kind == WaitNone {
		return
	}
	if t.wait.Session != 0 {
		s.sessions.remove(t.wait.Session)
		delete(s.setBy, t.wait.Session)
	}
	if t.timed {
		s.node.clock.remove(&t.waiter)
		t.timed = false
	}
	if t.token != nil {
		delete(s.tokens, *t.token)
		t.token = nil
	}
	if t.sender != nil {
		t.sender.gone.Store(true)
		t.sender = nil
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
		t.Payload.session, t.Payload.kind = w.Session, w.Kind
		s.sessions.add(&t.waiter)
	}
}
