package vm

import "unsafe"

// This file is the machine's instruction: its layout, and what slow paths read of it.

// instr is one predecoded instruction. Register and constant operands are byte
// offsets; an upvalue operand is a byte offset into the closure's cells.
type instr struct {
	op, a, b, c uint16
	x           int32  // jump in bytes from the next instruction, count, or flag
	y           uint32 // hash of a constant string key, count
}

const instrSize = unsafe.Sizeof(instr{})

// An instruction is 16 bytes, so that the armed program's index is a shift.
const _ = -(instrSize ^ 16)

// instruction gives the instruction before the saved pc; where a hook runs before one,
// that one.
func (f *frame) instruction() *instr {
	i := (*instr)(pointerTo(f.pc - instrSize))
	if op(i.op) == opHook {
		i = (*instr)(ptr(&f.pc))
	}
	return i
}

// operandB and operandC give operands that are registers or constants.
func (f *frame) operandB(i *instr) Value { return f.operand(i.b, i.constantB()) }
func (f *frame) operandC(i *instr) Value { return f.operand(i.c, i.constantC()) }

func (i *instr) constantB() bool { return i.constant(opTable[i.op].b) }
func (i *instr) constantC() bool { return i.constant(opTable[i.op].c) }

// constant tells whether an operand of a use is a constant.
func (i *instr) constant(u use) bool {
	switch u {
	case useConstant:
		return true
	case useXK:
		return i.x != 0
	case useYK:
		return i.y&1 != 0
	case useBitB:
		return i.a&compareB != 0
	case useBitC:
		return i.a&compareC != 0
	}
	return false
}

// In an opArith y holds the operator's event above useYK's bit.
const arithEventShift = 1

// arithEvent gives the operator of an opArith.
func (i *instr) arithEvent() event { return event(i.y >> arithEventShift) }

// Comparisons have in a whether they are wanted to hold, and opCompare the rest of what
// the operation does not tell.
const (
	compareWanted = 1 << iota
	compareB      // B is a constant
	compareC      // C is a constant

	compareEventShift = 3 // the comparison's event, and
	compareCloseShift = 8 // from which register on the jump closes upvalues, counted from 1
)

// Both fit: the event below the register, which is at most 255, within 16 bits.
const (
	_ = uint(1<<(compareCloseShift-compareEventShift) - eventCount)
	_ = uint16(255 << compareCloseShift)
)

// wanted tells whether a comparison must hold for its jump.
func (i *instr) wanted() bool { return i.a&compareWanted != 0 }

// comparison gives the event of a comparison: eventEq, eventLt or eventLe.
func (i *instr) comparison() event {
	if op(i.op) == opCompare {
		return event(i.a >> compareEventShift & (1<<(compareCloseShift-compareEventShift) - 1))
	}
	return opTable[i.op].event
}

// closes gives the offset of the register from which on a comparison's jump closes
// upvalues, if it does.
func (i *instr) closes() (register uint16, closes bool) {
	n := i.a >> compareCloseShift
	if n == 0 {
		return 0, false
	}
	return (n - 1) * uint16(valueSize), true
}

// spread gives the instruction as it stands in the armed program, where others
// are twice as far.
func (in instr) spread() instr {
	far := opTable[in.op].far
	if far&farX != 0 {
		in.x *= 2
	}
	if far&farY != 0 {
		in.y *= 2
	}
	if far&farC != 0 {
		in.c *= 2
	}
	return in
}
