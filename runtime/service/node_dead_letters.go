package service

import (
	"errors"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds how messages that nobody handled are kept.

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
