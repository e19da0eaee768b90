package vm

// This file decides which frames run the armed program, in which every instruction stops
// for hooks and traps first.

// address gives the place of an instruction in the plain or armed program.
func (c *Code) address(index int, armed bool) uintptr {
	if armed {
		return uintptr(c.armed()) + uintptr(index)<<armedShift
	}
	return uintptr(c.start) + uintptr(index)*instrSize
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
			r.arm(r.callDepth() - r.calls())
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
		depth += t.calls()
	}
	return depth
}

// rearm moves every frame's pc to the armed or the plain program.
func (t *Thread) rearm() {
	if t.frame == 0 {
		return
	}
	depth := t.callDepth() - t.calls()
	for a := t.firstFrame(); a <= t.frame; a += frameSize {
		f := (*frame)(ptr(&a))
		depth++
		if f.isGo() {
			continue
		}
		if t.hook != nil {
			f.flags |= frameSlow
		}
		t.armFrame(f, depth)
	}
}

// SetTrap sets the trap, or takes it away when it is nil. It must not be called
// while a task runs. Setting a trap again makes it look at all calls anew.
func (d StateDebug) SetTrap(trap *Trap) { d.s.setTrap(trap) }

func (s *State) setTrap(trap *Trap) {
	s.trap, s.passing = trap, nil
	if s.traps++; s.traps == slowCalls {
		s.traps = 1
	}
}

// LiftTrap takes the trap away until restore is called, while no task runs.
func (d StateDebug) LiftTrap() (restore func()) {
	s := d.s
	trap := s.trap
	if trap == nil {
		return func() {}
	}
	s.setTrap(nil)
	return func() { s.setTrap(trap) }
}
