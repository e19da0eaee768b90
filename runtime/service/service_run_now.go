package service

import (
	"context"
	"errors"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds code that runs at once, whatever the service is doing.

// ErrWaits: code that was to be run at once waits for something.
var ErrWaits = errors.New("the code waits, which it can't do here")

// RunHere runs a Lua function as a task of its own, at once and to its end, whatever the
// service is doing; it gives the function's results. Code that waits is ended with
// ErrWaits, and code that takes too long as RunOut says.
func (s Self) RunHere(ctx context.Context, fn vm.Value, args ...vm.Value) ([]vm.Value, error) {
	t := s.newTask(TaskBody, fn, args...)
	t.answered = true
	aside := s.debug.aside
	s.debug.aside = true
	defer func() { s.debug.aside = aside }()
	status, err := s.RunOut(ctx, t.thread)
	switch {
	case status == vm.StatusOK:
		s.drop(t)
		return t.thread.AsTask().Results(), nil
	case status != vm.StatusError:
		s.cancelTask(t, "it waited")
		return nil, ErrWaits
	}
	s.drop(t)
	if err == nil {
		err = s.explain(t.thread.AsTask().Failure())
	}
	return nil, err
}

// RunOut runs a task's thread at once until it ends or waits, as no other status. When
// ctx ends before, or Limited's limit is used up, the task is ended, with an
// *EndedError.
func (s Self) RunOut(ctx context.Context, thread *vm.Thread) (vm.Status, error) {
	t, b := thread.AsTask().Data().(*task), s.node.bound(ctx)
	t.handled = &handled{message: message.Message{Extra: &message.Extra{Work: &work{bound: b}}}}
	stop := context.AfterFunc(ctx, func() { b.abandoned.Store(true) })
	defer stop()
	before := s.effort
	s.effort = effort{}
	defer func() { s.effort = before }()
	status := thread.AsTask().Resume()
	for status == vm.StatusPreempted {
		status = thread.AsTask().Resume()
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

// bound makes the bound of code that is run with a context.
func (n *Node) bound(ctx context.Context) *bound {
	b := &bound{}
	if limit, ok := ctx.Value(limitKey{}).(time.Duration); ok && n.config.Virtual {
		b.polls = max(busyPolls, int(limit/boundedPoll))
	}
	return b
}
