package host

import "lunarium/runtime/vm"

// This file holds what starts tasks of a state from outside, on any goroutine.

// Post starts a task that runs body on the state's own thread, where it may
// wait. false: the state has ended, or it has no host that could run tasks.
func Post(s *vm.State, what string, body func(*vm.Thread) int) bool {
	return of(s).Post(what, TraceContext{}, body, nil)
}

// Request is Post for a task whose end somebody outside waits for. When Request
// gives true, ended is called once, on the state's own thread; with vm.ErrKilled
// when the task was ended from outside or never ran.
// The request came with the headers of a trace, perhaps.
func Request(s *vm.State, what string, trace TraceContext, body func(*vm.Thread) int, ended TaskEnded) bool {
	return of(s).Post(what, trace, body, ended)
}

// Tidy is Post for a task that gives back what a task held that was ended. It ends by
// itself, or with the state; nobody ends it before, since nobody would give that back.
func Tidy(s *vm.State, what string, body func(*vm.Thread) int) bool {
	return of(s).Tidy(what, body)
}
