package service

import (
	"context"
	"errors"
	"time"

	"lunarium/runtime/vm"
)

// This file holds the error that people raise in what a service runs.

// ErrIdle: no Lua code of the service is running.
var ErrIdle = errors.New("nothing is running")

// Interrupt raises an error in the task that the service is running, which Lua
// can catch (skynet's signal 0). The error is ErrIdle when none is: a waiting
// task is not interrupted.
func (s *Service) Interrupt(ctx context.Context) error {
	if s.stuck.Load() {
		// It can't be asked, but what it runs can be inside a Go function that
		// calls Lua.
		if machine := s.machine.Load(); machine != nil {
			machine.Interrupt(vm.InterruptRaise)
			return nil
		}
	}
	var failure error
	err := s.runReading(ctx, func() {
		if s.current == nil {
			failure = ErrIdle
			return
		}
		s.state.Interrupt(vm.InterruptRaise)
		s.countAsLive() // what the error does is waited for
	})
	if err == nil && failure == nil && !s.node.Clock().Virtual() {
		// What the error logs stands before the answer, as with the virtual clock,
		// whose node comes to rest first.
		ctx, cancel := context.WithTimeout(ctx, raiseWait)
		defer cancel()
		s.do(ctx, func() {})
	}
	return errors.Join(err, failure)
}

// raiseWait is how long an interrupted task may take to end.
const raiseWait = time.Second
