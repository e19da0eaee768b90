package vm

import (
	"net"
	"slices"
	"time"

	"lunarium/runtime/files"
)

// Outside is what a state's embedder offers to Go functions that deal with the
// world outside the machine. All functions are set or none.
type Outside struct {
	// Await suspends the running task until work outside is done; see
	// Thread.Await.
	Await func(t *Thread, what string, start StartWork) int
	// Watch is Await for what may never happen; see Thread.Watch. nil: Await.
	Watch func(t *Thread, what string, start StartWork) int
	// Post starts a task from any goroutine; see State.Request. ended may be nil.
	Post func(what string, body func(*Thread) int, ended TaskEnded) bool
	// Tidy is Post for a task that is nobody's; see State.Tidy.
	Tidy func(what string, body func(*Thread) int) bool
	// Sleep suspends the running task until a time has passed or its token is
	// woken; see Thread.Sleep. Wakeup wakes it; see State.Wakeup.
	Sleep  func(t *Thread, d time.Duration, token Value) int
	Wakeup func(token Value) bool
	// Files gives the budget of what the state's libraries have open; nil: there is no
	// limit.
	Files func() *files.Budget
	// Listen and Dial have what is open to the outside shown to people and
	// counted, see State.Listen; nil: nothing is.
	Listen func(kind string, open func() (net.Listener, error)) (net.Listener, error)
	Dial   func(kind string, open func() (net.Conn, error)) (net.Conn, error)
	// Opened counts what libraries have open, see State.Opened; nil: nobody does.
	Opened func() (closed func())
	// Gone is closed when the state has ended, so that what libraries opened for
	// it (listeners, pools) can be closed; nil is never.
	Gone <-chan struct{}
}

// StartWork sets work outside the machine going. It calls finish once, from any
// goroutine and perhaps before it returns; the function that finish is given
// goes on in the task, on the state's own thread. cancel, which may be nil,
// abandons the work, which calls finish nevertheless, as soon as it has ended; it can
// be called after that.
type StartWork func(finish func(then func(*Thread) int)) (cancel func())

// Await suspends the running task until work outside the machine is done: a
// query, a request, a slow file. The service goes on with other tasks. what names
// the work for people. Without an embedder the state blocks until the work is
// done. Use: return t.Await(…).
func (t *Thread) Await(what string, start StartWork) int {
	if i := t.state.isolation; i != nil {
		return i.Refuse(t, what)
	}
	return t.state.config.Outside.Await(t, what, start)
}

// Watch is Await for what happens when it happens, or never: a client that goes
// away, a subscription's next message. A node with the virtual clock does not
// wait for it.
func (t *Thread) Watch(what string, start StartWork) int {
	if i := t.state.isolation; i != nil {
		return i.Refuse(t, what)
	}
	return t.state.config.Outside.Watch(t, what, start)
}

// Post starts a task that runs body on the state's own thread, where it may
// wait; it may be called from any goroutine. false: the state has ended, or it
// has no embedder that could run tasks.
func (s *State) Post(what string, body func(*Thread) int) bool {
	return s.config.Outside.Post(what, body, nil)
}

// Tidy is Post for a task that gives back what a task held that was ended. It ends by
// itself, or with the state; nobody ends it before, since nobody would give that back.
func (s *State) Tidy(what string, body func(*Thread) int) bool {
	return s.config.Outside.Tidy(what, body)
}

// TaskEnded hears how a task ended: nil, or why it failed. settled: the embedder
// need not report the failure. It must be quick.
type TaskEnded func(err error) (settled bool)

// Request is Post for a task whose end somebody outside waits for. When Request
// gives true, ended is called once, on the state's own thread; with ErrKilled
// when the task was ended from outside or never ran.
func (s *State) Request(what string, body func(*Thread) int, ended TaskEnded) bool {
	return s.config.Outside.Post(what, body, ended)
}

// Sleep suspends the running task for a time of the embedder's clock, at least
// 10 ms, or until Wakeup of the token, a value that no other task sleeps on.
// Unlike Await it is for what another task of this state will do. The results
// are none, or "BREAK" when woken. Use: return t.Sleep(…).
func (t *Thread) Sleep(d time.Duration, token Value) int {
	if i := t.state.isolation; i != nil {
		return i.Refuse(t, "sleep")
	}
	return t.state.config.Outside.Sleep(t, d, token)
}

// Wakeup ends the Sleep of a token; false when no task sleeps on it. Own thread.
func (s *State) Wakeup(token Value) bool { return s.config.Outside.Wakeup(token) }

