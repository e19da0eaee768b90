package service

import (
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds how tasks sleep, and wait for tokens.

// Sleep suspends the task for ti hundredths of a second, or until Wakeup of the token,
// which is the running coroutine when nil; counted from the present hundredth, as skynet
// counts. The result is nothing, or "BREAK" when woken. End the Go function with it.
func (s Self) Sleep(t *vm.Thread, ti int64, tok vm.Value) int {
	if ti > 0 {
		return s.sleepUntil(t, s.node.clock.clock.After(ticks(ti)), ticks(ti), tok)
	}
	task := s.beginSleep(t, s.node.clock.Elapsed(), tok)
	s.post(&message.Message{Type: message.TypeResponse, Session: task.wait.Session, Dest: s.address})
	return t.Suspend(slept)
}

// sleepUntil is Sleep to a time, as Clock.Elapsed; delay is what people are told.
func (s *core) sleepUntil(t *vm.Thread, until, delay time.Duration, tok vm.Value) int {
	task := s.beginSleep(t, until, tok)
	task.Payload.set(s.site(t), delay, &task.Payload)
	s.setTimer(task, until)
	return t.Suspend(slept)
}

// beginSleep notes that the running task is about to sleep on a token.
func (s *core) beginSleep(t *vm.Thread, until time.Duration, tok vm.Value) *task {
	task := taskToWait(t)
	key := s.tokenFor(t, tok)
	s.beginWait(task, Wait{Kind: WaitSleep, Session: s.genID(), Until: until})
	s.waitOn(task, key)
	return task
}

// Yield lets everything that is queued now run first (skynet.yield).
func (s Self) Yield(t *vm.Thread) int { return s.Sleep(t, 0, vm.Nil) }

// Wait suspends the task until Wakeup of the token, which is the running coroutine when
// nil. A table lock tells people, in its field owner, which coroutine is to wake it.
// The result is "BREAK". End the Go function with it.
func (s Self) Wait(t *vm.Thread, tok vm.Value, lock *vm.Table) int {
	task := taskToWait(t)
	key := s.tokenFor(t, tok)
	s.beginWait(task, Wait{Kind: WaitToken})
	task.lock = lock
	s.waitOn(task, key)
	return t.Suspend(slept)
}

// slept ends Sleep and Wait.
func slept(t *vm.Thread) int {
	task := taskOf(t)
	if !task.broken {
		return 0
	}
	task.broken = false
	return t.Return(vm.String("BREAK"))
}

// Wakeup ends the Sleep or Wait of a token; the task runs after the present one gave
// way. It tells whether somebody waited.
func (s Self) Wakeup(tok vm.Value) bool {
	task := s.waiterOn(tokenOf(tok))
	if task == nil {
		return false
	}
	s.wake(task)
	return true
}

// wake ends the wait of a task for a token.
func (s *core) wake(task *task) {
	s.leaveWait(task)
	task.broken = true
	task.wait = Wait{Kind: WaitToken, Since: s.node.clock.Elapsed()}
	s.woken.Push(task)
}

// tokenFor gives the key of a token that nobody waits on yet.
func (s *core) tokenFor(t *vm.Thread, v vm.Value) token {
	if v.IsNil() {
		v = vm.ThreadValue(t)
	}
	key := tokenOf(v)
	if s.waiterOn(key) != nil {
		t.Errorf("a task waits on this token already")
	}
	return key
}

// waiterOn gives the task that waits on a token, or nil.
func (s *core) waiterOn(key token) *task {
	if thread := key.value.AsThread(); thread != nil {
		if t, ok := thread.AsTask().Data().(*task); ok && t.service == s && t.onThread {
			return t
		}
	}
	return s.tokens[key]
}

// waitOn notes that a task waits on a token: in the task when that is its own
// thread, as it mostly is.
func (s *core) waitOn(t *task, key token) {
	if key.value.AsThread() == t.thread {
		t.onThread = true
		return
	}
	if s.tokens == nil {
		s.tokens = map[token]*task{}
	}
	own := key
	t.token = &own
	s.tokens[key] = t
}
