package vm

// This file stops a task before an instruction, for a trap.

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
func (d ThreadDebug) Instruction(level int) int {
	t := d.t
	f := t.level(level)
	if f == nil || f.isGo() {
		return -1
	}
	return f.lua().code.index(f.pc)
}
