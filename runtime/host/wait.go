package host

import (
	"time"

	"lunarium/runtime/vm"
)

// This file holds what suspends a task until work outside, or a time, has passed.

// Await suspends the running task until work outside the machine is done: a
// query, a request, a slow file. The service goes on with other tasks. what names
// the work for people. Without a host the state blocks until the work is
// done. Use: return host.Await(t, …).
func Await(t *vm.Thread, what string, start StartWork) int {
	if i := t.State().Isolation(); i != nil {
		return i.Refuse(t, what)
	}
	return of(t.State()).Await(t, what, start)
}

// Watch is Await for what happens when it happens, or never: a client that goes
// away, a subscription's next message. A node with the virtual clock does not
// wait for it.
func Watch(t *vm.Thread, what string, start StartWork) int {
	if i := t.State().Isolation(); i != nil {
		return i.Refuse(t, what)
	}
	return of(t.State()).Watch(t, what, start)
}

// Sleep suspends the running task for a time of the host's clock, at least
// 10 ms, or until Wakeup of the token, a value that no other task sleeps on.
// Unlike Await it is for what another task of this state will do. The results
// are none, or "BREAK" when woken. Use: return host.Sleep(t, …).
func Sleep(t *vm.Thread, d time.Duration, token vm.Value) int {
	if i := t.State().Isolation(); i != nil {
		return i.Refuse(t, "sleep")
	}
	return of(t.State()).Sleep(t, d, token)
}

// Wakeup ends the Sleep of a token; false when no task sleeps on it. Own thread.
func Wakeup(s *vm.State, token vm.Value) bool { return of(s).Wakeup(token) }
