package service

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"lunarium/runtime/files"
	"lunarium/runtime/message"
	"lunarium/runtime/queue"
	"lunarium/runtime/vm"
)

// This file holds a service: its parts, and what it tells anybody of itself.

// Service is a Lua state with a mailbox, as others see it. Its methods may be called
// from any goroutine, and so may Tracing's; those of its other faces are for its own
// thread.
type Service struct{ core }

// Self is a service on its own thread: for Go functions that its Lua code calls, a
// Handler, and what Do runs. Whoever keeps it uses it there alone.
type Self struct{ *core }

// Of gives the service that a thread runs in.
func Of(t *vm.Thread) Self { return Self{taskOf(t).service} }

// Tracing is a service for who follows its messages; any goroutine may.
type Tracing struct{ *core }

// Tracing gives the service to who follows its messages.
func (s *Service) Tracing() Tracing { return Tracing{&s.core} }

// Debugging is a service on its own thread for its debugger.
type Debugging struct{ *core }

// Debugging gives the service to its debugger.
func (s Self) Debugging() Debugging { return Debugging(s) }

// Reloading is a service on its own thread for who exchanges its code.
type Reloading struct{ Self }

// Reloading gives the service to who exchanges its code.
func (s Self) Reloading() Reloading { return Reloading{s} }

// core is a service as the node sees it. Its exported methods are those that all faces
// have: any goroutine may call them. The others are for the service's own thread, but
// for those that order something or deliver.
//
// The fields that every message needs stand together: with many services, what
// takes time is to fetch them from memory.
type core struct {
	node      *Node
	address   message.Address
	runState  atomic.Uint32 // runIdle and so on
	asked     atomic.Uint32 // what others want of the worker: askStart, askDo, askEnd
	stuck     atomic.Bool
	ready     atomic.Bool
	takesNone atomic.Bool // see TakesNoMessages
	box       message.Mailbox
	waitlist  waitlist
	profiles  measured // that measure the service

	workerOnly

	// Counters, written by the worker and read by all.
	cpu        atomic.Int64  // nanoseconds of finished slices
	since      atomic.Int64  // start of the latest slice, as Clock.monotonic
	busySince  atomic.Int64  // when the task got going that did not end in one slice; 0: there is none
	others     atomic.Uint64 // messages that it did not take: answers, timers, questions
	queue      atomic.Int64  // messages taken but not handled
	oldestSent atomic.Int64  // when the first of these was sent, as Clock.Elapsed
	tasks      atomic.Int64
	tracing    atomic.Pointer[tracing] // nil: nothing is traced

	ringReaders

	memLimit atomic.Int64
	weight   atomic.Int64 // of the messages that wait; counted while there is a limit
	spec     Spec
	path     string // file of the main chunk, "" when it came from a string
	base     string // name of the file without directory and extension
	born     time.Time
	gone     chan struct{} // closed when the service has ended

	openResources openResources
	stepCount     stepCount
	fileBudget    atomic.Pointer[files.Budget] // see FileBudget

	orders struct {
		mu     sync.Mutex
		do     []*order // by Do
		ending *ending  // by Kill
		closed bool
	}
	code     *vm.Code                      // the main chunk
	launched func(*core, *message.Failure) // told once how the start went
	machine  atomic.Pointer[vm.State]      // state, for Interrupt
	logs     lazyRecent[LogEntry]
	had      []string // its names, once they are forgotten; the registry's
}

// workerOnly is the part of a service that only its worker touches.
type workerOnly struct {
	state      *vm.State
	worker     *worker
	current    *task // resumed, and neither waiting nor ended
	spare      *task // pooled tasks
	live       *task // all tasks with something to do, latest first
	taskIDs    uint64
	taskCount  int
	ending     *ending
	preempted  bool        // current was stopped by the end of its slice
	collecting bool        // a collection that Collect began stands in the middle
	collected  int         // the bytes that it found
	deferred   bool        // orders wait for a collection's end
	news       bool        // the mailbox may have messages that were not there when it was last emptied
	failFull   bool        // a full mailbox is an error and not waited for
	endless    atomic.Bool // current does not count as live any more; Status reads it
	session    int32
	polls      int    // of the machine, in this slice
	effort     effort // since current got going
	made       int    // what the state had made at its last poll
	inbox      message.Inbox
	written    ringWriter
	log        *messageLog
	args       []vm.Value
	debug      debugging
	turn       *turn // for profiles; nil until the first of them
	woken      queue.FIFO[*task]
	forks      queue.FIFO[*task]
	sessions   sessions // tasks, by the session that they wait for
	later      sessions // time-outs without a task, likewise
	arrived    arrived

	used []int32 // sessions in use when the numbers wrapped, those to come
	registered
	trial       *Registered            // that is entered
	loadForks   []*LoadTask            // forks that a reload has set
	settings    map[string]string      // that the service made in the node's environment
	loadedFiles map[string]*vm.Code    // by path, as they were loaded last
	tokens      map[token]*task        // who sleeps or waits on which token
	callSites   map[codeLine]*callSite // where timers were set
	setBy       map[int32]string       // by session: the stacks that set time-outs, with TraceTimeouts
	tags        int
	answers     map[*Answer]struct{}
	warned      map[string]bool // what it was warned of already
	versions    []Version
	version     int   // number of the current one; 0: the versions were never asked for
	findings    any   // see SetFindings
	undone      []int // versions that redo goes to, the next one last
}

// newWorkerOnly makes what is not zero in a new service.
func newWorkerOnly() workerOnly {
	return workerOnly{registered: nothingRegistered()}
}

// Address gives the service's number.
func (s *core) Address() message.Address { return s.address }

// Node gives the service's node.
func (s *core) Node() *Node { return s.node }

// Spec gives what the service was launched with.
func (s *core) Spec() Spec { return s.spec }

// Path gives the file of the main chunk, "" for a service from a string.
func (s *core) Path() string { return s.path }

// Born gives when the service was launched, by the node's clock.
func (s *Service) Born() time.Time { return s.born }

// Gone is closed when the service has ended.
func (s *Service) Gone() <-chan struct{} { return s.gone }

// Base gives the name of the service's file without directory and extension,
// or the chunk's name.
func (s *core) Base() string { return s.base }

// CommandLine gives what skynet's LIST shows: "snlua chat_room 8 x".
func (s *core) CommandLine() string {
	line := "snlua " + s.spec.title()
	if len(s.spec.Args) > 0 {
		line += " " + strings.Join(s.spec.Args, " ")
	}
	return line
}

// State gives the service's Lua state.
func (s Self) State() *vm.State { return s.state }

// TakesNoMessages tells whether the service's file set neither a start function nor a handler, so
// that it takes no messages: a fragment of a service, perhaps, or a module.
func (s *Service) TakesNoMessages() bool { return s.takesNone.Load() }

// QueueLen gives the number of messages that wait to be handled.
func (s *core) QueueLen() int { return s.box.Length() + int(s.queue.Load()) }

// MemLimit gives the bound, in bytes; 0: there is none.
func (s *core) MemLimit() int { return int(s.memLimit.Load()) }
