package service

import (
	"time"

	"lunarium/runtime/message"
)

// TaskKind says what a task was made for.
type TaskKind uint8

// The kinds of task.
const (
	TaskStart TaskKind = iota
	TaskMessage
	TaskFork
	TaskTimeout
	TaskBody      // a Go body that Service.Run started
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
	Dest    message.Address // WaitCall: who was called; WaitRoom: whose mailbox
	Command string          // WaitCall: the message's command; WaitAwait: what it is
	Since   time.Duration
	Until   time.Duration // WaitSleep, WaitTimer, WaitRoom: when, as Clock.Elapsed
}
