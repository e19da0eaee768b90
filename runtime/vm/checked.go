//go:build checked

package vm

import (
	"fmt"
	"unsafe"
)

// This file holds the machine's checks of its own steps, built with the tag checked.

// The checked machine, of the build tag checked, watches its own steps: what
// unsafe reads and writes lies where it must, stacks end in canaries, frames keep
// their functions alive, boundary and depth agree with them, and what was given
// back holds poison. A step that is wrong ends the process: it is a Fault.
const checked = true

// Fault is what a checked machine panics with. No Lua code catches it.
type Fault string

func fault(format string, args ...any) {
	panic(Fault("the machine went wrong: " + fmt.Sprintf(format, args...)))
}

const (
	// canaries is how many slots stand before and behind each stack.
	canaries   = 4
	canaryBits = 0xFFF9_0004_CA9A_71E5
	poisonBits = 0xFFF9_0004_DEAD_DEAD
	// watched is the most frames that are all looked at in each switch of threads.
	watched = 128
)

func makeStack(size int) []Value {
	room := make([]Value, size+2*canaries)
	for i := range canaries {
		room[i].n, room[canaries+size+i].n = canaryBits, canaryBits
	}
	return room[canaries : canaries+size : canaries+size]
}

func poison(stack []Value) {
	for i := range stack {
		stack[i] = Value{nil, poisonBits}
	}
}

func poisonFrames(frames []frame) {
	for i := range frames {
		frames[i] = frame{pc: 1, closure: 1, base: 1, function: 1}
	}
}

// poisonAbove spoils the slots from an address on, which nobody is to read.
func (t *Thread) poisonAbove(address uintptr) { poison(t.stack[(address-t.bottom())/valueSize:]) }

func (t *Thread) end() uintptr { return t.bottom() + uintptr(len(t.stack))*valueSize }

func (t *Thread) checkAddress(address uintptr) {
	if offset := address - t.bottom(); offset%valueSize != 0 || address < t.bottom() || address >= t.end() {
		fault("slot %d of a stack of %d", int(offset)/int(valueSize), len(t.stack))
	}
}

// checkRange looks at n slots, which may be none at the very end.
func (t *Thread) checkRange(first uintptr, n int) {
	if n < 0 || first < t.bottom() || first+uintptr(n)*valueSize > t.end() {
		fault("%d slots from %d of a stack of %d", n, int(first-t.bottom())/int(valueSize), len(t.stack))
	}
}

func (t *Thread) checkCanaries() {
	for i := uintptr(1); i <= canaries; i++ {
		below := at(t.bottom() - i*valueSize)
		above := at(t.bottom() + (uintptr(cap(t.stack))+i-1)*valueSize)
		if below.n != canaryBits || above.n != canaryBits {
			fault("something wrote beyond a stack of %d", len(t.stack))
		}
	}
}

// checkFrame looks at one frame, whose function's slot is what keeps it alive.
func (t *Thread) checkFrame(f *frame) {
	a := uintptrOf(f)
	if a < t.firstFrame() || a > t.lastFrame || (a-t.firstFrame())%frameSize != 0 {
		fault("frame %d of %d", int(a-t.firstFrame())/int(frameSize), len(t.frames))
	}
	fn := t.at(f.function)
	if uintptr(fn.p) != f.closure || f.isGo() != (fn.hi() == hiGo) || !fn.IsFunction() {
		fault("the slot of a running function holds a %v", fn.Type())
	}
	if f.base <= f.function {
		fault("a frame's base lies below its function")
	}
	if f.isGo() {
		t.checkRange(f.base, int(f.nargs))
		return
	}
	t.checkRange(f.base, int(f.lua().code.frameSize/valueSize))
	if f.lua().code.vararg {
		t.checkRange(f.base-uintptr(f.nargs)*valueSize, 0)
	}
}

func (t *Thread) checkCall() {
	t.checkCanaries()
	t.checkFrame(t.current())
	if t.frame > t.firstFrame() {
		t.checkFrame(t.current().previous())
	}
}

func (t *Thread) checkReturn(first uintptr, n int) {
	t.checkCall()
	t.checkRange(first, n)
}

func (t *Thread) checkThen(slot uintptr) {
	if t.current().flags&frameInPlace == 0 && t.at(slot).n != thenBits {
		fault("a continuation's slot holds a %v", t.at(slot).Type())
	}
}

