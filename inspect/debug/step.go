package debug

import (
	"lunarium/inspect/live"
	"lunarium/runtime/vm"
)

// This file follows a task that goes on by a step.

// Step says how far a task goes before it stops again.
type Step uint8

// The steps of a debugger.
const (
	StepContinue Step = iota // to the next breakpoint
	StepInto                 // to the next line, of whatever function
	StepOver                 // to the next line of this function or its caller
	StepOut                  // to the caller
)

// stepper follows a task that goes on until its step is done.
type stepper struct {
	task        *vm.Thread
	step        Step
	depth       int // calls at or, for StepOut, below this depth are of interest
	line, index int // last seen
	at          int // the depth of that
	in          *vm.Thread
	waited      bool // that was told
	left        int  // steps to go
}

func newStepper(task *vm.Thread, step Step, count int) *stepper {
	t := task.Debug().Inner()
	info, _ := t.Debug().CallInfo(0)
	p := &stepper{task: task, step: step, in: t, line: info.CurrentLine, index: t.Debug().Instruction(0), left: count}
	p.depth = chainDepth(t)
	p.at = p.depth
	if step == StepOut {
		p.depth--
	}
	return p
}

// chainDepth counts the calls of a task up to a thread of it.
func chainDepth(t *vm.Thread) int {
	depth := 0
	for ; t != nil; t = t.Debug().Resumer() {
		depth += t.Debug().Depth()
	}
	return depth
}

// wants tells whether calls at a depth are to be looked at.
func (p *stepper) wants(depth int) bool {
	return p.step == StepInto || p.step != StepContinue && depth <= p.depth
}

// arrives tells whether the last step is done before an instruction.
func (p *stepper) arrives(t *vm.Thread, c *vm.Code, index, depth int) bool {
	if !p.steps(t, c, index, depth) {
		return false
	}
	p.left--
	return p.left <= 0
}

// steps tells whether a step is done before an instruction.
func (p *stepper) steps(t *vm.Thread, c *vm.Code, index, depth int) bool {
	switch {
	case p.step == StepContinue, !live.OwnChunk(c.Proto().Source), p.step != StepInto && depth > p.depth:
		return false
	case p.step == StepOut:
		return true
	}
	line := c.Proto().Line(index)
	fresh := depth > p.at // called, or a coroutine resumed
	switch {
	case depth == p.at && t == p.in:
		fresh = line != p.line || index <= p.index
	case depth < p.at: // returned: the call stands before
		fresh = index > 0 && line != c.Proto().Line(index-1)
	}
	p.in, p.at, p.line, p.index = t, depth, line, index
	p.depth = min(p.depth, depth)
	return fresh
}
