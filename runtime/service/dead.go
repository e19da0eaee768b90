package service

import (
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/queue"
)

// DeadLetter is a message that nobody handled.
type DeadLetter struct {
	Time    time.Time // of the node's clock
	Source  message.Address
	From    string // the source's name
	Dest    message.Address
	To      string // the receiver's name, or the one that nobody has
	Type    message.Type
	Session int32
	Message string // its values, cut short
	Reason  string
}

// mostDeadText bounds the receiver's name and the reason of a dead letter, in bytes:
// services may send to any name.
const mostDeadText = 1024

// DeadLetters gives the latest messages that nobody handled.
func (n *Node) DeadLetters() *queue.Recent[DeadLetter] { return n.deadLetters }

func (n *Node) addDeadLetter(m *message.Message, reason string) {
	n.addDeadLetterTo(m, n.NameOf(m.Dest), reason)
}

func (n *Node) addDeadLetterTo(m *message.Message, to, reason string) {
	n.deadLetters.Add(DeadLetter{
		Time: n.clock.Now(), Source: m.Source, From: n.NameOf(m.Source), Dest: m.Dest, To: cut(to, mostDeadText),
		Type: m.Type, Session: m.Session, Message: n.preview(m.Payload), Reason: cut(reason, mostDeadText),
	})
}
