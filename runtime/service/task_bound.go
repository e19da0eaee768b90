package service

import (
	"context"
	"sync/atomic"
	"time"
)

// This file holds how long code may go on that somebody waits for, and how long it has.

// bound is how long code may go on that somebody outside waits for. Whatever the code
// does when that is over, it is ended: between two instructions, or inside a library
// function that polls.
type bound struct {
	polls     int         // of the machine without a wait, with the virtual clock, see effort.spent; 0: any number
	abandoned atomic.Bool // nobody waits for the code any longer
	begun     bool        // own thread: the code has a task, or had one
	was       *TaskInfo   // own thread: what the code was doing when it was ended
}

// limitKey is the context's key for Limited's limit.
type limitKey struct{}

// Limited gives a context that bounds how long code may go on without waiting that
// somebody runs inside a service. With the virtual clock that is counted in polls of the
// machine, so that the same code ends at the same place each time, and never before it
// counts as endlessly busy; with the real clock the end of the context decides alone.
func Limited(ctx context.Context, d time.Duration) context.Context {
	return context.WithValue(ctx, limitKey{}, d)
}

// isAbandoned tells whether nobody waits any longer for code with the bound, which may be nil.
func (b *bound) isAbandoned() bool { return b != nil && b.abandoned.Load() }

// ended tells whether code with the bound, which may be nil, was ended; own thread, or
// when the code is known to have ended.
func (b *bound) ended() bool { return b != nil && b.was != nil }

// effort is how long a task has gone on, in polls of the machine.
type effort struct {
	polls  int
	waited int // those that stand for waiting in a Go function
	made   int // bytes that it has taken
}

// madePerPoll is how many bytes count as much as a poll towards a bound: about what is
// made in that time by code that does little else. What has a bound is not to fill the
// machine's memory before that is over.
const madePerPoll = 32 << 10

// spent gives the polls that count towards a bound.
func (e effort) spent() int { return e.polls + e.made/madePerPoll }

// worked gives the polls without those that stand for waiting.
func (e effort) worked() int { return e.polls - e.waited }

const (
	// busyPolls is how many polls make a task endlessly busy: it is no longer
	// waited for when the node settles.
	busyPolls = 2000
	// boundedPoll is what a poll counts towards the limit of Limited: several times what it
	// takes, so that the count and not the caller's patience decides.
	boundedPoll = 250 * time.Microsecond
)

// patience gives the polls of work after which a task with the bound, which may be nil,
// is endlessly busy.
func patience(b *bound) int {
	if b == nil {
		return busyPolls
	}
	return max(busyPolls, b.polls)
}

// EndedError says that code was ended because it took too long.
type EndedError struct {
	Task TaskInfo // what it was doing
	Err  error
}

func (e *EndedError) Error() string { return e.Err.Error() + "; the code was ended" }

// Unwrap gives why the code was not waited for longer.
func (e *EndedError) Unwrap() error { return e.Err }

// NotBegunError says that code did not begin while somebody waited for it, and will not.
type NotBegunError struct{ Err error }

func (e *NotBegunError) Error() string { return e.Err.Error() + "; the code did not begin" }

// Unwrap gives why the code was not waited for longer.
func (e *NotBegunError) Unwrap() error { return e.Err }
