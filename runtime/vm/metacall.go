package vm

import "lunarium/runtime/bytecode"

// callMeta calls a metamethod from an instruction of the running Lua function.
// finishInstruction takes the result.
func (t *Thread) callMeta(handler Value, args ...Value) {
	f := t.current()
	slot := f.base + f.lua().code.frameSize
	slot = t.need(slot, len(args)+3)
	*t.at(slot) = handler
	for j, v := range args {
		*t.at(slot + uintptr(j+1)*valueSize) = v
	}
	t.call(slot, len(args), 1, frameMeta)
}

// finishInstruction gives the result of a metamethod to the instruction that
// called it (luaV_finishOp).
func (t *Thread) finishInstruction(result Value) {
	f := t.current()
	raw := f.rawInstruction()
	switch rawOp(raw) {
	case bytecode.SETTABUP, bytecode.SETTABLE:
	case bytecode.EQ, bytecode.LT:
		t.condition(result.Truth())
	case bytecode.LE:
		holds := result.Truth()
		if t.lessOrEqualSwapped(raw) {
			holds = !holds
		}
		t.condition(holds)
	case bytecode.CONCAT:
		t.concatGoOn(result)
	default:
		*t.at(f.base + uintptr(rawA(raw))*valueSize) = result
	}
}

// lessOrEqualSwapped tells whether a <= b was asked as not (b < a), for want of
// an __le.
func (t *Thread) lessOrEqualSwapped(raw uint32) bool {
	f := t.current()
	operand := func(n int) Value { return f.operand(register(n&^constantBit), n&constantBit != 0) }
	return t.orderHandler(eventLe, operand(rawB(raw)), operand(rawC(raw))).n == nilBits
}
