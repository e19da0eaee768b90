package service

import (
	"time"

	"lunarium/runtime/message"
)

// This file holds what tasks are made for, what they wait for, and what people see of
// them.

// TaskKind says what a task was made for.
type TaskKind uint8

// The kinds of task.
const (
	TaskStart TaskKind = iota
	TaskMessage
	TaskFork
	TaskTimeout
	TaskBody      // a Go body that Client.Run started
	TaskPosted    // a Go body that a library posted: a request, a subscription's message
	TaskFinalizer // runs __gc metamethods outside other tasks
	TaskTidy      // a Go body of a library that gives back what an ended task held
)

var taskKinds = [...]string{"start", "message", "fork", "timeout", "console", "outside", "finalizer", "clean-up"}

// String gives the kind as people read it.
func (k TaskKind) String() string { return taskKinds[k] }

// MarshalText gives what String does.
func (k TaskKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// WaitKind says what a task waits for.
type WaitKind uint8

// What a task may wait for.
const (
	WaitNone     WaitKind = iota
	WaitCall              // the answer to a call
	WaitSleep             // a time
	WaitToken             // a wakeup
	WaitTimer             // a time-out that is not due yet
	WaitFork              // a fork's turn
	WaitAwait             // work outside the service
	WaitRoom              // room in a full mailbox
	WaitDebugger          // a debugger, which stopped it
)

var waitKinds = [...]string{"", "call", "sleep", "wait", "timer", "fork", "await", "room", "debugger"}

// String gives the kind as people read it.
func (k WaitKind) String() string { return waitKinds[k] }

// MarshalText gives what String does.
func (k WaitKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Wait says what a task waits for.
type Wait struct {
	Kind    WaitKind
	Session int32
	Dest    message.Address // WaitCall: who was called; WaitRoom: whose mailbox; WaitAwait: the service that is launched, or 0
	Command string          // WaitCall: the message's command; WaitAwait: what it is
	Since   time.Duration
	Until   time.Duration // WaitSleep, WaitTimer, WaitRoom: when, as Clock.Elapsed
}

// TaskInfo is a task as people see it.
type TaskInfo struct {
	ID        uint64 // for KillTask
	Thread    string // as tostring prints the thread; "thread: none" while it has none
	Kind      TaskKind
	Running   bool            // it runs now, or was stopped at the end of its slice
	Session   int32           // of the message that it handles; 0: it handles a send or none
	Source    message.Address // of that message
	From      string          // the source's name
	Handling  string          // the message's command
	Wait      Wait
	WaitFor   string        // the name of who was called, launched, or whose mailbox is full
	Behind    uint64        // WaitToken: the task that holds the lock which it waits for; 0: none, or it is not known
	Orphaned  bool          // WaitToken: the task that held the lock has ended without leaving it
	At        string        // the line at which it stands, "main.lua:12"
	Answered  bool          // it handles a request that it has answered, or will not answer
	Promised  bool          // it gave the right to answer away (skynet.response)
	Site      string        // the line that made it, of a fork or time-out
	Created   time.Duration // as Clock.Elapsed
	Traceback string        // of the Lua stack; of a task that has not begun, what TraceTimeouts noted
}
