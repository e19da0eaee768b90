package vm

// This file holds traps, which stop a task before an instruction.

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
}

// slowCalls is above every Thread.fastFrame that makes calls take the slow path,
// and below every address of a frame. While a trap is set, fastFrame is the number
// of the SetTrap that the thread's frames were last armed for.
const slowCalls = 1 << 20

// SetTrap sets the trap, or takes it away when it is nil. It must not be called
// while a task runs. Setting a trap again makes it look at all calls anew.
func (s *State) SetTrap(trap *Trap) {
	s.trap, s.passing = trap, nil
	if s.traps++; s.traps == slowCalls {
		s.traps = 1
	}
}

// upToDate tells whether the thread knows of the state's trap. Frames that are
// armed for a trap which is gone find that out by themselves.
func (t *Thread) upToDate() bool {
	if t.state.trap == nil {
		return t.fastFrame >= slowCalls || t.hook != nil
	}
	return t.fastFrame == t.state.traps
}

// arm brings a thread that is about to run up to date with the trap. depth is
// that of the calls below it.
func (t *Thread) arm(depth int) {
	t.setFastFrame()
	if t.frame == 0 || t.state.trap == nil {
		return
	}
	for a := t.firstFrame(); a <= t.frame; a += frameSize {
		depth++
		if f := (*frame)(ptr(&a)); !f.isGo() {
			t.armFrame(f, depth)
		}
	}
}

// armChain is arm for the running thread of a task and those that resumed it.
func (t *Thread) armChain() {
	for r := t; r != nil; r = r.resumer {
		if !r.upToDate() {
			r.arm(r.callDepth() - r.Depth())
		}
	}
}

// armFrame moves a frame's pc to the program that hook and trap ask for.
func (t *Thread) armFrame(f *frame, depth int) {
	if t.waiting == atTrap && f == t.current() {
		return // it goes on with the instruction that it stands at
	}
	code := f.lua().code
	armed := t.hook.armed()
	if trap := t.state.trap; trap != nil && !armed {
		armed = trap.Wants(code, depth)
	}
	f.pc = code.address(code.index(f.pc)+1, armed)
}

// setFastFrame lets calls take the fast path unless somebody wants to see them.
func (t *Thread) setFastFrame() {
	switch {
	case t.state.trap != nil:
		t.fastFrame = t.state.traps
	case t.hook != nil:
		t.fastFrame = 0
	default:
		t.fastFrame = t.lastFrame
	}
}

// callDepth counts the active calls of the task that t runs in, up to t's.
func (t *Thread) callDepth() int {
	depth := 0
	for ; t != nil; t = t.resumer {
		depth += t.Depth()
	}
	return depth
}

// atTrap asks the trap about the instruction that is about to run; true means
// that the loop is to be left.
func (t *Thread) atTrap(trap *Trap, c *Code, index int) bool {
	if s := t.state; s.passing == t {
		s.passing = nil
		return false
	}
	if !trap.Stop(t, c, index, t.callDepth()) || t.state.depth > 0 {
		return false
	}
	t.waiting = atTrap
	t.state.outcome = outcomeTrapped
	return true
}

// leaveTrap puts a trapped thread in front of its instruction, in the program that
// it runs from now on.
func (t *Thread) leaveTrap() {
	t.waiting = waitingNot
	f := t.current()
	code := f.lua().code
	index := code.index(f.pc)
	f.pc = code.address(index, true)
	t.armChain()
	if t.state.trap != nil && f.pc == code.address(index, true) {
		t.state.passing = t
	}
}

// Instruction gives the index of the instruction at which the call at a level
// stands; -1 for a Go function.
func (t *Thread) Instruction(level int) int {
	f := t.level(level)
	if f == nil || f.isGo() {
		return -1
	}
	return f.lua().code.index(f.pc)
}

// bounded is a Try that may take only so long.
type bounded struct {
	outer *bounded
	left  int // polls
}

// Try calls fn from Go while the thread stands at a trap or in a hook, above
// everything that the thread uses. An error does not pass through the caller, but
// for one that ends the task.
func (t *Thread) Try(fn Value, args ...Value) (result Value, failed *Error) {
	return t.try(nil, fn, args)
}

// TryBriefly is Try for what may go on for so many polls of the machine, about 50 µs
// each, before it is ended with an error that only TryBriefly catches.
func (t *Thread) TryBriefly(polls int, fn Value, args ...Value) (result Value, failed *Error) {
	s := t.state
	b := &bounded{outer: s.bounded, left: polls}
	s.bounded = b
	defer func() { s.bounded = b.outer }()
	return t.try(b, fn, args)
}

func (t *Thread) try(b *bounded, fn Value, args []Value) (result Value, failed *Error) {
	s := t.state
	top, depth, frame := t.top-t.bottom(), s.depth, t.frame-t.firstFrame()
	running := s.running
	s.handling++ // the error is not for the handlers of the code that stands
	defer func() {
		s.handling--
		if r := recover(); r != nil {
			failed = s.asError(r)
			if failed.status == statusKilled && (b == nil || failed.bounded != b) {
				panic(failed)
			}
			s.running = running
			s.depth = depth
			t.unwindTo(t.firstFrame() + frame)
			t.top = t.bottom() + top
		}
	}()
	t.top = t.need(t.extent(), minGoStack)
	result = t.Call1(fn, args...)
	t.top = t.bottom() + top
	return result, nil
}

// LiftTrap takes the trap away until restore is called, while no task runs.
func (s *State) LiftTrap() (restore func()) {
	trap := s.trap
	if trap == nil {
		return func() {}
	}
	s.SetTrap(nil)
	return func() { s.SetTrap(trap) }
}
