package service

import (
	"context"
	"errors"
	"fmt"

	"lunarium/runtime/vm"
)

// ErrWaits: code that was to be run at once waits for something.
var ErrWaits = errors.New("the code waits, which it can't do here")

// RunHere runs a Lua function as a task of its own, at once and to its end,
// whatever the service is doing; it gives the function's results. Code that waits
// is ended with ErrWaits, and code that runs on when ctx ends with ctx's error.
// Inside Do.
func (s *Service) RunHere(ctx context.Context, fn vm.Value, args ...vm.Value) ([]vm.Value, error) {
	t := s.newTask(TaskBody, fn, args...)
	t.answered = true
	aside := s.debug.aside
	s.debug.aside = true
	stop := context.AfterFunc(ctx, func() { s.state.Interrupt(vm.InterruptPreempt) })
	defer func() {
		stop()
		s.state.ClearInterrupt(vm.InterruptPreempt)
		s.debug.aside = aside
	}()
	for {
		switch s.state.Resume(t.thread) {
		case vm.StatusOK:
			s.drop(t)
			return t.thread.Results(), nil
		case vm.StatusError:
			s.drop(t)
			return nil, t.thread.Failure()
		case vm.StatusPreempted:
			if ctx.Err() == nil {
				continue
			}
			s.cancelTask(t, "it took too long")
			return nil, fmt.Errorf("the code took too long: %w", ctx.Err())
		default:
			s.cancelTask(t, "it waited")
			return nil, ErrWaits
		}
	}
}
