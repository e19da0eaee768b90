package host

import (
	"net"
	"time"

	"lunarium/runtime/files"
	"lunarium/runtime/vm"
)

// This file says what a Host is, and how a state without one behaves.

// Host is what those who run a state offer to Go functions that deal with the world
// outside the machine.
type Host struct {
	// Await suspends the running task until work outside is done; see
	// the function Await.
	Await func(t *vm.Thread, what string, start StartWork) int
	// Watch is Await for what may never happen; see the function Watch.
	Watch func(t *vm.Thread, what string, start StartWork) int
	// AtRest is Await for what is known already: the task goes on with then when the state's node has nothing
	// else to do, of several tasks the one of the lowest rank first.
	AtRest func(t *vm.Thread, what string, rank int, then func(*vm.Thread) int) int
	// Post starts a task from any goroutine; see Request. ended may be nil.
	Post func(what string, trace TraceContext, body func(*vm.Thread) int, ended TaskEnded) bool
	// TraceOf gives the trace that the running task belongs to.
	TraceOf func(t *vm.Thread) TraceContext
	// Tidy is Post for a task that is nobody's; see the function Tidy.
	Tidy func(what string, body func(*vm.Thread) int) bool
	// Sleep suspends the running task until a time has passed or its token is
	// woken; see the function Sleep. Wakeup wakes it.
	Sleep  func(t *vm.Thread, d time.Duration, token vm.Value) int
	Wakeup func(token vm.Value) bool
	// Files gives the budget of what the state's libraries have open.
	Files func() *files.Budget
	// Listen and Dial have what is open to the outside shown to people and
	// counted; see the functions of their names.
	Listen func(kind string, open func() (net.Listener, error)) (net.Listener, error)
	Dial   func(kind string, open func() (net.Conn, error)) (net.Conn, error)
	// Opened counts what libraries have open; see the function Opened.
	Opened func() (closed func())
	// Readings gives who takes part in what is read of the world now; nil: nobody does.
	Readings func() *Readings
	// Gone is closed when the state has ended, so that what libraries opened for
	// it (listeners, pools) can be closed; nil is never.
	Gone <-chan struct{}
}

// Reading is what Lua code has read of the world: a variable of the environment, the machine's clock,
// a file.
type Reading struct {
	Function string // that read, as os.getenv
	Argument string // of which; "": there is only one
	Text     string // what was read; with None why there is nothing, or ""
	None     bool   // there is nothing: the function gives nil
	// Asked is the question that Text answers, as package recorded writes it; with None it was asked
	// just now, and nothing is known yet. nil: nothing had to be waited for.
	Asked *Asked
	// Rank says of given answers in which order they come, those of all services: the lowest first.
	Rank int
}

// Asked is a question that waits for its answer.
type Asked struct{ Function, Argument string }

// Readings take part in what a state reads. They are called on the goroutine that runs it.
type Readings struct {
	// Given completes a reading of which the function and the argument are set, in the place of
	// the world; place is where the code reads, "main.lua:7: ". false: the world is read.
	Given func(r *Reading, place string) bool
	// Note is told of what was read of the world.
	Note func(Reading)
}

// TraceContext are the headers of W3C's Trace Context. The zero value: of no trace.
type TraceContext struct{ Parent, State string }

// StartWork sets work outside the machine going. It calls finish once, from any
// goroutine and perhaps before it returns; the function that finish is given
// goes on in the task, on the state's own thread. cancel, which may be nil,
// abandons the work, which calls finish nevertheless, as soon as it has ended; it can
// be called after that.
type StartWork func(finish func(then func(*vm.Thread) int)) (cancel func())

// TaskEnded hears how a task ended: nil, or why it failed. settled: the host
// need not report the failure. It must be quick.
type TaskEnded func(err error) (settled bool)

// of gives the host of a state.
func of(s *vm.State) *Host {
	if h, ok := s.Host().(*Host); ok {
		return h
	}
	return alone
}

// alone is the host of a state that was made without one: it blocks, takes no tasks,
// and limits and shows nothing.
var alone = &Host{
	Await: block, Watch: block,
	AtRest: func(t *vm.Thread, _ string, _ int, then func(*vm.Thread) int) int { return then(t) },
	Post:   func(string, TraceContext, func(*vm.Thread) int, TaskEnded) bool { return false },
	Tidy:   func(string, func(*vm.Thread) int) bool { return false },
	Sleep: func(_ *vm.Thread, d time.Duration, _ vm.Value) int {
		time.Sleep(d)
		return 0
	},
	Wakeup:   func(vm.Value) bool { return false },
	TraceOf:  func(*vm.Thread) TraceContext { return TraceContext{} },
	Files:    func() *files.Budget { return nil },
	Readings: func() *Readings { return nil },
	Listen:   func(_ string, open func() (net.Listener, error)) (net.Listener, error) { return open() },
	Dial:     func(_ string, open func() (net.Conn, error)) (net.Conn, error) { return open() },
	Opened:   func() func() { return func() {} },
}

func block(t *vm.Thread, _ string, start StartWork) int {
	done := make(chan func(*vm.Thread) int, 1)
	start(func(then func(*vm.Thread) int) { done <- then })
	return (<-done)(t)
}
