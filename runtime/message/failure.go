package message

import (
	"errors"
	"fmt"
	"strings"

	"lunarium/runtime/visible"
)

// This file is what is told instead of an answer.

// Why a call got no answer; a Failure matches one of them with errors.Is.
var (
	// ErrRaised: the handler raised an error.
	ErrRaised = errors.New("the handler raised an error")
	// ErrDead: there is no such service, or it had ended before the message came.
	ErrDead = errors.New("no such service")
	// ErrExited: the service exited before it answered.
	ErrExited = errors.New("the service exited")
	// ErrKilled: the service or the task that was to answer was killed.
	ErrKilled = errors.New("killed")
	// ErrUnanswered: the handler ended without an answer.
	ErrUnanswered = errors.New("the handler did not answer")
	// ErrRefused: the receiver has no handler for the message's protocol.
	ErrRefused = errors.New("no handler for the protocol")
	// ErrStart: the service did not start.
	ErrStart = errors.New("the service did not start")
	// ErrStandsStill: the virtual clock must move before there can be an answer,
	// or the service loops without end.
	ErrStandsStill = errors.New("nothing more happens until the clock moves")
	// ErrStopped: the node has stopped.
	ErrStopped = errors.New("the node has stopped")
	// ErrStuck: the service is inside a Go function; it can be looked at and
	// killed, but answers no other question.
	ErrStuck = errors.New("inside a long library call, which only a kill ends early")
)

// Failure is the reason for a missing answer, and one link of the chain of
// calls that led to it: Cause is the failure of the call that the handler made.
type Failure struct {
	Reason   error   // one of the Err values above
	Service  Address // who failed
	Name     string  // its name
	Source   Address // whose message it handled
	From     string  // the source's name, such as "the console"
	Type     Type    // the message's protocol
	Handling string  // the message's command: its first value when that is a string, else ""
	Text     string  // the error as Lua's callers see it
	// Traceback is "stack traceback:\n\t…" of the task that failed, or "".
	Traceback string
	Cause     *Failure
	Crash     uint64 // its number among the errors that nobody caught; 0: none
}

// Error gives Text.
func (f *Failure) Error() string { return f.Text }

// Unwrap gives Reason.
func (f *Failure) Unwrap() error { return f.Reason }

// Chain lists the failed calls, the outermost first.
func (f *Failure) Chain() []*Failure {
	var chain []*Failure
	for ; f != nil; f = f.Cause {
		chain = append(chain, f)
	}
	return chain
}

// Where says who failed at what: `chat :00000002, handling "join" from the console`.
func (f *Failure) Where() string {
	where := fmt.Sprintf("%s %s", visible.Line(f.Name), f.Service)
	if f.From == "" {
		return where
	}
	if f.Handling == "" {
		return fmt.Sprintf("%s, handling a %s message from %s", where, f.Type, visible.Line(f.From))
	}
	return fmt.Sprintf("%s, handling %s from %s", where, visible.Quote(f.Handling), visible.Line(f.From))
}

// Report gives the error, its traceback and the chain of calls behind it, as a
// log shows them.
func (f *Failure) Report() string {
	var b strings.Builder
	b.WriteString(f.Text)
	if f.Traceback != "" {
		b.WriteString("\n")
		b.WriteString(f.Traceback)
	}
	for cause := f.Cause; cause != nil; cause = cause.Cause {
		fmt.Fprintf(&b, "\nbecause of %s: %s", cause.Where(), cause.Text)
		if cause.Traceback != "" {
			b.WriteString("\n")
			b.WriteString(cause.Traceback)
		}
	}
	return b.String()
}
