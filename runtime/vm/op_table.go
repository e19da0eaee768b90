package vm

// This file is the one table of what the operations do with their operands. The lister,
// the slow paths, the armed program and the checked machine read it; only the run loop and
// the decoder know more of an operation than is told here.

// use is what an operand of an instruction refers to.
type use uint8

const (
	useNone use = iota
	useRegister
	useConstant
	useUpvalue
	useXK   // a constant if x is not 0, else a register
	useYK   // likewise the lowest bit of y
	useBitB // likewise compareB of a
	useBitC // likewise compareC of a
)

// far tells which fields are distances between instructions, of which the armed
// program has twice as many.
type far uint8

const (
	farX far = 1 << iota
	farY
	farC
)

// finish is what an instruction does with the result of a metamethod.
type finish uint8

const (
	finishStore   finish = iota // R(A) = result
	finishNothing               // an assignment has none
	finishCompare               // the jump is taken or not
	finishConcat                // it goes on with the operands further left
)

// indexed is the operand that an instruction indexes or measures.
type indexed uint8

const (
	indexedNone indexed = iota
	indexedA
	indexedB
)

// opInfo says what an operation does with its operands.
type opInfo struct {
	name    string
	a, b, c use
	far     far
	finish  finish
	indexed indexed
	event   event             // of a comparison that is told by the operation alone
	last    func(*instr) int  // the last register used, from A on; nil: A
	open    func(*instr) bool // takes what lies up to the top; nil: never
}

