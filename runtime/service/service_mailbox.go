package service

import (
	"errors"
	"fmt"
	"math"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds when a mailbox is full. Answers, timers, and system and debug messages
// are always taken.
//
// The mailbox of a service with a memory limit is full, too, when its messages weigh
// more than that. Answers can't wait; one that is too heavy becomes the error "not
// enough memory".

// ErrFull: the receiver's mailbox is full.
var ErrFull = errors.New("mailbox is full")

// FullError says whose mailbox is full; it matches ErrFull.
type FullError struct{ text string }

func (e *FullError) Error() string { return e.text }

// Is matches ErrFull.
func (e *FullError) Is(target error) bool { return target == ErrFull }

// load is what counts against the limit.
func (s *core) load() int { return s.QueueLen() + int(s.waitlist.blocked.Load()) }

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
func (s *core) laden() bool {
	limit := s.memLimit.Load()
	return limit > 0 && s.weight.Load() > limit
}

// fullText says that a mailbox is full.
func (n *Node) fullText(a message.Address) string {
	if s := n.registry.find(a); s != nil && s.laden() {
		return fmt.Sprintf("the mailbox of %s is full: its messages take more than the service's memory limit, %d bytes", s.describe(), s.MemLimit())
	}
	return fmt.Sprintf("the mailbox of %s %s is full: %d messages", n.NameOf(a), a, n.config.MailboxLimit)
}

// bytesOfMessage is what a message weighs besides its payload.
const bytesOfMessage = 128

// weigh notes the weight of a message to a service with a memory limit. An answer that
// is too heavy becomes a failure, which its caller gets as its own.
func (s *core) weigh(m *message.Message) {
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
