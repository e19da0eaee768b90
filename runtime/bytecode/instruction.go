package bytecode

// This file is the layout of an instruction.

// Instruction is one 32-bit word in the encoding of Lua 5.2. From the lowest
// bit: opcode (6 bits), A (8), C (9), B (9). Bx is B and C taken together,
// sBx is Bx with an offset, Ax is A, B and C taken together.
type Instruction uint32

const (
	opSize = 6
	aPos   = opSize
	cPos   = aPos + 8
	bPos   = cPos + 9

	maxA   = 1<<8 - 1
	maxBC  = 1<<9 - 1
	maxBx  = 1<<18 - 1
	maxAx  = 1<<26 - 1
	maxSBx = maxBx >> 1

	// constantBit marks a B or C operand as a constant index.
	constantBit = 1 << 8
)

// FieldsPerFlush is how many array items one SETLIST stores at most.
const FieldsPerFlush = 50

// Op returns the opcode, which is not a valid one if the word is not.
func (i Instruction) Op() Opcode { return Opcode(i & (1<<opSize - 1)) }

// A returns operand A, 0 to 255.
func (i Instruction) A() int { return int(i >> aPos & maxA) }

// B returns operand B, 0 to 511.
func (i Instruction) B() int { return int(i >> bPos & maxBC) }

// C returns operand C, 0 to 511.
func (i Instruction) C() int { return int(i >> cPos & maxBC) }

// Bx returns operand Bx, 0 to 262143.
func (i Instruction) Bx() int { return int(i >> cPos & maxBx) }

// SBx returns operand sBx, -131071 to 131072.
func (i Instruction) SBx() int { return i.Bx() - maxSBx }

// Ax returns operand Ax, 0 to 67108863.
func (i Instruction) Ax() int { return int(i >> aPos & maxAx) }

// IsConstant reports whether a register-or-constant operand is a constant.
func IsConstant(rk int) bool { return rk&constantBit != 0 }

// ConstantIndex returns the constant index in such an operand.
func ConstantIndex(rk int) int { return rk &^ constantBit }

// ABC encodes an instruction with three operands.
func ABC(op Opcode, a, b, c int) Instruction {
	return Instruction(op) | Instruction(a&maxA)<<aPos |
		Instruction(b&maxBC)<<bPos | Instruction(c&maxBC)<<cPos
}

// ABx encodes an instruction with an unsigned long operand.
func ABx(op Opcode, a, bx int) Instruction {
	return Instruction(op) | Instruction(a&maxA)<<aPos | Instruction(bx&maxBx)<<cPos
}

// AsBx encodes an instruction with a signed long operand.
func AsBx(op Opcode, a, sbx int) Instruction { return ABx(op, a, sbx+maxSBx) }

// Ax encodes an instruction with a single operand.
func Ax(op Opcode, ax int) Instruction {
	return Instruction(op) | Instruction(ax&maxAx)<<aPos
}

// TableSize decodes the size operands of NEWTABLE, "floating point bytes"
// eeeeexxx with the value (1xxx) * 2^(eeeee-1), or xxx when eeeee is 0. The
// result can be as large as 15 * 2^30 in a hostile chunk: it is a hint.
func TableSize(operand int) int {
	e := operand >> 3 & 0x1f
	if e == 0 {
		return operand
	}
	return (operand&7 + 8) << (e - 1)
}
