package service

import (
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds how the senders to a full mailbox wait for room. With
// Config.MailboxLimit a request or send to a service whose mailbox is full makes its
// sender wait, or fail.
//
// What a service's tasks wait to hand on counts as its own load, so that a
// service between a fast sender and a slow receiver fills up too, and the
// sender is slowed.

// roomWait bounds how long a task waits for room, by the node's clock. Services
// that wait for each other's mailboxes come apart by it.
const roomWait = 10 * time.Second

// SetFailWhenFull makes messages to full mailboxes raise errors at once instead of
// waiting (skynet.onfull); it tells what was set.
func (s Self) SetFailWhenFull(fail bool) (before bool) {
	before, s.failFull = s.failFull, fail
	return before
}

// whenRoom goes on with then when a full mailbox has room. It raises when the
// service does not want to wait, or has waited for too long.
func (s *core) whenRoom(t *vm.Thread, dest message.Address, typ message.Type, then func(*vm.Thread) int) int {
	if s.failFull || !t.CanSuspend() {
		t.Errorf("%s", s.node.fullText(dest))
	}
	return s.waitForRoom(t, dest, typ, s.node.clock.Elapsed()+roomWait, then)
}

func (s *core) waitForRoom(t *vm.Thread, dest message.Address, typ message.Type, until time.Duration, then func(*vm.Thread) int) int {
	task := taskOf(t)
	left := until - s.node.clock.Elapsed()
	if left <= 0 {
		s.unblock(task)
		t.Errorf("%s; waited %s", s.node.fullText(dest), roomWait)
	}
	if !task.blocked {
		task.blocked = true
		s.waitlist.blocked.Add(1)
	}
	session := s.genID()
	s.beginWait(task, Wait{Kind: WaitRoom, Session: session, Dest: dest, Until: until})
	task.Payload.set(s.site(t), left/Tick*Tick, &task.Payload)
	s.setTimer(task, until)
	task.sender = &waitingSender{address: s.address, session: session}
	to := s.node.registry.find(dest)
	if to == nil || !to.waitlist.enter(task.sender) || !s.node.full(dest, typ) {
		// It ended, or made room before it could see the waiter.
		s.post(&message.Message{Type: message.TypeResponse, Session: session, Dest: s.address})
	}
	return t.Suspend(func(t *vm.Thread) int {
		if s.node.full(dest, typ) {
			return s.waitForRoom(t, dest, typ, until, then)
		}
		s.unblock(task)
		return then(t)
	})
}

// unblock notes that a task's message was handed on, or never will be. A task
// that was woken in vain stays blocked: if it made room, services that wait for
// each other would wake each other for ever.
func (s *core) unblock(t *task) {
	if t.blocked {
		t.blocked = false
		s.waitlist.blocked.Add(-1)
		s.makeRoom()
	}
}

// atOnce is how many senders are woken at once where messages are not counted.
const atOnce = 10

// makeRoom wakes as many of those who wait as the mailbox has room for, in the
// order in which they came.
func (s *core) makeRoom() {
	if s.waitlist.count.Load() <= 0 {
		return
	}
	free := atOnce
	if limit := s.node.config.MailboxLimit; limit > 0 {
		free = limit - s.load()
	}
	if free > 0 && !s.laden() {
		s.node.wake(s.waitlist.leave(free))
	}
}

func (n *Node) wake(waiters []*waitingSender) {
	for _, w := range waiters {
		n.deliver(&message.Message{Type: message.TypeResponse, Session: w.session, Dest: w.address}, nil)
	}
}
