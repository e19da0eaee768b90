package service

import "lunarium/runtime/vm"

// This file holds how tasks are made, numbered, listed and forgotten, and the pool of
// those that handle messages.

// newTask makes a task that runs fn once.
func (s *core) newTask(kind TaskKind, fn vm.Value, args ...vm.Value) *task {
	t := s.makeTask(kind, fn, args...)
	s.number(t)
	s.enlist(t)
	return t
}

func (s *core) makeTask(kind TaskKind, fn vm.Value, args ...vm.Value) *task {
	s.spend(costTask)
	t := &task{service: s, kind: kind, handled: &noMessage, thread: s.state.NewTask(fn, args...)}
	t.task = t
	t.thread.AsTask().SetData(t)
	return t
}

// takeTask gives a pooled task for a message.
func (s *core) takeTask() *task {
	t := s.takePooled()
	s.number(t)
	s.enlist(t)
	return t
}

// takePooled gives a pooled task; its thread runs perform each time.
func (s *core) takePooled() *task {
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

// taskFor gives the task of who waits, made now if it is a time-out without one.
func (s *core) taskFor(w *waiter) *task {
	if w.task != nil {
		return w.task
	}
	s.forget(w)
	t := s.takePooled()
	t.kind, t.starts = TaskTimeout, w.starts
	t.id, t.created = w.id, w.setAt()
	t.Payload = w.Payload
	t.maker, t.madeBy = w.Payload.at.code, w.Payload.at.at
	s.enlist(t)
	return t
}

// number gives a task that begins now its number.
func (s *core) number(t *task) {
	s.taskIDs++
	t.id, t.created = s.taskIDs, s.about()
}

func (s *core) enlist(t *task) {
	t.next = s.live
	if s.live != nil {
		s.live.prev = t
	}
	s.live = t
	s.taskCount++
}

func (s *core) delist(t *task) {
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

// isLive tells whether t has something to do: spare tasks have not.
func (s *core) isLive(t *task) bool { return t.prev != nil || s.live == t }

// pooledFunction is what pooled threads run.
var pooledFunction = vm.SharedFunction("service", "task", runPooled)

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
func (s *core) drop(t *task) {
	tellEnded(&t.message, nil)
	if t.trace != nil {
		s.endSpan(t, "")
	}
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
func (s *core) recycle(t *task) {
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
