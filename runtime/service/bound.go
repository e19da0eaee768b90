package service

import (
	"context"
	"sync/atomic"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// bound is how long code may go on that somebody outside waits for. Whatever the code
// does when that is over, it is ended: between two instructions, or inside a library
// function that polls.
type bound struct {
	polls     int         // of the machine without a wait, with the virtual clock, see effort.spent; 0: any number
	abandoned atomic.Bool // nobody waits for the code any longer
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

// bound makes the bound of code that is run with a context.
func (n *Node) bound(ctx context.Context) *bound {
	b := &bound{}
	if limit, ok := ctx.Value(limitKey{}).(time.Duration); ok && n.config.Virtual {
		b.polls = max(busyPolls, int(limit/boundedPoll))
	}
	return b
}

// isAbandoned tells whether nobody waits any longer for code with the bound, which may be nil.
func (b *bound) isAbandoned() bool { return b != nil && b.abandoned.Load() }

// ended tells whether code with the bound, which may be nil, was ended; own thread, or
// when the code is known to have ended.
func (b *bound) ended() bool { return b != nil && b.was != nil }

// overBound is the machine's question whether the running task has gone on for longer than
// it may.
func (s *Service) overBound(polls int) bool {
	if s.ending != nil && polls > 1 {
		polls *= finalizerWait
	}
	s.effort.polls += polls
	if polls > 1 {
		s.effort.waited += polls
	}
	made := s.state.Made()
	s.effort.made += max(0, made-s.made)
	s.made = made
	if !s.endless.Load() {
		s.spend(polls * costPoll)
	}
	running := s.state.Task()
	switch {
	case s.ending != nil: // finalizers run
		return s.effort.polls > finalizerPolls
	case running == nil:
		return false
	}
	t := running.Data().(*task)
	b := t.bound()
	if b == nil || !b.abandoned.Load() && (b.polls == 0 || s.effort.spent() < b.polls) {
		if s.effort.worked() >= patience(b) {
			s.countAsEndless() // inside a Go function, too, from which it can't give way
		}
		return false
	}
	if b.was == nil {
		info := s.taskInfo(t)
		b.was = &info
	}
	return true
}

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

// endWait bounds the wait for a service to let go of code that is ended.
const endWait = time.Second

// endBody ends the task of code that nobody waits for any more; false when that is not
// known to have begun, or the service does not come out of a Go function.
func (n *Node) endBody(dest message.Address, b *bound) (ended bool) {
	b.abandoned.Store(true)
	s := n.Service(dest)
	if s == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), endWait)
	defer cancel()
	err := s.Do(ctx, func(*vm.State) {
		for t := s.live; t != nil; t = t.next {
			if t.bound() == b {
				info := s.taskInfo(t)
				b.was = &info
				s.cancelTask(t, "it took too long")
				return
			}
		}
	})
	return err == nil && b.ended()
}

// RunOut runs a task's thread at once until it ends or waits, as no other status. When
// ctx ends before, or Limited's limit is used up, the task is ended, with an
// *EndedError. Inside Do.
func (s *Service) RunOut(ctx context.Context, thread *vm.Thread) (vm.Status, error) {
	t, b := thread.Data().(*task), s.node.bound(ctx)
	t.handled = &handled{message: message.Message{Extra: &message.Extra{Work: &work{bound: b}}}}
	stop := context.AfterFunc(ctx, func() { b.abandoned.Store(true) })
	defer stop()
	before := s.effort
	s.effort = effort{}
	defer func() { s.effort = before }()
	status := s.state.Resume(thread)
	for status == vm.StatusPreempted {
		status = s.state.Resume(thread)
	}
	if !b.ended() {
		return status, nil
	}
	err := ctx.Err()
	if err == nil {
		err = context.DeadlineExceeded
	}
	return status, &EndedError{*b.was, err}
}
