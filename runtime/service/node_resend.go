package service

import (
	"errors"
	"fmt"

	"lunarium/runtime/message"
)

// This file sends dead letters again.

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
