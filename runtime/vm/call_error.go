package vm

import (
	"errors"
	"fmt"

	"lunarium/runtime/number"
)

// This file holds errors of Lua code, and how a run of the machine ended.

// Error is a Lua error on its way: any value, with the traceback of the place
// that raised it when the error left a task.
type Error struct {
	Value     Value
	Text      string // what Error gives; "": ErrorText of Value
	Traceback string // "" or "stack traceback:\n\t…" as debug.traceback gives it
	// GoStack tells where a Go function of the program itself went wrong.
	GoStack string
	status  Status
	handled bool // Value is what a message handler made of the error
	asked   bool // the trap was asked about it
	trail   trail
	died    []*Thread // coroutines that it ended on its way out of a task, innermost first
	bounded *bounded  // statusKilled: what is ended; nil: the task
}

// Error gives the error's text, or the error value as the reference interpreter
// prints it.
func (e *Error) Error() string {
	if e.Text != "" {
		return e.Text
	}
	return ErrorText(e.Value)
}

// ErrorText gives the text of an error value: strings and numbers as they are,
// others by their type.
func ErrorText(v Value) string {
	switch {
	case v.IsString():
		return v.str()
	case v.IsNumber():
		return number.Format(v.num())
	default:
		return fmt.Sprintf("(error object is a %s value)", v.Type())
	}
}

// Status tells how a run of the machine ended.
type Status uint8

const (
	StatusOK         Status = iota // the task's function returned
	StatusSuspended                // Thread.Suspend was called, or the main coroutine yielded
	StatusPreempted                // the slice is used up; Resume goes on
	StatusError                    // the task failed
	StatusTrapped                  // Trap.Stop said so; Resume goes on
	statusHandlerErr               // an error while running a message handler
	statusKilled
	statusMemory // no message handler hears of it
)

// ErrKilled is matched by the error of a task that State.Interrupt(Kill) or
// Config.Over ended.
var ErrKilled = errors.New("killed")

// Is matches ErrKilled.
func (e *Error) Is(target error) bool { return target == ErrKilled && e.status == statusKilled }

// outcome is why the run loop has been left.
type outcome uint8

const (
	outcomeNone      outcome = iota
	outcomeBoundary          // the function of a Thread.Call returned
	outcomeDone              // the task's function returned
	outcomeSuspended         // Thread.Suspend
	outcomePreempted         // the slice is used up
	outcomeTrapped           // Trap.Stop
	outcomeError             // the task failed
	outcomeRaised            // Thread.Raise: the error is to be thrown
)

// trail tells from where in a message handler an error came.
type trail struct {
	place string // of the error
	calls int    // in C, that of the handler included
	last  string // where the last of them was made that is allowed
}

// bounded is a Try that may take only so long.
type bounded struct {
	outer *bounded
	left  int // polls
}

// KeyError is why a key cannot be stored: "index is nil" or "index is NaN".
type KeyError string

func (e KeyError) Error() string { return string(e) }

// Errors that more than one part of the machine raises.
const (
	cOverflow       = "C stack overflow"
	errorInHandling = "error in error handling"
)
