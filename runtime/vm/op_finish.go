package vm

// This file gives the result of a metamethod to the instruction that called it.

// finishInstruction gives the result of a metamethod to the instruction that
// called it (luaV_finishOp).
func (t *Thread) finishInstruction(result Value) {
	f := t.current()
	i := f.instruction()
	switch opTable[i.op].finish {
	case finishStore:
		*t.at(f.base + uintptr(i.a)) = result
	case finishCompare:
		holds := result.Truth()
		if i.comparison() == eventLe && t.lessOrEqualSwapped(i) {
			holds = !holds
		}
		t.condition(holds)
	case finishConcat:
		t.concatGoOn(result)
	}
}

// lessOrEqualSwapped tells whether a <= b was asked as not (b < a), for want of
// an __le.
func (t *Thread) lessOrEqualSwapped(i *instr) bool {
	f := t.current()
	return t.orderHandler(eventLe, f.operandB(i), f.operandC(i)).n == nilBits
}
