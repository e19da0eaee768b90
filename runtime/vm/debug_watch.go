package vm

// This file holds what debuggers have: their faces of threads and states, hooks and
// traps.

// ThreadDebug is a thread as debuggers and the debug library see it: its calls with their
// variables, its hook, the threads around it. A call is meant by its level: 0 is the
// running function, 1 its caller.
type ThreadDebug struct{ t *Thread }

// Debug gives what debuggers ask of the thread.
func (t *Thread) Debug() ThreadDebug { return ThreadDebug{t} }

// StateDebug is a state as debuggers see it: what it has loaded, what can be reached, and
// the trap.
type StateDebug struct{ s *State }

// Debug gives what debuggers ask of the state.
func (s *State) Debug() StateDebug { return StateDebug{s} }

// HookMask says which events a hook is called for.
type HookMask uint8

const (
	HookCall HookMask = 1 << iota
	HookReturn
	HookLine
	HookCount
)

// hook is a thread's debug hook. While one is set that looks at lines or counts,
// the thread runs the armed program, in which every instruction stops here first.
type hook struct {
	fn      Value
	mask    HookMask
	count   int // instructions between count events
	left    int
	line    int // of the last instruction that the line hook looked at
	pc      int // its index
	running bool
}

// armed tells whether the hook wants to see every instruction.
func (h *hook) armed() bool { return h != nil && h.mask&(HookLine|HookCount) != 0 }

// Trap is how a debugger stops tasks: before an instruction of a Lua function,
// with the whole stack intact. It costs nothing while there is none. While one is
// set, every call takes the slow path, and the calls that it wants run the armed
// program. Its functions are called on the state's own goroutine and must not
// suspend.
type Trap struct {
	// Wants tells whether a call of a function is to be looked at. depth counts
	// the active calls of the running task up to this one, its coroutines
	// included.
	Wants func(c *Code, depth int) bool
	// Stop is asked before each instruction of such a call, and of calls that
	// are looked at for a hook. true suspends the task with StatusTrapped, where
	// t.CanSuspend; when it is resumed, it goes on with that instruction, and Stop
	// is not asked about it again.
	Stop func(t *Thread, c *Code, index, depth int) bool
	// Raised is asked about each error before the stack is unwound, once; caught tells
	// whether a protected call takes it. ThreadDebug.Raising gives the error. true suspends the
	// task with StatusTrapped, where t.CanSuspend; when it is resumed, the error goes on. One
	// that leaves a call made by a Go function is asked about where it comes out; one that is
	// caught in such a call is asked about where the task can't be suspended. nil: nobody asks.
	Raised func(t *Thread, caught bool) bool
}
