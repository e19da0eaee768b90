package service

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lunarium/runtime/message"
)

// This file holds what people see of the messages that wait for a service, and how they
// take one out.

// WaitingMessage is a message that waits to be handled, as people see it.
type WaitingMessage struct {
	Number  uint64 // as the service was sent it: the first message was 1
	Waited  time.Duration
	Source  message.Address
	From    string // the source's name
	Type    message.Type
	Session int32
	Message string // its values, cut short
}

var (
	// ErrNoMessage: no message of that number waits.
	ErrNoMessage = errors.New("no such message waits")
	// ErrAwaited: a task waits for the message.
	ErrAwaited = errors.New("a task waits for this answer, and would for ever")
	// ErrOthersWork: the message is work of a library or a session, which hears of its end.
	ErrOthersWork = errors.New("it is no message of a service")
)

// WaitingMessages lists the messages that wait, the oldest first, and tells how many there
// are. When the service does not come to answer, those that it has not taken yet are
// listed, beside the error.
func (s *Service) WaitingMessages(ctx context.Context, most int) (list []WaitingMessage, total int, err error) {
	now := s.node.clock.Elapsed()
	add := func(number uint64, m *message.Message) bool {
		if len(list) == most {
			return false
		}
		list = append(list, s.waitingMessage(number, m, now))
		return true
	}
	err = s.runReading(ctx, func() {
		s.inbox.Each(add)
		s.box.Each(add)
		total = s.inbox.Left() + s.box.Length()
	})
	if err != nil && !errors.Is(err, message.ErrDead) {
		s.box.Each(add)
		total = s.QueueLen()
	}
	return list, total, err
}

func (s *core) waitingMessage(number uint64, m *message.Message, now time.Duration) WaitingMessage {
	w := WaitingMessage{
		Number: number, Waited: max(0, now-m.Sent), Source: m.Source, Type: m.Type, Session: m.Session, Message: s.node.preview(m.Payload),
	}
	switch work := workOf(m); {
	case m.Source != 0:
		w.From = s.node.NameOf(m.Source)
	case work != nil && work.posted != 0:
		w.From = "outside"
	case m.Type == message.TypeResponse:
		w.From = "a timer"
	}
	if work := workOf(m); work != nil && work.body != nil {
		w.Message = work.what
	}
	return w
}

// DropMessage takes a message that waits out, and gives it to the dead letters. Who waits
// for an answer to it gets an error.
func (s *Service) DropMessage(ctx context.Context, number uint64) (WaitingMessage, error) {
	m, dropped, err := s.takeOut(ctx, number)
	if err != nil {
		return dropped, err
	}
	const why = "was dropped by an operator"
	if m.WantsAnswer() {
		text := fmt.Sprintf("the request to %s %s", s.describe(), why)
		f := s.failure(&m, message.ErrKilled, text)
		f.Handling = m.Command()
		s.node.reply(&m, f)
	}
	s.node.addDeadLetter(&m, "it "+why)
	return dropped, nil
}

// MoveMessage takes a message that waits out and gives it to another service, which
// answers whoever sent it.
func (s *Service) MoveMessage(ctx context.Context, number uint64, to *Service) (WaitingMessage, error) {
	m, moved, err := s.takeOut(ctx, number)
	if err != nil {
		return moved, err
	}
	m.Dest, m.Weight = to.address, 0
	if s.node.deliver(&m, nil) {
		return moved, nil
	}
	absence := s.node.absence(to.address)
	if m.WantsAnswer() {
		s.node.reply(&m, s.failure(&m, message.ErrDead, absence))
	}
	s.node.addDeadLetter(&m, absence)
	return moved, fmt.Errorf("%s: %w", absence, message.ErrDead)
}

// takeOut takes a message out on the service's own thread, or out of the mailbox when the
// service does not come to it.
func (s *Service) takeOut(ctx context.Context, number uint64) (m message.Message, was WaitingMessage, err error) {
	doErr := s.runReading(ctx, func() {
		if m, was, err = s.takeFrom(&s.inbox, number); errors.Is(err, ErrNoMessage) {
			m, was, err = s.takeFrom(&s.box, number)
		}
		s.publishQueue()
		s.makeRoom()
	})
	switch {
	case errors.Is(doErr, message.ErrDead):
		return m, was, doErr
	case doErr != nil:
		if m, was, err = s.takeFrom(&s.box, number); errors.Is(err, ErrNoMessage) {
			err = doErr
		}
	}
	if err == nil && m.Weight > 0 {
		s.weight.Add(-int64(m.Weight))
	}
	return m, was, err
}

// waiting is a mailbox, or what was taken from it and not handled.
type waiting interface {
	Each(f func(number uint64, m *message.Message) bool)
	Remove(number uint64) (message.Message, bool)
}

// takeFrom takes a message out unless somebody would wait for it in vain.
func (s *core) takeFrom(from waiting, number uint64) (m message.Message, was WaitingMessage, err error) {
	err = ErrNoMessage
	from.Each(func(n uint64, m *message.Message) bool {
		if n != number {
			return true
		}
		was = s.waitingMessage(n, m, s.node.clock.Elapsed())
		switch {
		case m.Type == message.TypeResponse || m.Type == message.TypeError:
			err = ErrAwaited
		case workOf(m) != nil:
			err = ErrOthersWork
		default:
			err = nil
		}
		return false
	})
	if err != nil {
		return m, was, err
	}
	m, ok := from.Remove(number)
	if !ok { // its service took it meanwhile
		err = ErrNoMessage
	}
	return m, was, err
}
