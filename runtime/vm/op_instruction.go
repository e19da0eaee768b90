package vm

// This file is what slow paths read of an instruction.

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

func (f *frame) constant(offset uint16) Value {
	if checked {
		f.checkOperand(offset, true)
	}
	k := uintptr(f.lua().code.k)
	return *at(k + uintptr(offset))
}

func (f *frame) register(offset uint16) Value {
	if checked {
		f.checkOperand(offset, false)
	}
	return *at(f.base + uintptr(offset))
}

// operand gives a register, or a constant when the flag is not 0.
func (f *frame) operand(offset uint16, constant bool) Value {
	if constant {
		return f.constant(offset)
	}
	return f.register(offset)
}

func (f *frame) upvalueCell(offset uint16) *cell {
	return *f.lua().upvalue(int(uintptr(offset) / cellSize))
}
