package service

import (
	"context"
	"errors"

	"lunarium/runtime/vm"
)

// ErrWaits: code that was to be run at once waits for something.
var ErrWaits = errors.New("the code waits, which it can't do here")

// RunHere runs a Lua function as a task of its own, at once and to its end,
// whatever the service is doing; it gives the function's results. Code that waits
// is ended with ErrWaits, and code that takes too long as RunOut says. Inside Do.
func (s *Service) RunHere(ctx context.Context, fn vm.Value, args ...vm.Value) ([]vm.Value, error) {
	t := s.newTask(TaskBody, fn, args...)
	t.answered = true
	aside := s.debug.aside
	s.debug.aside = true
	defer func() { s.debug.aside = aside }()
	status, err := s.RunOut(ctx, t.thread)
	switch {
	case status == vm.StatusOK:
		s.drop(t)
		return t.thread.Results(), nil
	case status != vm.StatusError:
		s.cancelTask(t, "it waited")
		return nil, ErrWaits
	}
	s.drop(t)
	if err == nil {
		err = s.Explain(t.thread.Failure())
	}
	return nil, err
}
