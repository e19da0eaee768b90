package service

import (
	"errors"
	"fmt"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds how messages that nobody handled are kept, and sent again.

var (
	// ErrNoLetter: there is no dead letter of that number.
	ErrNoLetter = errors.New("no such dead letter")
	// ErrNotKept: what a dead letter carried was too large to be kept.
	ErrNotKept = errors.New("its values were too large to be kept")
)

// mostDeadPayload is how large a dead letter's payload may be that is kept, so that it can
// be sent again: in bytes.
const mostDeadPayload = 16 << 10

func (n *Node) addDeadLetter(m *message.Message, reason string) {
	n.addDeadLetterTo(m, n.NameOf(m.Dest), reason)
}

func (n *Node) addDeadLetterTo(m *message.Message, to, reason string) {
	letter := DeadLetter{
		ID: n.deadNumber.Add(1), Time: n.clock.Now(), Source: m.Source, From: n.NameOf(m.Source), Dest: m.Dest, To: cut(to, mostDeadText),
		Type: m.Type, Session: m.Session, Reason: cut(reason, mostDeadText),
	}
	letter.carry(n, m.Payload)
	n.deadLetters.Add(letter)
}

// carry gives the letter a payload, which it keeps unless that is too large.
func (d *DeadLetter) carry(n *Node, p message.Payload) {
	d.Message, d.payload = n.preview(p), nil
	if len(p.Raw)+vm.Weight(p.Values) <= mostDeadPayload {
		p.Weight, p.Pooled = 0, false
		d.payload = &p
	}
}

// EditDeadLetter gives a dead letter other values, which must be detached.
func (n *Node) EditDeadLetter(id uint64, p message.Payload) (DeadLetter, error) {
	var edited DeadLetter
	found := n.deadLetters.Change(func(d *DeadLetter) bool { return d.ID == id }, func(d *DeadLetter) {
		d.carry(n, p)
		edited = *d
	})
	if found == 0 {
		return edited, ErrNoLetter
	}
	return edited, nil
}

// ResendDeadLetter sends a dead letter again, to its receiver or, when that is not 0, to
// another, in the name of who sent it. Who waited for an answer had an error long ago:
// nobody waits for this one. What can't be delivered is a dead letter again.
func (n *Node) ResendDeadLetter(id uint64, to message.Address) (DeadLetter, error) {
	kept := false
	taken := n.deadLetters.Remove(func(d *DeadLetter) bool {
		kept = kept || d.ID == id && d.payload == nil
		return d.ID == id && d.payload != nil
	})
	switch {
	case kept:
		return DeadLetter{}, ErrNotKept
	case len(taken) == 0:
		return DeadLetter{}, ErrNoLetter
	}
	letter := taken[0]
	m := message.Message{Type: letter.Type, Source: letter.Source, Dest: letter.Dest, Payload: *letter.payload}
	if to != 0 {
		m.Dest = to
	}
	if m.Dest == 0 { // it was sent to a name, which somebody may have by now
		m.Dest, _ = n.Lookup(letter.To)
	}
	err := fmt.Errorf("%s: %w", letter.Reason, message.ErrDead)
	if m.Dest != 0 {
		letter.Dest = m.Dest
		err = n.Send(m)
	}
	if m.Dest == 0 || errors.Is(err, ErrFull) {
		n.deadLetters.Add(taken[0])
	}
	return letter, err
}
