package vm

import (
	"go/build"
	"testing"

	"lunarium/runtime/bytecode"
)

// Each operation has its row in the table, under a name of its own.
func TestEveryOperationIsInTheTable(t *testing.T) {
	seen := map[string]op{}
	for o := range opCount {
		name := o.String()
		if other, taken := seen[name]; name == "" || taken {
			t.Errorf("operation %d is called %q, as is %d", o, name, other)
		}
		seen[name] = o
		if info := opTable[o]; info.finish == finishCompare && o != opCompare && info.event == 0 {
			t.Errorf("%v compares, and the table doesn't tell how", o)
		}
	}
}

// operandTests are prototypes' constants, a number, a string and nil, and two registers.
var operandTests = []int{0, 1, 0 | 1<<8, 1 | 1<<8, 2 | 1<<8}

// What the decoder makes of an instruction tells where its operands come from, and what
// the operation is, without the bytecode.
func TestInstructionsTellWhatTheBytecodeSays(t *testing.T) {
	loader := NewLoader(0)
	constants := []bytecode.Constant{{Kind: bytecode.Number, Number: 7}, {Kind: bytecode.String, String: "k"}, {}}
	decode := func(code ...bytecode.Instruction) *instr {
		return &loader.Load(&bytecode.Proto{MaxStack: 9, Constants: constants, Code: code}).instrs[0]
	}
	events := map[bytecode.Opcode]event{
		bytecode.ADD: eventAdd, bytecode.SUB: eventSub, bytecode.MUL: eventMul, bytecode.DIV: eventDiv, bytecode.MOD: eventMod, bytecode.POW: eventPow,
		bytecode.EQ: eventEq, bytecode.LT: eventLt, bytecode.LE: eventLe,
	}
	end := bytecode.ABC(bytecode.RETURN, 0, 1, 0)
	for o, e := range events {
		for _, b := range operandTests {
			for _, c := range operandTests {
				if o >= bytecode.ADD && o <= bytecode.POW {
					checkOperands(t, o, decode(bytecode.ABC(o, 3, b, c), end), b, c, e)
					continue
				}
				for _, wanted := range []int{0, 1} {
					for _, closing := range []int{0, 1, 255} {
						i := decode(bytecode.ABC(o, wanted, b, c), bytecode.AsBx(bytecode.JMP, closing, 0), end)
						checkOperands(t, o, i, b, c, e)
						register, closes := i.closes()
						if i.wanted() != (wanted != 0) || closes != (closing != 0) || closes && int(register) != (closing-1)*int(valueSize) {
							t.Errorf("%v %d, which closes from %d: wanted %v, closes %v from %d", o, wanted, closing, i.wanted(), closes, register)
						}
					}
				}
			}
		}
	}
}

func checkOperands(t *testing.T, o bytecode.Opcode, i *instr, b, c int, e event) {
	t.Helper()
	if bytecode.IsConstant(b) && op(i.op) == opEqRK {
		b, c = c, b // equality is the same both ways
	}
	wrong := i.constantB() != bytecode.IsConstant(b) || i.constantC() != bytecode.IsConstant(c) ||
		i.b != register(bytecode.ConstantIndex(b)) || i.c != register(bytecode.ConstantIndex(c))
	switch {
	case op(i.op) == opArith:
		wrong = wrong || i.arithEvent() != e
	case opTable[i.op].finish == finishCompare:
		wrong = wrong || i.comparison() != e
	}
	if wrong {
		t.Errorf("%v %d %d became %v with b %d (constant: %v) and c %d (constant: %v)", o, b, c, op(i.op), i.b, i.constantB(), i.c, i.constantC())
	}
}

// The file that keeps the machine from being built is part of it where it would be wrong,
// and nowhere else.
func TestOnlyLittleEndianMachinesOf64BitsAreBuiltFor(t *testing.T) {
	for arch, wrong := range map[string]bool{
		"amd64": false, "arm64": false, "loong64": false, "mips64le": false, "ppc64le": false, "riscv64": false, "wasm": false,
		"386": true, "arm": true, "mips": true, "mipsle": true, "mips64": true, "ppc64": true, "s390x": true,
	} {
		context := build.Default
		context.GOARCH = arch
		refused, err := context.MatchFile(".", "endian.go")
		if err != nil || refused != wrong {
			t.Errorf("a build for %s is refused: %v (%v)", arch, refused, err)
		}
	}
}
