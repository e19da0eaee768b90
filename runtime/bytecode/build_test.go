package bytecode

// The prototypes that the tests of this package take apart, written by hand.

// loopProto has at least one instruction of most kinds, all of them valid:
// register 0 to 5, four constants, two upvalues, one nested function.
func loopProto() *Proto {
	child := &Proto{
		Source: "@loop.lua", LineDefined: 2, LastLineDefined: 4, NumParams: 1, MaxStack: 3,
		Code: []Instruction{
			ABC(GETUPVAL, 1, 0, 0),
			ABC(GETUPVAL, 2, 1, 0),
			ABC(RETURN, 1, 3, 0),
			ABC(RETURN, 0, 1, 0),
		},
		Upvalues: []UpvalueDesc{{Name: "up", InStack: true, Index: 5}, {Name: "_ENV", Index: 0}},
		LineInfo: []int32{3, 3, 3, 4},
		Locals:   []LocalVar{{Name: "p", StartPC: 0, EndPC: 4}},
	}
	code := loopCode()
	lines := make([]int32, len(code))
	for i := range lines {
		lines[i] = int32(i + 1)
	}
	return &Proto{
		Source: "@loop.lua", MaxStack: 8, IsVararg: true,
		Code:      code,
		Constants: []Constant{{Kind: String, String: "name"}, {Kind: Number, Number: 1.5}, {Kind: Boolean, Bool: true}, {}},
		Protos:    []*Proto{child},
		Upvalues:  []UpvalueDesc{{Name: "_ENV", InStack: true}, {Name: "up", Index: 1}},
		LineInfo:  lines,
		Locals:    []LocalVar{{Name: "a", StartPC: 1, EndPC: len(code)}, {Name: "b", StartPC: 2, EndPC: 5}},
	}
}

// The places in loopCode that tests spoil.
const (
	atLoadK = iota
	atLoadKX
	atExtraConstant
	atLoadBool
	atLoadNil
	atGetTabUp
	atSelf
	atOpenCall
	atTakingCall
	atConcat
	atTest
	atTestJump
	atForPrep
	atForBody
	atForLoop
	atGenericJump
	atTForCall
	atTForLoop
	atNewTable
	atVararg
	atSetList
	atExtraBlock
	atClosure
	atTailCall
	atTailReturn
	atReturn
)

func loopCode() []Instruction {
	return []Instruction{
		atLoadK:         ABx(LOADK, 0, 1),
		atLoadKX:        ABx(LOADKX, 1, 0),
		atExtraConstant: Ax(EXTRAARG, 2),
		atLoadBool:      ABC(LOADBOOL, 2, 1, 1),
		atLoadNil:       ABC(LOADNIL, 2, 3, 0),
		atGetTabUp:      ABC(GETTABUP, 3, 0, constantBit),
		atSelf:          ABC(SELF, 4, 3, constantBit),
		atOpenCall:      ABC(CALL, 4, 2, 0),
		atTakingCall:    ABC(CALL, 3, 0, 2),
		atConcat:        ABC(CONCAT, 1, 2, 3),
		atTest:          ABC(EQ, 1, 0, constantBit|1),
		atTestJump:      AsBx(JMP, 0, 0),
		atForPrep:       AsBx(FORPREP, 2, 1),
		atForBody:       ABC(ADD, 5, 5, constantBit|1),
		atForLoop:       AsBx(FORLOOP, 2, -2),
		atGenericJump:   AsBx(JMP, 0, 0),
		atTForCall:      ABC(TFORCALL, 2, 0, 2),
		atTForLoop:      AsBx(TFORLOOP, 4, -2),
		atNewTable:      ABC(NEWTABLE, 0, 0, 0),
		atVararg:        ABC(VARARG, 1, 0, 0),
		atSetList:       ABC(SETLIST, 0, 0, 0),
		atExtraBlock:    Ax(EXTRAARG, 1),
		atClosure:       ABx(CLOSURE, 0, 0),
		atTailCall:      ABC(TAILCALL, 6, 1, 0),
		atTailReturn:    ABC(RETURN, 6, 0, 0),
		atReturn:        ABC(RETURN, 0, 1, 0),
	}
}
