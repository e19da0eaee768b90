package vm

import "lunarium/runtime/bytecode"

// This file makes the machine's instructions of bytecode.

// decoder turns the instructions of one prototype into the machine's.
type decoder struct {
	code   *Code
	hashes []uint32
}

func (d *decoder) raw(pc int) bytecode.Instruction { return d.code.proto.Code[pc] }

func register(n int) uint16 { return uint16(n * int(valueSize)) }
func upvalue(n int) uint16  { return uint16(n * int(cellSize)) }
func jump(n int) int32      { return int32(n * int(instrSize)) }

func flag(b bool) int32 {
	if b {
		return 1
	}
	return 0
}

// stringKey tells whether an RK operand is a constant string, and its hash.
func (d *decoder) stringKey(n int) (uint32, bool) {
	if !bytecode.IsConstant(n) || !d.code.constants[bytecode.ConstantIndex(n)].IsString() {
		return 0, false
	}
	return d.hashes[bytecode.ConstantIndex(n)], true
}

func (d *decoder) decode(pc int) instr {
	i := d.raw(pc)
	a, b, c := i.A(), i.B(), i.C()
	in := instr{a: register(a), b: register(bytecode.ConstantIndex(b)), c: register(bytecode.ConstantIndex(c))}
	set := func(o op) { in.op = uint16(o) }
	switch i.Op() {
	case bytecode.MOVE:
		set(opMove)
	case bytecode.LOADK:
		set(opLoadK)
		in.x = int32(i.Bx() * int(valueSize))
	case bytecode.LOADKX:
		set(opLoadK)
		in.x = int32(d.raw(pc+1).Ax() * int(valueSize))
	case bytecode.LOADBOOL:
		set(opLoadBool)
		in.y, in.x = uint32(hiFalse+min(b, 1)), jump(min(c, 1))
	case bytecode.LOADNIL:
		set(opLoadNil)
	case bytecode.GETUPVAL:
		set(opGetUpval)
		in.b = upvalue(b)
	case bytecode.SETUPVAL:
		set(opSetUpval)
		in.b = upvalue(b)
	case bytecode.JMP:
		set(opJmp)
		in.x = jump(i.SBx())
		if a != 0 {
			set(opJmpClose)
			in.a = register(a - 1)
		}
	case bytecode.FORLOOP:
		set(opForLoop)
		in.x = jump(i.SBx())
	case bytecode.FORPREP:
		set(opForPrep)
		in.x = jump(i.SBx())
	case bytecode.TFORCALL:
		set(opTForCall)
		in.x = int32(c)
	case bytecode.TFORLOOP:
		set(opTForLoop)
		in.x = jump(i.SBx())
	case bytecode.UNM:
		set(opUnm)
	case bytecode.NOT:
		set(opNot)
	case bytecode.LEN:
		set(opLen)
	case bytecode.CONCAT:
		set(opConcat)
	case bytecode.CLOSURE:
		set(opClosure)
		in.x = int32(i.Bx())
	case bytecode.VARARG:
		set(opVararg)
		in.x = int32(b - 1)
	case bytecode.CALL:
		set(opCall)
		in.y, in.x = uint32(b), int32(c-1)
	case bytecode.TAILCALL:
		set(opTailCall)
		in.y = uint32(b)
	case bytecode.RETURN:
		d.decodeReturn(&in, b)
	case bytecode.NEWTABLE:
		set(opNewTable)
		in.x, in.y = int32(min(bytecode.TableSize(b), maxHint)), uint32(min(bytecode.TableSize(c), maxHint))
	case bytecode.SETLIST:
		set(opSetList)
		in.x, in.c = int32(b), 0
		if c == 0 {
			c, in.c = d.raw(pc+1).Ax(), uint16(instrSize)
		}
		in.y = uint32((c - 1) * bytecode.FieldsPerFlush)
	case bytecode.EQ, bytecode.LT, bytecode.LE, bytecode.TEST, bytecode.TESTSET:
		d.decodeTest(&in, pc)
	case bytecode.GETTABUP, bytecode.GETTABLE, bytecode.SETTABUP, bytecode.SETTABLE, bytecode.SELF:
		d.decodeAccess(&in, i)
	case bytecode.EXTRAARG:
		set(opJmp) // behind LOADKX, which has taken it: nothing; SETLIST skips it
	default:
		d.decodeArith(&in, i)
	}
	return in
}

// maxHint bounds the sizes that a NEWTABLE may ask for: they are but a hint, and
// a hostile one could be any.
const maxHint = 1 << 16

func (d *decoder) decodeReturn(in *instr, b int) {
	in.x = int32(b - 1)
	switch {
	case d.code.nested:
		in.op = uint16(opReturnClose)
	case b == 1:
		in.op = uint16(opReturn0)
	case b == 2:
		in.op = uint16(opReturn1)
	default:
		in.op = uint16(opReturn)
	}
}

func (d *decoder) decodeAccess(in *instr, i bytecode.Instruction) {
	b, c := i.B(), i.C()
	set := func(o op) { in.op = uint16(o) }
	switch i.Op() {
	case bytecode.GETTABUP:
		in.b = upvalue(b)
		if hash, ok := d.stringKey(c); ok {
			set(opGetGlobal)
			in.y = hash
			return
		}
		set(opGetTabUp)
		in.x = flag(bytecode.IsConstant(c))
	case bytecode.SETTABUP:
		in.a = upvalue(i.A())
		in.x = flag(bytecode.IsConstant(c))
		if hash, ok := d.stringKey(b); ok {
			set(opSetGlobal)
			in.y = hash
			return
		}
		set(opSetTabUp)
		in.y = uint32(flag(bytecode.IsConstant(b)))
	case bytecode.SELF:
		if hash, ok := d.stringKey(c); ok {
			set(opSelf)
			in.y = hash
			return
		}
		set(opSelfR)
		in.x = flag(bytecode.IsConstant(c))
	case bytecode.GETTABLE:
		d.decodeGet(in, c)
	default:
		in.x = flag(bytecode.IsConstant(c))
		set(opSetIndex)
		if hash, ok := d.stringKey(b); ok {
			set(opSetField)
			in.y = hash
		} else if bytecode.IsConstant(b) {
			set(opSetIndexK)
		}
	}
}

