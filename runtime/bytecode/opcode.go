package bytecode

// This file holds the operations, and the table of what they do with their operands.

// Opcode is the operation of an instruction.
type Opcode uint8

// The operations of Lua 5.2, in the order of their encoding.
const (
	MOVE Opcode = iota
	LOADK
	LOADKX
	LOADBOOL
	LOADNIL
	GETUPVAL
	GETTABUP
	GETTABLE
	SETTABUP
	SETUPVAL
	SETTABLE
	NEWTABLE
	SELF
	ADD
	SUB
	MUL
	DIV
	MOD
	POW
	UNM
	NOT
	LEN
	CONCAT
	JMP
	EQ
	LT
	LE
	TEST
	TESTSET
	CALL
	TAILCALL
	RETURN
	FORLOOP
	FORPREP
	TFORCALL
	TFORLOOP
	SETLIST
	CLOSURE
	VARARG
	EXTRAARG

	// OpcodeCount is the number of opcodes.
	OpcodeCount = int(EXTRAARG) + 1
)

// Format says how the operands of an instruction are laid out.
type Format uint8

// The four layouts.
const (
	FormatABC Format = iota
	FormatABx
	FormatAsBx
	FormatAx
)

// Operand says what the bits of an operand mean.
type Operand uint8

// The meanings of operands.
const (
	Unused   Operand = iota
	Register         // a register
	RK               // a register, or a constant if IsConstant
	Const            // an index into Constants
	Upvalue          // an index into Upvalues
	Nested           // an index into Protos
	Jump             // a distance from the next instruction
	Flag             // a condition or a count whose meaning the opcode gives
)

// Info describes an opcode.
type Info struct {
	Name   string
	Format Format
	// A, B, C are the meanings of the operands; Bx, sBx and Ax count as B.
	A, B, C Operand
	// SetsA: the instruction writes register A.
	SetsA bool
	// Test: the instruction skips the next one, which must be a JMP.
	Test bool
	// Picture is what the instruction does to the registers.
	Picture string
}

// Info returns the description of a valid opcode.
func (op Opcode) Info() *Info { return &opcodes[op] }

// String returns the name of the opcode, as luac prints it.
func (op Opcode) String() string {
	if int(op) >= OpcodeCount {
		return "?"
	}
	return opcodes[op].Name
}

