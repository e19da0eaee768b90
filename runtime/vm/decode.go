package vm

import "lunarium/runtime/bytecode"

// decoder turns the instructions of one prototype into the machine's.
type decoder struct {
	code   *Code
	hashes []uint32
}

const (
	constantBit = 256
	jumpBias    = 131071
)

func rawOp(i uint32) bytecode.Opcode { return bytecode.Opcode(i & 0x3f) }
func rawA(i uint32) int              { return int(i >> 6 & 0xff) }
func rawB(i uint32) int              { return int(i >> 23) }
func rawC(i uint32) int              { return int(i >> 14 & 0x1ff) }
func rawBx(i uint32) int             { return int(i >> 14) }
func rawAx(i uint32) int             { return int(i >> 6) }
func rawJump(i uint32) int           { return rawBx(i) - jumpBias }

func (d *decoder) raw(pc int) uint32 { return uint32(d.code.proto.Code[pc]) }

func register(n int) uint16 { return uint16(n * int(valueSize)) }
func jump(n int) int32      { return int32(n * int(instrSize)) }

func flag(b bool) int32 {
	if b {
		return 1
	}
	return 0
}

// stringKey tells whether an RK operand is a constant string, and its hash.
func (d *decoder) stringKey(n int) (uint32, bool) {
	if n&constantBit == 0 || !d.code.constants[n&^constantBit].IsString() {
		return 0, false
	}
	return d.hashes[n&^constantBit], true
}