func (d *decoder) decodeGet(in *instr, c int) {
	if !bytecode.IsConstant(c) {
		in.op = uint16(opGetIndex)
		return
	}
	if hash, ok := d.stringKey(c); ok {
		in.op, in.y = uint16(opGetField), hash
		return
	}
	in.op = uint16(opGetIndexK)
	if f, ok := d.code.constants[bytecode.ConstantIndex(c)].AsNumber(); ok && f >= 1 && f <= 1<<24 && f == float64(int32(f)) {
		in.op, in.x = uint16(opGetInt), int32(f)-1
	}
}

// arithForms are an operator's operations for two registers, for a register and a number,
// and for a number and a register; opArith where there is none.
type arithForms struct {
	event      event
	rr, rk, kr op
}

var arithOps = [bytecode.OpcodeCount]arithForms{
	bytecode.ADD: {eventAdd, opAddRR, opAddRK, opAddKR},
	bytecode.SUB: {eventSub, opSubRR, opSubRK, opSubKR},
	bytecode.MUL: {eventMul, opMulRR, opMulRK, opMulKR},
	bytecode.DIV: {eventDiv, opDivRR, opDivRK, opDivKR},
	bytecode.MOD: {eventMod, opModRR, opModRK, opArith},
	bytecode.POW: {eventPow, opArith, opArith, opArith},
}

// isNumber tells whether an operand is a constant number.
func (d *decoder) isNumber(n int) bool {
	return bytecode.IsConstant(n) && d.code.constants[bytecode.ConstantIndex(n)].IsNumber()
}

// decodeArith takes the binary operators.
func (d *decoder) decodeArith(in *instr, i bytecode.Instruction) {
	b, c := i.B(), i.C()
	kb, kc := bytecode.IsConstant(b), bytecode.IsConstant(c)
	forms := arithOps[i.Op()]
	o := opArith
	switch {
	case !kb && !kc:
		o = forms.rr
	case !kb && d.isNumber(c):
		o = forms.rk
	case !kc && d.isNumber(b):
		o = forms.kr
	}
	in.op = uint16(o)
	if o == opArith {
		in.x, in.y = flag(kb), uint32(flag(kc))|uint32(forms.event)<<arithEventShift
	}
}

// orderForms are a comparison's operations by where the operands come from, and by
// whether it must hold.
type orderForms struct {
	event      event
	rr, rk, kr [2]op
}

var orderOps = [bytecode.OpcodeCount]orderForms{
	bytecode.LT: {eventLt, [2]op{opLtRRNot, opLtRR}, [2]op{opLtRKNot, opLtRK}, [2]op{opLtKRNot, opLtKR}},
	bytecode.LE: {eventLe, [2]op{opLeRRNot, opLeRR}, [2]op{opLeRKNot, opLeRK}, [2]op{opLeKRNot, opLeKR}},
}

// decodeTest fuses a comparison or test with the jump that follows it, unless
// that jump closes upvalues.
func (d *decoder) decodeTest(in *instr, pc int) {
	i, next := d.raw(pc), d.raw(pc+1)
	closing := 0 // the register from which on the jump closes upvalues, from 1
	if next.Op() == bytecode.JMP {
		closing = next.A()
	}
	in.x, in.y = jump(next.SBx()+1), uint32(instrSize)
	switch i.Op() {
	case bytecode.TEST, bytecode.TESTSET:
		d.decodeTruth(in, i, closing != 0)
	default:
		d.decodeCompare(in, i, closing)
	}
}

func (d *decoder) decodeTruth(in *instr, i bytecode.Instruction, closes bool) {
	wanted, sets := i.C() != 0, i.Op() == bytecode.TESTSET
	o := opTestNot
	switch {
	case closes:
		o, in.x = opTestJump, flag(wanted)
		if !sets {
			in.b = in.a
		}
	case sets && wanted:
		o = opTestSet
	case sets:
		o = opTestSetNot
	case wanted:
		o = opTest
	}
	in.op = uint16(o)
}

func (d *decoder) decodeCompare(in *instr, i bytecode.Instruction, closing int) {
	b, c := i.B(), i.C()
	kb, kc := bytecode.IsConstant(b), bytecode.IsConstant(c)
	wanted := flag(i.A() != 0)
	forms, e, o := orderOps[i.Op()], eventEq, opCompare
	switch {
	case closing != 0 || kb && kc:
	case i.Op() == bytecode.EQ:
		if o = opEqRR; kb || kc {
			o = opEqRK
		}
		if kb {
			in.b, in.c = in.c, in.b
		}
	case !kb && !kc:
		o = forms.rr[wanted]
	case d.isNumber(c):
		o = forms.rk[wanted]
	case d.isNumber(b):
		o = forms.kr[wanted]
	}
	if i.Op() != bytecode.EQ {
		e = forms.event
	}
	in.op, in.a = uint16(o), uint16(wanted)
	if o == opCompare {
		in.a |= uint16(flag(kb)*compareB|flag(kc)*compareC) | uint16(e)<<compareEventShift | uint16(closing)<<compareCloseShift
	}
}
