package vm

import "sync/atomic"

// This file is a Lua universe: globals, registry, metatables of types.

// Config says how a state is made.
type Config struct {
	// Seed goes into the hash of strings. All code that a state runs must be
	// predecoded (see Loader) with the same seed.
	Seed uint32
	// Slice is asked, about every 50 µs of Lua, whether the running task should
	// give way: true suspends it with StatusPreempted. nil: never.
	Slice func() bool
	// Stuck is told when a slice ended inside a Go function's own call
	// (Thread.Call), where the task cannot be suspended. nil: nobody is told.
	Stuck func()
	// Raised is the text of the error that InterruptRaise raises; "": skynet's.
	Raised string
	// Look answers InterruptLook. nil: nobody looks.
	Look func()
	// Over is asked at each poll, inside Go functions that poll, too, whether the
	// running task is to be ended there, with an error that Lua code can't catch. polls
	// is 0 where somebody only wants to know. nil: never.
	Over func(polls int) bool
	// Polled is told of each poll at which work was done, inside Go functions that poll, too,
	// and of the function that is about to be called, or Nil. The running thread may be
	// looked at there, and nothing be changed. nil: nobody is told.
	Polled func(before Value)
	// Loaded is told that a chunk of a file is about to be made into a function, unless it
	// was a short time ago. nil: nobody is told.
	Loaded func()
	// Host is what those who run the state offer to libraries (runtime/host); the
	// machine only carries it. nil: nothing.
	Host any
}

// State is one Lua universe. The fields that every resume needs stand together.
type State struct {
	data      any     // the libraries'
	running   *Thread // the thread that executes now
	task      *Thread // the thread that the embedder resumed
	depth     int32   // nested runs of the loop: Thread.Call within Thread.Call
	handling  int32   // message handlers that run
	budget    int32   // back-jumps and calls left before the next poll
	interrupt atomic.Uint32
	outcome   outcome
	entering  bool // the next run starts with begin
	seed      uint32
	trap      *Trap

	traps    uintptr   // counts SetTrap, from 1 to slowCalls-1
	last     *Closure  // the closure without variables of its own made last, see Thread.closureOp
	enter    []Value   // what Resume passes on
	detached *Detached // of Detached
	heap     heap

	Globals   *Table
	Registry  *Table
	config    Config
	ids       uint64
	metas     [typeCount]*Table
	events    [eventCount]uint32    // hashes of the events' names
	instances []instance            // tables of templates
	scratch   []byte                // where short concatenations are put together
	raised    *Error                // of outcomeRaised
	handler   *handling             // the running message handler
	passing   *Thread               // that the trap is not asked about before its next instruction
	bounded   *bounded              // the innermost Try that may take only so long
	isolation *Isolation            // while code is only tried
	lent      atomic.Int64          // bytes of all loans; see Loan
	bound     atomic.Int64          // the memory limit, for goroutines other than the state's own
	closers   map[*Thread][]*func() // by task; see OnClose
	collector collector
	chunks    chunks
}

// handling is a running message handler.
type handling struct {
	thread  *Thread
	above   uintptr // the frame that failed, from the first one on
	allowed int     // the call in C that would overflow
}

// pollInterval is the number of back-jumps and calls between polls.
const pollInterval = 4000

// Host gives Config.Host. Any goroutine.
func (s *State) Host() any { return s.config.Host }

// Data gives what SetData attached to the state.
func (s *State) Data() any { return s.data }

// SetData attaches what the libraries keep of this state.
func (s *State) SetData(data any) { s.data = data }

// Seed is the seed of the state's hashes.
func (s *State) Seed() uint32 { return s.seed }