// checkNested looks at where a nested run is to begin.
func (t *Thread) checkNested() {
	s := t.state
	if t != s.running {
		fault("a thread that does not run calls")
	}
	if s.outcome != outcomeNone {
		fault("a call with outcome %d", s.outcome)
	}
	t.checkCall()
	nested := 0
	for r := t; r != nil; r = r.resumer {
		nested += int(r.boundary)
	}
	// An error's handlers are called above frames whose runs have ended.
	if nested < int(s.depth) || s.handling == 0 && nested > int(s.depth) {
		fault("%d nested runs, and %d frames at which they end", s.depth, nested)
	}
}

// checkAll looks at a whole thread, unless that would take long.
func (t *Thread) checkAll() {
	t.checkCanaries()
	t.checkCells()
	if t.top < t.bottom() || t.top > t.end() {
		fault("the top of a stack of %d is %d", len(t.stack), int(t.top-t.bottom())/int(valueSize))
	}
	if t.frame == 0 || t.calls() > watched {
		return
	}
	boundary := int16(0)
	for a := t.firstFrame(); a <= t.frame; a += frameSize {
		f := (*frame)(ptr(&a))
		t.checkFrame(f)
		boundary += f.flags.boundary()
	}
	if boundary != t.boundary {
		fault("%d frames at which nested runs end, %d were counted", boundary, t.boundary)
	}
}

// checkCells looks at the open upvalues, of which there are few.
func (t *Thread) checkCells() {
	last := t.end()
	for c, n := t.open, 0; c != nil && n < watched; c, n = c.next, n+1 {
		t.checkAddress(uintptr(c.v))
		if uintptr(c.v) >= last {
			fault("open upvalues out of order")
		}
		last = uintptr(c.v)
	}
}

func (t *Table) checkElement(i uint32) {
	if i >= t.size && !t.lazy() {
		fault("element %d of %d", i, t.size)
	}
}

func (t *Table) checkNode(i uint32) {
	if i > t.mask {
		fault("node %d of %d", i, t.mask+1)
	}
}

func (c *Closure) checkUpvalue(i int) {
	if i < 0 || i >= len(c.code.upvalues) {
		fault("upvalue %d of %d", i, len(c.code.upvalues))
	}
}

// checkOperand looks at a byte offset among the constants or registers.
func (f *frame) checkOperand(offset uint16, constant bool) {
	code := f.lua().code
	if constant && int(offset/uint16(valueSize)) >= len(code.constants) || !constant && uintptr(offset) >= code.frameSize {
		fault("%d bytes into %d constants or registers of %d bytes", offset, len(code.constants), code.frameSize)
	}
}

// checkStep looks at the instruction that the run loop is about to do.
func (s *State) checkStep(t *Thread, pc, base, k unsafe.Pointer) {
	f := t.current()
	code := f.lua().code
	if t != s.running || uintptr(base) != f.base || k != code.k {
		fault("the run loop is in another function")
	}
	if !inside(code.instrs, pc) && !inside(code.hooks, pc) {
		fault("the program counter left the program")
	}
	t.checkRange(f.base, int(code.frameSize/valueSize))
	i := (*instr)(pc)
	use := &opTable[i.op]
	s.checkUse(f, use.a, i.a, false)
	s.checkUse(f, use.b, i.b, i.constantB())
	s.checkUse(f, use.c, i.c, i.constantC())
	if use.last != nil {
		if last := use.last(i); last*int(valueSize) >= int(code.frameSize)-int(i.a) {
			fault("%v of %d registers behind %d, of %d", op(i.op), last, i.a/uint16(valueSize), code.frameSize/valueSize)
		}
	}
	switch op(i.op) {
	case opLoadK:
		if int(i.x)/int(valueSize) >= len(code.constants) {
			fault("constant %d of %d", int(i.x)/int(valueSize), len(code.constants))
		}
	case opClosure:
		if int(i.x) >= len(code.protos) {
			fault("function %d of %d", i.x, len(code.protos))
		}
	}
	if use.open != nil && use.open(i) && (t.top < f.base+uintptr(i.a) || t.top > t.end()) {
		fault("%v of open values without any", op(i.op))
	}
}

func inside(program []instr, pc unsafe.Pointer) bool {
	offset := uintptr(pc) - uintptr(unsafe.Pointer(unsafe.SliceData(program)))
	return offset < uintptr(len(program))*instrSize && offset%instrSize == 0
}

func (s *State) checkUse(f *frame, u use, offset uint16, constant bool) {
	switch u {
	case useNone:
	case useUpvalue:
		f.lua().checkUpvalue(int(uintptr(offset) / cellSize))
	default:
		f.checkOperand(offset, constant)
	}
}
