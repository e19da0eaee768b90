package vm

// Outside is what a state's embedder offers to Go functions that deal with the
// world outside the machine. Await and Post are set both or neither.
type Outside struct {
	// Await suspends the running task until work outside is done; see
	// Thread.Await.
	Await func(t *Thread, what string, start StartWork) int
	// Watch is Await for what may never happen; see Thread.Watch. nil: Await.
	Watch func(t *Thread, what string, start StartWork) int
	// Post starts a task from any goroutine; see State.Request. ended may be nil.
	Post func(what string, body func(*Thread) int, ended func(error)) bool
	// Gone is closed when the state has ended, so that what libraries opened for
	// it (listeners, pools) can be closed; nil is never.
	Gone <-chan struct{}
}

// StartWork sets work outside the machine going. It calls finish once, from any
// goroutine and perhaps before it returns; the function that finish is given
// goes on in the task, on the state's own thread. cancel, which may be nil,
// abandons the work; it can be called after the work is done.
type StartWork func(finish func(then func(*Thread) int)) (cancel func())

// Await suspends the running task until work outside the machine is done: a
// query, a request, a slow file. The service goes on with other tasks. what names
// the work for people. Without an embedder the state blocks until the work is
// done. Use: return t.Await(…).
func (t *Thread) Await(what string, start StartWork) int {
	if i := t.state.isolation; i != nil {
		return i.refuse(t, what)
	}
	return t.state.config.Outside.Await(t, what, start)
}

// Watch is Await for what happens when it happens, or never: a client that goes
// away, a subscription's next message. A node with the virtual clock does not
// wait for it.
func (t *Thread) Watch(what string, start StartWork) int {
	if i := t.state.isolation; i != nil {
		return i.refuse(t, what)
	}
	return t.state.config.Outside.Watch(t, what, start)
}

// Post starts a task that runs body on the state's own thread, where it may
// wait; it may be called from any goroutine. false: the state has ended, or it
// has no embedder that could run tasks.
func (s *State) Post(what string, body func(*Thread) int) bool {
	return s.config.Outside.Post(what, body, nil)
}

// Request is Post for a task whose end somebody outside waits for. When Request
// gives true, ended is called once, on the state's own thread: with nil, or with
// why the task failed; with ErrKilled when it was ended from outside or never
// ran. It must be quick.
func (s *State) Request(what string, body func(*Thread) int, ended func(error)) bool {
	return s.config.Outside.Post(what, body, ended)
}

// Gone is closed when the state has ended; nil when that is never told.
func (s *State) Gone() <-chan struct{} { return s.config.Outside.Gone }

// isolation is how code is tried without effects outside the machine.
type isolation struct {
	handlers *Table
	refuse   func(t *Thread, what string) int
}

// Isolate lets code be tried without effects outside the machine, until restore
// is called: refuse stands in for Await and Watch, and what Hold is given goes to
// handlers. What happens outside meanwhile is posted as ever.
func (s *State) Isolate(handlers *Table, refuse func(t *Thread, what string) int) (restore func()) {
	s.isolation = &isolation{handlers, refuse}
	return func() { s.isolation = nil }
}

// Isolated tells whether the code that runs must leave the world as it is.
func (s *State) Isolated() bool { return s.isolation != nil }

// alone is Outside for a state without an embedder.
func alone() Outside {
	await := func(t *Thread, _ string, start StartWork) int {
		done := make(chan func(*Thread) int, 1)
		start(func(then func(*Thread) int) { done <- then })
		return (<-done)(t)
	}
	return Outside{
		Await: await, Watch: await,
		Post: func(string, func(*Thread) int, func(error)) bool { return false },
	}
}