// opcodes is read-only. R is a register, K a constant, RK either, U an
// upvalue, P a nested prototype.
var opcodes = [OpcodeCount]Info{
	MOVE:     {"MOVE", FormatABC, Register, Register, Unused, true, false, "R(A) := R(B)"},
	LOADK:    {"LOADK", FormatABx, Register, Const, Unused, true, false, "R(A) := K(Bx)"},
	LOADKX:   {"LOADKX", FormatABx, Register, Unused, Unused, true, false, "R(A) := K(Ax of the EXTRAARG that follows)"},
	LOADBOOL: {"LOADBOOL", FormatABC, Register, Flag, Flag, true, false, "R(A) := B ~= 0; skip one if C"},
	LOADNIL:  {"LOADNIL", FormatABC, Register, Flag, Unused, true, false, "R(A) ... R(A+B) := nil"},
	GETUPVAL: {"GETUPVAL", FormatABC, Register, Upvalue, Unused, true, false, "R(A) := U(B)"},
	GETTABUP: {"GETTABUP", FormatABC, Register, Upvalue, RK, true, false, "R(A) := U(B)[RK(C)]"},
	GETTABLE: {"GETTABLE", FormatABC, Register, Register, RK, true, false, "R(A) := R(B)[RK(C)]"},
	SETTABUP: {"SETTABUP", FormatABC, Upvalue, RK, RK, false, false, "U(A)[RK(B)] := RK(C)"},
	SETUPVAL: {"SETUPVAL", FormatABC, Register, Upvalue, Unused, false, false, "U(B) := R(A)"},
	SETTABLE: {"SETTABLE", FormatABC, Register, RK, RK, false, false, "R(A)[RK(B)] := RK(C)"},
	NEWTABLE: {"NEWTABLE", FormatABC, Register, Flag, Flag, true, false, "R(A) := {} with TableSize B array items, C keys"},
	SELF:     {"SELF", FormatABC, Register, Register, RK, true, false, "R(A+1) := R(B); R(A) := R(B)[RK(C)]"},
	ADD:      {"ADD", FormatABC, Register, RK, RK, true, false, "R(A) := RK(B) + RK(C)"},
	SUB:      {"SUB", FormatABC, Register, RK, RK, true, false, "R(A) := RK(B) - RK(C)"},
	MUL:      {"MUL", FormatABC, Register, RK, RK, true, false, "R(A) := RK(B) * RK(C)"},
	DIV:      {"DIV", FormatABC, Register, RK, RK, true, false, "R(A) := RK(B) / RK(C)"},
	MOD:      {"MOD", FormatABC, Register, RK, RK, true, false, "R(A) := RK(B) % RK(C)"},
	POW:      {"POW", FormatABC, Register, RK, RK, true, false, "R(A) := RK(B) ^ RK(C)"},
	UNM:      {"UNM", FormatABC, Register, Register, Unused, true, false, "R(A) := -R(B)"},
	NOT:      {"NOT", FormatABC, Register, Register, Unused, true, false, "R(A) := not R(B)"},
	LEN:      {"LEN", FormatABC, Register, Register, Unused, true, false, "R(A) := #R(B)"},
	CONCAT:   {"CONCAT", FormatABC, Register, Register, Register, true, false, "R(A) := R(B) .. ... .. R(C)"},
	JMP:      {"JMP", FormatAsBx, Flag, Jump, Unused, false, false, "pc += sBx; if A, close upvalues from R(A-1) up"},
	EQ:       {"EQ", FormatABC, Flag, RK, RK, false, true, "skip one unless (RK(B) == RK(C)) == (A ~= 0)"},
	LT:       {"LT", FormatABC, Flag, RK, RK, false, true, "skip one unless (RK(B) < RK(C)) == (A ~= 0)"},
	LE:       {"LE", FormatABC, Flag, RK, RK, false, true, "skip one unless (RK(B) <= RK(C)) == (A ~= 0)"},
	TEST:     {"TEST", FormatABC, Register, Unused, Flag, false, true, "skip one unless truth of R(A) is C"},
	TESTSET:  {"TESTSET", FormatABC, Register, Register, Flag, true, true, "if truth of R(B) is C, R(A) := R(B), else skip one"},
	CALL:     {"CALL", FormatABC, Register, Flag, Flag, true, false, "R(A) ... R(A+C-2) := R(A)(R(A+1) ... R(A+B-1)); B or C 0: up to the top"},
	TAILCALL: {"TAILCALL", FormatABC, Register, Flag, Flag, true, false, "return R(A)(R(A+1) ... R(A+B-1)); B 0: up to the top"},
	RETURN:   {"RETURN", FormatABC, Register, Flag, Unused, false, false, "return R(A) ... R(A+B-2); B 0: up to the top"},
	FORLOOP:  {"FORLOOP", FormatAsBx, Register, Jump, Unused, true, false, "R(A) += R(A+2); if within R(A+1) { pc += sBx; R(A+3) := R(A) }"},
	FORPREP:  {"FORPREP", FormatAsBx, Register, Jump, Unused, true, false, "R(A) -= R(A+2); pc += sBx"},
	TFORCALL: {"TFORCALL", FormatABC, Register, Unused, Flag, false, false, "R(A+3) ... R(A+2+C) := R(A)(R(A+1), R(A+2))"},
	TFORLOOP: {"TFORLOOP", FormatAsBx, Register, Jump, Unused, true, false, "if R(A+1) ~= nil { R(A) := R(A+1); pc += sBx }"},
	SETLIST:  {"SETLIST", FormatABC, Register, Flag, Flag, false, false, "R(A)[(C-1)*50+i] := R(A+i), 1 <= i <= B; B 0: up to the top; C 0: C is in the EXTRAARG that follows"},
	CLOSURE:  {"CLOSURE", FormatABx, Register, Nested, Unused, true, false, "R(A) := closure of P(Bx)"},
	VARARG:   {"VARARG", FormatABC, Register, Flag, Unused, true, false, "R(A) ... R(A+B-2) := ...; B 0: all of them, which sets the top"},
	EXTRAARG: {"EXTRAARG", FormatAx, Unused, Flag, Unused, false, false, "Ax is an operand of the instruction before"},
}