// OnClose has f called, on the state's own thread, when the running task is
// ended from outside while it is suspended (CloseTask): what a library holds
// for the task is to be let go then. keep takes that back; whoever called
// OnClose calls it when the task itself lets go. When the whole state ends
// nothing is called but Gone is closed.
func (t *Thread) OnClose(f func()) (keep func()) {
	s, task := t.state, t.state.task
	if s.closers == nil {
		s.closers = map[*Thread][]*func(){}
	}
	s.closers[task] = append(s.closers[task], &f)
	return func() {
		rest := slices.DeleteFunc(s.closers[task], func(g *func()) bool { return g == &f })
		if s.closers[task] = rest; len(rest) == 0 {
			delete(s.closers, task)
		}
	}
}

// Gone is closed when the state has ended; nil when that is never told.
func (s *State) Gone() <-chan struct{} { return s.config.Outside.Gone }

// Opened notes that a library has opened something for the state, a pool or a
// listener, that it closes when the state has ended, at the latest. It calls
// closed when that is done, from any goroutine; whoever ends the state can wait
// for it.
func (s *State) Opened() (closed func()) {
	if s.config.Outside.Opened == nil {
		return func() {}
	}
	return s.config.Outside.Opened()
}

// Isolation is how code is tried without effects outside the machine; see
// Universe. What happens outside meanwhile is posted as ever.
type Isolation struct {
	// Handlers takes what Hold is given.
	Handlers *Table
	// Refuse stands in for Await, Watch and Sleep.
	Refuse func(t *Thread, what string) int
	// Act stands in for the functions that Effect made.
	Act func(t *Thread, what string, quiet bool) int
}

// Effect makes a library function of one that does something outside the state: run
// is not called while code is only tried. what names it for people. quiet: nothing
// is lost when it does nothing, since nobody needs its results, or the state has
// done the same when it began.
func Effect(what string, quiet bool, run func(*Thread) int) func(*Thread) int {
	return func(t *Thread) int {
		if i := t.state.isolation; i != nil {
			return i.Act(t, what, quiet)
		}
		return run(t)
	}
}

// Isolate has code in the state's own universe tried without effects outside the
// machine, until restore is called. What it writes stays.
func (s *State) Isolate(i *Isolation) (restore func()) {
	s.isolation = i
	return func() { s.isolation = nil }
}

// Isolated tells whether the code that runs must leave the world as it is.
func (s *State) Isolated() bool { return s.isolation != nil }

// Listen opens a listener that is shown to people, with its connections, until they
// are closed; all of them are files of the state's. kind is what it is for ("http
// server"). Any goroutine.
func (s *State) Listen(kind string, open func() (net.Listener, error)) (net.Listener, error) {
	if s.config.Outside.Listen == nil {
		return open()
	}
	return s.config.Outside.Listen(kind, open)
}

// Dial is Listen for a connection that a library makes ("postgres").
func (s *State) Dial(kind string, open func() (net.Conn, error)) (net.Conn, error) {
	if s.config.Outside.Dial == nil {
		return open()
	}
	return s.config.Outside.Dial(kind, open)
}

// Files gives the budget of what libraries have open for the state; nil when there is
// no limit. Any goroutine.
func (s *State) Files() *files.Budget {
	if s.config.Outside.Files == nil {
		return nil
	}
	return s.config.Outside.Files()
}

// TakeFiles takes from the state's budget for what a Go function opens. Where there is
// no room, objects that can't be reached any more are finalized first, which may hold
// some.
func (t *Thread) TakeFiles(n int) (give func(), err error) {
	s := t.state
	budget := s.Files()
	give, err = budget.Take(n)
	if err != nil && s.isolation == nil && s.collector.suspended == 0 && s.mayHoldFiles() {
		s.Collect()
		t.Finalize()
		give, err = budget.Take(n)
	}
	if err == nil {
		s.collector.opened++
	}
	return give, err
}

// collectFor is how much memory a state may have for a cycle at each file that it is
// refused, in bytes; of a larger one a cycle takes long, and comes more rarely.
const collectFor = 1 << 20

// mayHoldFiles tells whether to look for objects that hold files and can't be reached:
// files were opened since that was done, or it was not done for some time.
func (s *State) mayHoldFiles() bool {
	c := &s.collector
	if c.refused += collectFor; len(c.finalizable) == 0 || c.opened == 0 && c.refused < s.heap.live {
		return false
	}
	c.opened, c.refused = 0, 0
	return true
}

// alone is Outside for a state without an embedder.
func alone() Outside {
	await := func(t *Thread, _ string, start StartWork) int {
		done := make(chan func(*Thread) int, 1)
		start(func(then func(*Thread) int) { done <- then })
		return (<-done)(t)
	}
	return Outside{
		Await: await, Watch: await,
		Post: func(string, func(*Thread) int, TaskEnded) bool { return false },
		Tidy: func(string, func(*Thread) int) bool { return false },
		Sleep: func(_ *Thread, d time.Duration, _ Value) int {
			time.Sleep(d)
			return 0
		},
		Wakeup: func(Value) bool { return false },
	}
}
