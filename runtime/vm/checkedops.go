//go:build checked

package vm

// use is what an operand of an instruction refers to.
type use uint8

const (
	useNone use = iota
	useRegister
	useConstant
	useUpvalue
	useXK // a constant if x is not 0, else a register
	useYK // likewise y
)

// operands tells what each operation reads and writes.
var operands = [opCount]struct {
	a, b, c use
	last    func(*instr) int  // the last register used, from A on
	open    func(*instr) bool // takes what lies up to the top
}{
	opMove:     {a: useRegister, b: useRegister},
	opLoadK:    {a: useRegister},
	opLoadBool: {a: useRegister},
	opLoadNil:  {a: useRegister, last: func(i *instr) int { return int(i.b) / int(valueSize) }},
	opGetUpval: {a: useRegister, b: useUpvalue},
	opSetUpval: {a: useRegister, b: useUpvalue},

	opGetGlobal: {a: useRegister, b: useUpvalue, c: useConstant},
	opGetTabUp:  {a: useRegister, b: useUpvalue, c: useXK},
	opGetIndex:  {a: useRegister, b: useRegister, c: useRegister},
	opGetField:  {a: useRegister, b: useRegister, c: useConstant},
	opGetInt:    {a: useRegister, b: useRegister, c: useConstant},
	opGetIndexK: {a: useRegister, b: useRegister, c: useConstant},
	opSetGlobal: {a: useUpvalue, b: useConstant, c: useXK},
	opSetTabUp:  {a: useUpvalue, b: useYK, c: useXK},
	opSetIndex:  {a: useRegister, b: useRegister, c: useXK},
	opSetField:  {a: useRegister, b: useConstant, c: useXK},
	opSetIndexK: {a: useRegister, b: useConstant, c: useXK},
	opSelf:      {a: useRegister, b: useRegister, c: useConstant, last: always(1)},
	opSelfR:     {a: useRegister, b: useRegister, c: useXK, last: always(1)},
	opNewTable:  {a: useRegister},

	opAddRR: {a: useRegister, b: useRegister, c: useRegister},
	opAddRK: {a: useRegister, b: useRegister, c: useConstant},
	opAddKR: {a: useRegister, b: useConstant, c: useRegister},
	opSubRR: {a: useRegister, b: useRegister, c: useRegister},
	opSubRK: {a: useRegister, b: useRegister, c: useConstant},
	opSubKR: {a: useRegister, b: useConstant, c: useRegister},
	opMulRR: {a: useRegister, b: useRegister, c: useRegister},
	opMulRK: {a: useRegister, b: useRegister, c: useConstant},
	opMulKR: {a: useRegister, b: useConstant, c: useRegister},
	opDivRR: {a: useRegister, b: useRegister, c: useRegister},
	opDivRK: {a: useRegister, b: useRegister, c: useConstant},
	opDivKR: {a: useRegister, b: useConstant, c: useRegister},
	opModRR: {a: useRegister, b: useRegister, c: useRegister},
	opModRK: {a: useRegister, b: useRegister, c: useConstant},
	opArith: {a: useRegister, b: useXK, c: useYK},

	opUnm:    {a: useRegister, b: useRegister},
	opNot:    {a: useRegister, b: useRegister},
	opLen:    {a: useRegister, b: useRegister},
	opConcat: {a: useRegister, b: useRegister, c: useRegister},

	opJmpClose: {a: useRegister},
	opEqRR:     {b: useRegister, c: useRegister},
	opEqRK:     {b: useRegister, c: useConstant},
	opLtRR:     {b: useRegister, c: useRegister},
	opLtRRNot:  {b: useRegister, c: useRegister},
	opLtRK:     {b: useRegister, c: useConstant},
	opLtRKNot:  {b: useRegister, c: useConstant},
	opLtKR:     {b: useConstant, c: useRegister},
	opLtKRNot:  {b: useConstant, c: useRegister},
	opLeRR:     {b: useRegister, c: useRegister},
	opLeRRNot:  {b: useRegister, c: useRegister},
	opLeRK:     {b: useRegister, c: useConstant},
	opLeRKNot:  {b: useRegister, c: useConstant},
	opLeKR:     {b: useConstant, c: useRegister},
	opLeKRNot:  {b: useConstant, c: useRegister},

	opTest:       {a: useRegister},
	opTestNot:    {a: useRegister},
	opTestSet:    {a: useRegister, b: useRegister},
	opTestSetNot: {a: useRegister, b: useRegister},

	opCall: {a: useRegister, open: func(i *instr) bool { return i.y == 0 },
		last: func(i *instr) int { return max(0, int(i.y)-1, int(i.x)-1) }},
	opTailCall: {a: useRegister, open: func(i *instr) bool { return i.y == 0 },
		last: func(i *instr) int { return max(0, int(i.y)-1) }},
	opReturn1:     {a: useRegister},
	opReturn:      {a: useRegister, last: results, open: open},
	opReturnClose: {a: useRegister, last: results, open: open},
	opVararg:      {a: useRegister, last: results},
	opForLoop:     {a: useRegister, last: always(3)},
	opForPrep:     {a: useRegister, last: always(3)},
	opTForCall:    {a: useRegister, last: func(i *instr) int { return 2 + max(3, int(i.x)) }},
	opTForLoop:    {a: useRegister, last: always(1)},
	opSetList: {a: useRegister, open: func(i *instr) bool { return i.x == 0 },
		last: func(i *instr) int { return int(i.x) }},
	opClosure: {a: useRegister},
}

func always(n int) func(*instr) int { return func(*instr) int { return n } }

func results(i *instr) int { return int(i.x) - 1 }

func open(i *instr) bool { return i.x < 0 }
