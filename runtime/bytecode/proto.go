package bytecode

// This file holds functions as the compiler left them.

// Proto is one function as the compiler left it: code, constants, nested
// functions, and what debugging needs. It is immutable after Load.
type Proto struct {
	// Source is the chunk name with Lua's prefix: "@" before a file name, "="
	// before any other name, nothing before the text of the chunk itself.
	// It is "=?" when debug information was stripped.
	Source string
	// LineDefined and LastLineDefined are the lines of "function" and of its
	// "end"; both are 0 for a main chunk.
	LineDefined, LastLineDefined int
	// NumParams counts the fixed parameters, "self" included.
	NumParams uint8
	// MaxStack is how many registers the code uses.
	MaxStack uint8
	IsVararg bool

	Code      []Instruction
	Constants []Constant
	Protos    []*Proto
	Upvalues  []UpvalueDesc

	// LineInfo gives the line of each instruction; empty when stripped.
	LineInfo []int32
	// Locals is ordered by StartPC; empty when stripped.
	Locals []LocalVar
}

// ConstantKind is the type of a Constant.
type ConstantKind uint8

// The kinds of constants that a chunk can hold.
const (
	Nil ConstantKind = iota
	Boolean
	Number
	String
)

// Constant is one entry of a prototype's constant table. Only the field that
// Kind selects is meaningful.
type Constant struct {
	Kind   ConstantKind
	Bool   bool
	Number float64
	String string
}

// UpvalueDesc tells a closure where to find an upvalue when it is created.
type UpvalueDesc struct {
	// Name is "" when debug information was stripped.
	Name string
	// InStack: Index is a register of the enclosing function; otherwise it is
	// an upvalue of the enclosing function.
	InStack bool
	Index   uint8
}

// LocalVar is a local variable and the range of instructions, StartPC
// inclusive to EndPC exclusive, in which it is active.
type LocalVar struct {
	Name    string
	StartPC int
	EndPC   int
}

// Line returns the source line of the instruction at pc, or -1 when it is not
// known.
func (p *Proto) Line(pc int) int {
	if pc < 0 || pc >= len(p.LineInfo) {
		return -1
	}
	return int(p.LineInfo[pc])
}