// opTable is read-only.
var opTable = [opCount]opInfo{
	opMove:     {name: "MOVE", a: useRegister, b: useRegister},
	opLoadK:    {name: "LOADK", a: useRegister},
	opLoadBool: {name: "LOADBOOL", a: useRegister, far: farX},
	opLoadNil:  {name: "LOADNIL", a: useRegister, last: func(i *instr) int { return int(i.b) / int(valueSize) }},
	opGetUpval: {name: "GETUPVAL", a: useRegister, b: useUpvalue},
	opSetUpval: {name: "SETUPVAL", a: useRegister, b: useUpvalue},

	opGetGlobal: {name: "GETGLOBAL", a: useRegister, b: useUpvalue, c: useConstant, indexed: indexedB},
	opGetTabUp:  {name: "GETTABUP", a: useRegister, b: useUpvalue, c: useXK, indexed: indexedB},
	opGetIndex:  {name: "GETINDEX", a: useRegister, b: useRegister, c: useRegister, indexed: indexedB},
	opGetField:  {name: "GETFIELD", a: useRegister, b: useRegister, c: useConstant, indexed: indexedB},
	opGetInt:    {name: "GETINT", a: useRegister, b: useRegister, c: useConstant, indexed: indexedB},
	opGetIndexK: {name: "GETINDEXK", a: useRegister, b: useRegister, c: useConstant, indexed: indexedB},
	opSetGlobal: {name: "SETGLOBAL", a: useUpvalue, b: useConstant, c: useXK, indexed: indexedA, finish: finishNothing},
	opSetTabUp:  {name: "SETTABUP", a: useUpvalue, b: useYK, c: useXK, indexed: indexedA, finish: finishNothing},
	opSetIndex:  {name: "SETINDEX", a: useRegister, b: useRegister, c: useXK, indexed: indexedA, finish: finishNothing},
	opSetField:  {name: "SETFIELD", a: useRegister, b: useConstant, c: useXK, indexed: indexedA, finish: finishNothing},
	opSetIndexK: {name: "SETINDEXK", a: useRegister, b: useConstant, c: useXK, indexed: indexedA, finish: finishNothing},
	opSelf:      {name: "SELF", a: useRegister, b: useRegister, c: useConstant, last: always(1), indexed: indexedB},
	opSelfR:     {name: "SELFR", a: useRegister, b: useRegister, c: useXK, last: always(1), indexed: indexedB},
	opNewTable:  {name: "NEWTABLE", a: useRegister},

	opAddRR:  {name: "ADD", a: useRegister, b: useRegister, c: useRegister},
	opAddRK:  {name: "ADDRK", a: useRegister, b: useRegister, c: useConstant},
	opAddKR:  {name: "ADDKR", a: useRegister, b: useConstant, c: useRegister},
	opSubRR:  {name: "SUB", a: useRegister, b: useRegister, c: useRegister},
	opSubRK:  {name: "SUBRK", a: useRegister, b: useRegister, c: useConstant},
	opSubKR:  {name: "SUBKR", a: useRegister, b: useConstant, c: useRegister},
	opMulRR:  {name: "MUL", a: useRegister, b: useRegister, c: useRegister},
	opMulRK:  {name: "MULRK", a: useRegister, b: useRegister, c: useConstant},
	opMulKR:  {name: "MULKR", a: useRegister, b: useConstant, c: useRegister},
	opDivRR:  {name: "DIV", a: useRegister, b: useRegister, c: useRegister},
	opDivRK:  {name: "DIVRK", a: useRegister, b: useRegister, c: useConstant},
	opDivKR:  {name: "DIVKR", a: useRegister, b: useConstant, c: useRegister},
	opModRR:  {name: "MOD", a: useRegister, b: useRegister, c: useRegister},
	opModRK:  {name: "MODRK", a: useRegister, b: useRegister, c: useConstant},
	opArith:  {name: "ARITH", a: useRegister, b: useXK, c: useYK},
	opUnm:    {name: "UNM", a: useRegister, b: useRegister},
	opNot:    {name: "NOT", a: useRegister, b: useRegister},
	opLen:    {name: "LEN", a: useRegister, b: useRegister, indexed: indexedB},
	opConcat: {name: "CONCAT", a: useRegister, b: useRegister, c: useRegister, finish: finishConcat},

	opJmp:        {name: "JMP", far: farX},
	opJmpClose:   {name: "JMPCLOSE", a: useRegister, far: farX},
	opEqRR:       {name: "EQ", b: useRegister, c: useRegister, far: farX | farY, finish: finishCompare, event: eventEq},
	opEqRK:       {name: "EQK", b: useRegister, c: useConstant, far: farX | farY, finish: finishCompare, event: eventEq},
	opLtRR:       {name: "LT", b: useRegister, c: useRegister, far: farX | farY, finish: finishCompare, event: eventLt},
	opLtRRNot:    {name: "LTNOT", b: useRegister, c: useRegister, far: farX | farY, finish: finishCompare, event: eventLt},
	opLtRK:       {name: "LTRK", b: useRegister, c: useConstant, far: farX | farY, finish: finishCompare, event: eventLt},
	opLtRKNot:    {name: "LTRKNOT", b: useRegister, c: useConstant, far: farX | farY, finish: finishCompare, event: eventLt},
	opLtKR:       {name: "LTKR", b: useConstant, c: useRegister, far: farX | farY, finish: finishCompare, event: eventLt},
	opLtKRNot:    {name: "LTKRNOT", b: useConstant, c: useRegister, far: farX | farY, finish: finishCompare, event: eventLt},
	opLeRR:       {name: "LE", b: useRegister, c: useRegister, far: farX | farY, finish: finishCompare, event: eventLe},
	opLeRRNot:    {name: "LENOT", b: useRegister, c: useRegister, far: farX | farY, finish: finishCompare, event: eventLe},
	opLeRK:       {name: "LERK", b: useRegister, c: useConstant, far: farX | farY, finish: finishCompare, event: eventLe},
	opLeRKNot:    {name: "LERKNOT", b: useRegister, c: useConstant, far: farX | farY, finish: finishCompare, event: eventLe},
	opLeKR:       {name: "LEKR", b: useConstant, c: useRegister, far: farX | farY, finish: finishCompare, event: eventLe},
	opLeKRNot:    {name: "LEKRNOT", b: useConstant, c: useRegister, far: farX | farY, finish: finishCompare, event: eventLe},
	opCompare:    {name: "COMPARE", b: useBitB, c: useBitC, far: farX | farY, finish: finishCompare},
	opTest:       {name: "TEST", a: useRegister, far: farX | farY},
	opTestNot:    {name: "TESTNOT", a: useRegister, far: farX | farY},
	opTestSet:    {name: "TESTSET", a: useRegister, b: useRegister, far: farX | farY},
	opTestSetNot: {name: "TESTSETNOT", a: useRegister, b: useRegister, far: farX | farY},
	opTestJump:   {name: "TESTJUMP", a: useRegister, b: useRegister, far: farY},

	opCall:        {name: "CALL", a: useRegister, open: func(i *instr) bool { return i.y == 0 }, last: func(i *instr) int { return max(0, int(i.y)-1, int(i.x)-1) }},
	opTailCall:    {name: "TAILCALL", a: useRegister, open: func(i *instr) bool { return i.y == 0 }, last: func(i *instr) int { return max(0, int(i.y)-1) }},
	opReturn0:     {name: "RETURN0"},
	opReturn1:     {name: "RETURN1", a: useRegister},
	opReturn:      {name: "RETURN", a: useRegister, last: results, open: open},
	opReturnClose: {name: "RETURNCLOSE", a: useRegister, last: results, open: open},
	opForLoop:     {name: "FORLOOP", a: useRegister, last: always(3), far: farX},
	opForPrep:     {name: "FORPREP", a: useRegister, last: always(3), far: farX},
	opTForCall:    {name: "TFORCALL", a: useRegister, last: func(i *instr) int { return 2 + max(3, int(i.x)) }},
	opTForLoop:    {name: "TFORLOOP", a: useRegister, last: always(1), far: farX},
	opSetList:     {name: "SETLIST", a: useRegister, open: func(i *instr) bool { return i.x == 0 }, last: func(i *instr) int { return int(i.x) }, far: farC},
	opClosure:     {name: "CLOSURE", a: useRegister},
	opVararg:      {name: "VARARG", a: useRegister, last: results},

	opHook: {name: "HOOK"},
	opBad:  {name: "BAD"},
}

func always(n int) func(*instr) int { return func(*instr) int { return n } }

func results(i *instr) int { return int(i.x) - 1 }

func open(i *instr) bool { return i.x < 0 }

// String gives the operation's name.
func (o op) String() string { return opTable[o].name }

// spread gives the instruction as it stands in the armed program, where others
// are twice as far.
func (in instr) spread() instr {
	far := opTable[in.op].far
	if far&farX != 0 {
		in.x *= 2
	}
	if far&farY != 0 {
		in.y *= 2
	}
	if far&farC != 0 {
		in.c *= 2
	}
	return in
}
