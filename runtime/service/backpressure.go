package service

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file bounds mailboxes. With Config.MailboxLimit a request or send to a
// service whose mailbox is full makes its sender wait, or fail. Answers, timers,
// and system and debug messages are always taken.
//
// The mailbox of a service with a memory limit is full, too, when its messages weigh
// more than that. Answers can't wait; one that is too heavy becomes the error "not
// enough memory".
//
// What a service's tasks wait to hand on counts as its own load, so that a
// service between a fast sender and a slow receiver fills up too, and the
// sender is slowed.

// ErrFull: the receiver's mailbox is full.
var ErrFull = errors.New("mailbox is full")

// FullError says whose mailbox is full; it matches ErrFull.
type FullError struct{ text string }

func (e *FullError) Error() string { return e.text }

// Is matches ErrFull.
func (e *FullError) Is(target error) bool { return target == ErrFull }

// roomWait bounds how long a task waits for room, by the node's clock. Services
// that wait for each other's mailboxes come apart by it.
const roomWait = 10 * time.Second

// waitlist is who waits for room in a service's mailbox.
type waitlist struct {
	count   atomic.Int32 // waiters
	blocked atomic.Int32 // tasks of the service itself that wait elsewhere
	mu      sync.Mutex
	waiters []*waitingSender
}

// waitingSender is a task that waits under a session.
type waitingSender struct {
	service *Service
	session int32
	gone    atomic.Bool // it waits no more
}

// load is what counts against the limit.
func (s *Service) load() int { return s.QueueLen() + int(s.waitlist.blocked.Load()) }

// full tells whether a mailbox has no room for a message of a type.
func (n *Node) full(a message.Address, typ message.Type) bool {
	limit := n.config.MailboxLimit
	if limit <= 0 && !n.limited.Load() || typ == message.TypeSystem || typ == message.TypeDebug {
		return false
	}
	s := n.registry.find(a)
	return s != nil && (limit > 0 && s.load() >= limit || s.laden())
}

// laden tells whether the messages that wait weigh more than the service may hold.
func (s *Service) laden() bool {
	limit := s.memLimit.Load()
	return limit > 0 && s.weight.Load() > limit
}

// bytesOfMessage is what a message weighs besides its payload.
const bytesOfMessage = 128

// weigh notes the weight of a message to a service with a memory limit. An answer that
// is too heavy becomes a failure, which its caller gets as its own.
func (s *Service) weigh(m *message.Message) {
	weight := len(m.Raw)
	if !m.Packed {
		weight = vm.Weight(m.Values)
	}
	if m.Type == message.TypeResponse && weight > 0 && s.weight.Load()+int64(weight) > s.memLimit.Load() {
		*m = message.Message{Type: message.TypeError, Session: m.Session, Source: m.Source, Dest: m.Dest, Extra: &message.Extra{Failure: &message.Failure{
			Reason: message.ErrRaised, Service: s.address, Name: s.Name(), Source: m.Source, From: s.node.NameOf(m.Source), Text: vm.MemoryText,
		}}}
		return
	}
	m.Weight = uint32(min(weight+bytesOfMessage, math.MaxUint32))
	s.weight.Add(int64(m.Weight))
}

// fullText says that a mailbox is full.
func (n *Node) fullText(a message.Address) string {
	if s := n.registry.find(a); s != nil && s.laden() {
		return fmt.Sprintf("the mailbox of %s is full: its messages take more than the service's memory limit, %d bytes", s.describe(), s.MemLimit())
	}
	return fmt.Sprintf("the mailbox of %s %s is full: %d messages", n.NameOf(a), a, n.config.MailboxLimit)
}

// SetFailWhenFull makes messages to full mailboxes raise errors at once instead
// of waiting (skynet.onfull); it tells what was set. Own thread.
func (s *Service) SetFailWhenFull(fail bool) (before bool) {
	before, s.failFull = s.failFull, fail
	return before
}

// whenRoom goes on with then when a full mailbox has room. It raises when the
// service does not want to wait, or has waited for too long.
func (s *Service) whenRoom(t *vm.Thread, dest message.Address, typ message.Type, then func(*vm.Thread) int) int {
	if s.failFull || !t.CanSuspend() {
		t.Errorf("%s", s.node.fullText(dest))
	}
	return s.waitForRoom(t, dest, typ, s.node.clock.Elapsed()+roomWait, then)
}

func (s *Service) waitForRoom(t *vm.Thread, dest message.Address, typ message.Type, until time.Duration, then func(*vm.Thread) int) int {
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
	session := s.GenID()
	s.await(task, Wait{Kind: WaitRoom, Session: session, Dest: dest, Until: until})
	task.Payload.set(s.site(t), left/Tick*Tick, &task.Payload)
	s.setTimer(task, until)
	task.sender = &waitingSender{service: s, session: session}
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
func (s *Service) unblock(t *task) {
	if t.blocked {
		t.blocked = false
		s.waitlist.blocked.Add(-1)
		s.makeRoom()
	}
}

// enter adds a waiter; false when the service has ended.
func (r *waitlist) enter(w *waitingSender) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.count.Load() < 0 {
		return false
	}
	r.waiters = append(r.waiters, w)
	r.count.Add(1)
	return true
}

// leave takes the first waiters out, up to a number.
func (r *waitlist) leave(count int) (first []*waitingSender) {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := 0
	for taken < len(r.waiters) && len(first) < count {
		if w := r.waiters[taken]; !w.gone.Load() {
			first = append(first, w)
		}
		taken++
	}
	r.waiters = slices.Delete(r.waiters, 0, taken)
	r.count.Store(int32(len(r.waiters)))
	return first
}

// close takes all waiters out and refuses further ones.
func (r *waitlist) close() []*waitingSender {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count.Store(-1)
	return r.waiters
}

// atOnce is how many senders are woken at once where messages are not counted.
const atOnce = 10

// makeRoom wakes as many of those who wait as the mailbox has room for, in the
// order in which they came.
func (s *Service) makeRoom() {
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
		n.deliver(&message.Message{Type: message.TypeResponse, Session: w.session, Dest: w.service.address}, nil)
	}
}
