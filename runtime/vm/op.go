package vm

import "unsafe"

// This file lists the operations of the machine, and lays out the instruction; what each
// operation does with its operands is in op_table.go.

// op is an operation of the machine: a Lua 5.2 opcode specialised by where its
// operands come from. Instructions map one to one onto bytecode, so that a
// program counter means the same in both. In the register pictures, R is a
// register, K a constant, U an upvalue; A B C the operands.
type op uint16

const (
	opMove     op = iota // R(A) = R(B)
	opLoadK              // R(A) = K(x)
	opLoadBool           // R(A) = B; skip x bytes
	opLoadNil            // R(A) … R(A)+B = nil
	opGetUpval           // R(A) = U(B)
	opSetUpval           // U(B) = R(A)

	opGetGlobal // R(A) = U(B)[K(C)], K a string with hash y
	opGetTabUp  // R(A) = U(B)[RK(C)]
	opGetIndex  // R(A) = R(B)[R(C)]
	opGetField  // R(A) = R(B)[K(C)], K a string with hash y
	opGetInt    // R(A) = R(B)[x+1], a constant small integer; K(C) is it
	opGetIndexK // R(A) = R(B)[K(C)]
	opSetGlobal // U(A)[K(B)] = RK(C), K a string with hash y
	opSetTabUp  // U(A)[RK(B)] = RK(C)
	opSetIndex  // R(A)[R(B)] = RK(C)
	opSetField  // R(A)[K(B)] = RK(C), K a string with hash y
	opSetIndexK // R(A)[K(B)] = RK(C)
	opSelf      // R(A+1) = R(B); R(A) = R(B)[K(C)], K a string with hash y
	opSelfR     // R(A+1) = R(B); R(A) = R(B)[RK(C)]
	opNewTable  // R(A) = {} with x elements and y fields

	opAddRR // R(A) = R(B) + R(C)
	opAddRK // R(A) = R(B) + K(C)
	opAddKR // R(A) = K(B) + R(C)
	opSubRR
	opSubRK
	opSubKR
	opMulRR
	opMulRK
	opMulKR
	opDivRR
	opDivRK
	opDivKR
	opModRR
	opModRK
	opArith  // R(A) = RK(B) op RK(C), any operator: instr.arithEvent
	opUnm    // R(A) = -R(B)
	opNot    // R(A) = not R(B)
	opLen    // R(A) = #R(B)
	opConcat // R(A) = R(B) .. … .. R(C)

	opJmp      // jump x
	opJmpClose // close upvalues from R(A-1) on; jump x
	opEqRR     // if (R(B) == R(C)) == A then jump x else skip the jump that follows
	opEqRK
	opLtRR // if (R(B) < R(C)) then jump x else skip
	opLtRRNot
	opLtRK
	opLtRKNot
	opLtKR
	opLtKRNot
	opLeRR
	opLeRRNot
	opLeRK
	opLeRKNot
	opLeKR
	opLeKRNot
	opCompare // any comparison whose jump closes upvalues, or of a constant that is no number
	opTest    // if R(A) then jump x else skip
	opTestNot
	opTestSet // if R(B) then R(A) = R(B) and jump x else skip
	opTestSetNot
	opTestJump // if R(B) is x then R(A) = R(B) else skip the jump that follows, which closes upvalues

	opCall     // R(A) … = R(A)(R(A+1) … R(A+B-1)); B-1 arguments in y, C-1 results in x
	opTailCall // return R(A)(…)
	opReturn0
	opReturn1
	opReturn // return R(A) … ; B-1 values in x, -1 up to top
	opReturnClose
	opForLoop // R(A) += step; if in range jump x
	opForPrep // R(A) -= step; jump x
	opTForCall
	opTForLoop // if R(A+1) ~= nil then R(A) = R(A+1), jump x
	opSetList
	opClosure // R(A) = closure of prototype x
	opVararg  // R(A) … = extra arguments; x of them, -1 for all

	opHook // run the hooks before the instruction that follows
	opBad  // beyond the end
	opCount
)

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