func (d *decoder) decode(pc int) instr {
	i := d.raw(pc)
	a, b, c := rawA(i), rawB(i), rawC(i)
	in := instr{a: register(a), b: register(b &^ constantBit), c: register(c &^ constantBit)}
	set := func(o op) { in.op = uint16(o) }
	switch rawOp(i) {
	case bytecode.MOVE:
		set(opMove)
	case bytecode.LOADK:
		set(opLoadK)
		in.x = int32(rawBx(i) * int(valueSize))
	case bytecode.LOADKX:
		set(opLoadK)
		in.x = int32(rawAx(d.raw(pc+1)) * int(valueSize))
	case bytecode.LOADBOOL:
		set(opLoadBool)
		in.y, in.x = uint32(hiFalse+min(b, 1)), jump(min(c, 1))
	case bytecode.LOADNIL:
		set(opLoadNil)
	case bytecode.GETUPVAL:
		set(opGetUpval)
		in.b = uint16(b * 8)
	case bytecode.SETUPVAL:
		set(opSetUpval)
		in.b = uint16(b * 8)
	case bytecode.JMP:
		set(opJmp)
		in.x = jump(rawJump(i))
		if a != 0 {
			set(opJmpClose)
			in.a = register(a - 1)
		}
	case bytecode.FORLOOP:
		set(opForLoop)
		in.x = jump(rawJump(i))
	case bytecode.FORPREP:
		set(opForPrep)
		in.x = jump(rawJump(i))
	case bytecode.TFORCALL:
		set(opTForCall)
		in.x = int32(c)
	case bytecode.TFORLOOP:
		set(opTForLoop)
		in.x = jump(rawJump(i))
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
		in.x = int32(rawBx(i))
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
		in.x, in.y = int32(min(floatByte(b), maxHint)), uint32(min(floatByte(c), maxHint))
	case bytecode.SETLIST:
		set(opSetList)
		in.x = int32(b)
		in.y = uint32(c)
		if c == 0 {
			in.y = uint32(rawAx(d.raw(pc + 1)))
			in.c = uint16(instrSize)
		} else {
			in.c = 0
		}
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

// floatByte converts the encoding of NEWTABLE's sizes (lobject.c, luaO_fb2int).
func floatByte(x int) int {
	if e := x >> 3 & 0x1f; e != 0 {
		return (x&7 + 8) << (e - 1)
	}
	return x
}

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

func (d *decoder) decodeAccess(in *instr, i uint32) {
	b, c := rawB(i), rawC(i)
	set := func(o op) { in.op = uint16(o) }
	switch rawOp(i) {
	case bytecode.GETTABUP:
		in.b = uint16(b * 8)
		if hash, ok := d.stringKey(c); ok {
			set(opGetGlobal)
			in.y = hash
			return
		}
		set(opGetTabUp)
		in.x = flag(c&constantBit != 0)
	case bytecode.SETTABUP:
		in.a = uint16(rawA(i) * 8)
		in.x = flag(c&constantBit != 0)
		if hash, ok := d.stringKey(b); ok {
			set(opSetGlobal)
			in.y = hash
			return
		}
		set(opSetTabUp)
		in.y = uint32(flag(b&constantBit != 0))
	case bytecode.SELF:
		if hash, ok := d.stringKey(c); ok {
			set(opSelf)
			in.y = hash
			return
		}
		set(opSelfR)
		in.x = flag(c&constantBit != 0)
	case bytecode.GETTABLE:
		d.decodeGet(in, c)
	default:
		in.x = flag(c&constantBit != 0)
		set(opSetIndex)
		if hash, ok := d.stringKey(b); ok {
			set(opSetField)
			in.y = hash
		} else if b&constantBit != 0 {
			set(opSetIndexK)
		}
	}
}

func (d *decoder) decodeGet(in *instr, c int) {
	if c&constantBit == 0 {
		in.op = uint16(opGetIndex)
		return
	}
	if hash, ok := d.stringKey(c); ok {
		in.op, in.y = uint16(opGetField), hash
		return
	}
	in.op = uint16(opGetIndexK)
	if f, ok := d.code.constants[c&^constantBit].AsNumber(); ok && f >= 1 && f <= 1<<24 && f == float64(int32(f)) {
		in.op, in.x = uint16(opGetInt), int32(f)-1
	}
}

// arithOps gives the forms of an operator for two registers, a register and a
// number, a number and a register; opArith where there is none.
func arithOps(o bytecode.Opcode) (rr, rk, kr op) {
	switch o {
	case bytecode.ADD:
		return opAddRR, opAddRK, opAddKR
	case bytecode.SUB:
		return opSubRR, opSubRK, opSubKR
	case bytecode.MUL:
		return opMulRR, opMulRK, opMulKR
	case bytecode.DIV:
		return opDivRR, opDivRK, opDivKR
	case bytecode.MOD:
		return opModRR, opModRK, opArith
	}
	return opArith, opArith, opArith
}

// decodeArith takes the binary operators.
func (d *decoder) decodeArith(in *instr, i uint32) {
	b, c := rawB(i), rawC(i)
	kb, kc := b&constantBit != 0, c&constantBit != 0
	number := func(n int) bool { return d.code.constants[n&^constantBit].IsNumber() }
	rr, rk, kr := arithOps(rawOp(i))
	o := opArith
	switch {
	case !kb && !kc:
		o = rr
	case kc && !kb && number(c):
		o = rk
	case kb && !kc && number(b):
		o = kr
	}
	in.op, in.x, in.y = uint16(o), flag(kb), uint32(flag(kc))
}

// decodeTest fuses a comparison or test with the jump that follows it, unless
// that jump closes upvalues.
func (d *decoder) decodeTest(in *instr, pc int) {
	i := d.raw(pc)
	next := d.raw(pc + 1)
	a, b, c := rawA(i), rawB(i), rawC(i)
	closes := rawOp(next) != bytecode.JMP || rawA(next) != 0
	in.x, in.y = jump(rawJump(next)+1), uint32(instrSize)
	set := func(o op) { in.op = uint16(o) }
	kb, kc := b&constantBit != 0, c&constantBit != 0
	switch rawOp(i) {
	case bytecode.TEST, bytecode.TESTSET:
		if closes {
			set(opTestJump)
			return
		}
		set(opTest)
		if rawOp(i) == bytecode.TESTSET {
			set(opTestSet)
		}
		if c == 0 {
			in.op++
		}
	case bytecode.EQ:
		in.a = uint16(a)
		switch {
		case closes || kb && kc:
			set(opCompare)
		case kc:
			set(opEqRK)
		case kb:
			set(opEqRK)
			in.b, in.c = in.c, in.b
		default:
			set(opEqRR)
		}
	default:
		if closes || kb && kc || kb && !d.code.constants[b&^constantBit].IsNumber() || kc && !d.code.constants[c&^constantBit].IsNumber() {
			set(opCompare)
			return
		}
		set(opLtRR)
		if rawOp(i) == bytecode.LE {
			set(opLeRR)
		}
		switch {
		case kc:
			in.op += 2
		case kb:
			in.op += 4
		}
		if a == 0 {
			in.op++
		}
	}
}
