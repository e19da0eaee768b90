package vm

import "sync/atomic"

// This file is about a Lua universe: globals, registry, metatables of types, orders from outside.

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

// NewState makes an empty universe: no libraries, an empty global table.
func NewState(config Config) *State {
	s := &State{config: config, seed: config.Seed, budget: pollInterval}
	s.heap = heap{seed: config.Seed, state: s, room: unlimited}
	s.collector = collector{pause: defaultPause, stepMul: defaultPause, majorInc: defaultPause, piece: piecePlaces}
	for i, name := range eventNames {
		s.events[i] = hashBytes(name.p, uint32(name.n), s.seed)
	}
	s.Globals = s.NewTable(0, 0)
	s.Registry = s.NewTable(0, 0)
	return s
}

// Host gives Config.Host. Any goroutine.
func (s *State) Host() any { return s.config.Host }

// Data gives what SetData attached to the state.
func (s *State) Data() any { return s.data }

// SetData attaches what the libraries keep of this state.
func (s *State) SetData(data any) { s.data = data }

// NewTable makes a table with room for elements and fields.
func (s *State) NewTable(elements, fields int) *Table {
	s.ids++
	return newTableSized(&s.heap, s.ids, elements, fields)
}

// NewFunction makes a Go function. The name appears in tracebacks.
func (s *State) NewFunction(name string, run func(*Thread) int) Value {
	s.ids++
	return FunctionValue(&GoFunction{Name: name, Run: run, id: s.ids})
}

// NewUserdata wraps a Go value.
func (s *State) NewUserdata(data any, metatable *Table) *Userdata {
	s.ids++
	u := &Userdata{Data: data, Metatable: metatable, id: s.ids}
	s.notice(UserdataValue(u), metatable)
	return u
}

// NewThread makes a coroutine that will run fn.
func (s *State) NewThread(fn Value) *Thread {
	t := newThread(s)
	*t.at(t.top) = fn
	t.top += valueSize
	return t
}

// SetTypeMetatable sets the metatable that all values of a type share (not for
// tables and userdata, which have their own).
func (s *State) SetTypeMetatable(t Type, metatable *Table) { s.metas[t] = metatable }

// Metatable gives v's metatable or nil.
func (s *State) Metatable(v Value) *Table {
	switch v.hi() {
	case hiTable:
		return v.tab().meta
	case hiUserdata:
		return v.AsUserdata().Metatable
	}
	return s.metas[v.Type()]
}

// SetMetatable gives a table its metatable; nil takes it away.
func (s *State) SetMetatable(t *Table, metatable *Table) {
	t.meta = metatable
	s.notice(TableValue(t), metatable)
}

// SetUserdataMetatable gives a userdata its metatable; nil takes it away.
func (s *State) SetUserdataMetatable(u *Userdata, metatable *Table) {
	u.Metatable = metatable
	s.notice(UserdataValue(u), metatable)
}

// Interrupts that other goroutines may order.
const (
	// InterruptKill ends the running task with an error that Lua cannot catch.
	InterruptKill = 1 << iota
	// InterruptPreempt ends the running task's slice.
	InterruptPreempt
	// InterruptRaise raises an error in the running task, which Lua can catch.
	InterruptRaise
	// InterruptLook has Config.Look called where the running task stands, even
	// inside a Go function that polls. The stacks are whole there, but that
	// function may hold what it has read: look, and change nothing.
	InterruptLook
)

// Interrupt orders the machine to stop at its next poll. It may be called from
// any goroutine.
func (s *State) Interrupt(what uint32) { s.interrupt.Or(what) }

// ClearInterrupt takes orders back.
func (s *State) ClearInterrupt(what uint32) { s.interrupt.And(^what) }
