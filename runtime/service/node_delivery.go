package service

import (
	"fmt"

	"lunarium/runtime/message"
)

// This file holds how messages come to their receivers.

// deliver puts a message into its receiver's mailbox; false when there is no
// such receiver. w is the calling worker or nil.
func (n *Node) deliver(m *message.Message, w *worker) bool {
	if s := n.registry.find(m.Dest); s != nil {
		m.Sent = n.about(w)
		if s.memLimit.Load() > 0 {
			s.weigh(m)
		}
		length, ok := s.box.Put(m, n.clock.Elapsed)
		if !ok {
			return false
		}
		if length > 0 {
			s.Error(fmt.Sprintf("May overload, message queue length = %d", length))
		}
		n.spend(costMessage + int(s.queue.Load())/costQueue)
		s.notify(w)
		return true
	}
	switch {
	case m.Dest == message.NodeAddress:
		n.handle(m)
		return true
	case m.Dest.IsClient():
		return n.registry.client(m.Dest).take(m)
	}
	return false
}

// take gets a message for the client; c may be nil. It keeps answers alone: what a service
// sends to it on its own account is read by nobody.
func (c *Client) take(m *message.Message) bool {
	if c == nil {
		return false
	}
	if m.Type != message.TypeResponse && m.Type != message.TypeError {
		if m.WantsAnswer() {
			c.node.reply(m, &message.Failure{Reason: message.ErrRefused, Service: c.address, Name: c.name, Text: c.name + " answers no calls"})
		}
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	call, ok := c.pending[m.Session]
	if ok {
		delete(c.pending, m.Session)
		call.answer <- *m
	}
	return ok
}

// reply answers m with a failure; false when the caller is gone.
func (n *Node) reply(m *message.Message, f *message.Failure) bool {
	answer := message.Message{Type: message.TypeError, Session: m.Session, Source: m.Dest, Dest: m.Source, Extra: &message.Extra{Failure: f}}
	return n.deliver(&answer, nil)
}

// Send delivers a message from outside a service. The error is ErrDead with
// the reason, and the message a dead letter then; or ErrFull.
func (n *Node) Send(m message.Message) error {
	if n.full(m.Dest, m.Type) {
		return &FullError{n.fullText(m.Dest)}
	}
	if n.deliver(&m, nil) {
		return nil
	}
	reason := n.absence(m.Dest)
	n.addDeadLetter(&m, reason)
	return fmt.Errorf("%s: %w", reason, message.ErrDead)
}

// post delivers a message from this service; nobody hears of it when there is
// no receiver.
func (s *core) post(m *message.Message) bool { return s.node.deliver(m, s.worker) }
