package host

import (
	"net"

	"lunarium/runtime/files"
	"lunarium/runtime/vm"
)

// This file holds what libraries open for a state and close when it has ended, and the
// budget of files that they take it from.

// Gone is closed when the state has ended; nil when that is never told.
func Gone(s *vm.State) <-chan struct{} { return of(s).Gone }

// Opened notes that a library has opened something for the state, a pool or a
// listener, that it closes when the state has ended, at the latest. It calls
// closed when that is done, from any goroutine; whoever ends the state can wait
// for it.
func Opened(s *vm.State) (closed func()) { return of(s).Opened() }

// Listen opens a listener that is shown to people, with its connections, until they
// are closed; all of them are files of the state's. kind is what it is for ("http
// server").
func Listen(s *vm.State, kind string, open func() (net.Listener, error)) (net.Listener, error) {
	return of(s).Listen(kind, open)
}

// Dial is Listen for a connection that a library makes ("postgres").
func Dial(s *vm.State, kind string, open func() (net.Conn, error)) (net.Conn, error) {
	return of(s).Dial(kind, open)
}

// Files gives the budget of what libraries have open for the state; nil when there is
// no limit.
func Files(s *vm.State) *files.Budget { return of(s).Files() }

// TakeFiles takes from the state's budget for what a Go function opens. Where there is
// no room, objects that can't be reached any more are finalized first, which may hold
// some. The error is a *files.TooMany.
func TakeFiles(t *vm.Thread, n int) (give func(), err error) {
	budget := Files(t.State())
	give, err = budget.Take(n)
	if err != nil && t.State().Collector().Reclaim(t) {
		give, err = budget.Take(n)
	}
	if err == nil {
		t.State().Collector().NoteHeld()
	}
	return give, err
}
