package service

import (
	"sync/atomic"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/queue"
	"lunarium/runtime/visible"
)

// This file holds what is kept of the past for people to look at: log lines, dead
// letters, messages that services have taken.

// LogEntry is what skynet.error or the node itself had to say.
type LogEntry struct {
	Time    time.Time // of the node's clock
	Service message.Address
	Name    string
	Text    string // without a newline at its end; may have several lines
}

// String gives the entry as a log file shows it: "[:00000008] text".
func (e LogEntry) String() string { return "[" + e.Service.String() + "] " + visible.Entry(e.Text) }

// kept gives the entry as it is kept.
func (e LogEntry) kept() LogEntry {
	e.Text = cut(e.Text, mostLogText)
	return e
}

// mostLogText is how much of a line is kept for people to look at later, in bytes; the
// output gets all of it.
const mostLogText = 16 << 10

// DeadLetter is a message that nobody handled.
type DeadLetter struct {
	ID      uint64    // for the node's functions about dead letters
	Time    time.Time // of the node's clock
	Source  message.Address
	From    string // the source's name
	Dest    message.Address
	To      string // the receiver's name, or the one that nobody has
	Type    message.Type
	Session int32
	Message string // its values, cut short
	Reason  string

	payload *message.Payload // nil: it was too large to be kept
}

// mostDeadText bounds the receiver's name and the reason of a dead letter, in bytes:
// services may send to any name.
const mostDeadText = 1024

// Handled is a message that a service has taken, and what became of it.
type Handled struct {
	Number   uint64          // of the messages that were recorded, from 1
	Time     time.Time       // when it was taken from the mailbox, by the node's clock
	Service  message.Address // that took it
	Name     string          // the service's
	Source   message.Address
	From     string // the source's name
	Type     string // the protocol's usual name; "outside" for what a library let in
	Session  int32
	Args     string        // the message's values, as Lua writes them
	Whole    bool          // Args has all of them
	Queued   time.Duration // how long it had waited
	Running  bool          // the handler has not ended
	Took     time.Duration // until the handler had ended, by the node's clock
	Answered time.Duration // until it was answered; 0 unless that was after the handler's end
	Reply    string        // the answer's values; "" when there was none
	Error    string        // the error that the handler ended with, or that was answered
}

// logLines is how many lines of a log are kept for people to look at.
const logLines = 1000

// keepDeadLetters is how many dead letters are.
const keepDeadLetters = 1000

// lazyRecent makes its log when it is first asked for.
type lazyRecent[T any] struct {
	log atomic.Pointer[queue.Recent[T]]
}

func (l *lazyRecent[T]) get(limit int) *queue.Recent[T] {
	if l.log.Load() == nil {
		l.log.CompareAndSwap(nil, queue.NewRecent[T](limit))
	}
	return l.log.Load()
}
