package service

import "lunarium/runtime/message"

// This file holds how messages that nobody handled are kept.

func (n *Node) addDeadLetter(m *message.Message, reason string) {
	n.addDeadLetterTo(m, n.NameOf(m.Dest), reason)
}

func (n *Node) addDeadLetterTo(m *message.Message, to, reason string) {
	n.deadLetters.Add(DeadLetter{
		Time: n.clock.Now(), Source: m.Source, From: n.NameOf(m.Source), Dest: m.Dest, To: cut(to, mostDeadText),
		Type: m.Type, Session: m.Session, Message: n.preview(m.Payload), Reason: cut(reason, mostDeadText),
	})
}
