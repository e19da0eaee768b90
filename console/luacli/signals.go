package luacli

import (
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"

	"lunarium/runtime/vm"
)

// This file turns an interrupt into an error of the code that runs.

// signals makes an error in the running code of an interrupt, as the reference
// interpreter does (lua.c, laction): of the first one, the next one ends the process.
type signals struct {
	state *vm.State
	first chan os.Signal // nil while no code runs
	spent atomic.Bool    // the first has come
}

// raise has interrupts raised until lower is called.
func (s *signals) raise() (lower func()) {
	first, done := make(chan os.Signal, 1), make(chan struct{})
	ended := make(chan struct{})
	s.first = first
	s.spent.Store(false)
	signal.Notify(first, os.Interrupt)
	go func() {
		defer close(ended)
		select {
		case <-first:
			s.spent.Store(true)
			signal.Stop(first)
			s.state.Interrupt(vm.InterruptRaise)
		case <-done:
		}
	}()
	return func() {
		signal.Stop(first)
		close(done)
		<-ended
		s.first = nil
		s.state.ClearInterrupt(vm.InterruptRaise)
	}
}

// leave leaves what the terminal's keys send to a command that has the terminal, until
// undo is called, as system does in C.
func (s *signals) leave() (undo func()) {
	ignored := make(chan os.Signal, 1)
	signal.Notify(ignored, os.Interrupt, syscall.SIGQUIT)
	if s.first == nil || s.spent.Load() {
		return func() { signal.Stop(ignored) }
	}
	signal.Stop(s.first)
	return func() {
		// Stop waits until what has come has been delivered: to those that ignore it.
		flush := make(chan os.Signal, 1)
		signal.Notify(flush, os.Interrupt)
		signal.Stop(flush)
		signal.Notify(s.first, os.Interrupt)
		signal.Stop(ignored)
	}
}
