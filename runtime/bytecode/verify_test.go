package bytecode

import (
	"errors"
	"strings"
	"testing"
)

func TestVerifyAccepts(t *testing.T) {
	if err := Verify(loopProto()); err != nil {
		t.Fatal(err)
	}
}

// TestVerifyRefuses spoils one thing in a valid prototype at a time.
func TestVerifyRefuses(t *testing.T) {
	put := func(at int, i Instruction) func(*Proto) {
		return func(p *Proto) { p.Code[at] = i }
	}
	for _, tc := range []struct {
		reason string
		spoil  func(*Proto)
	}{
		{"no code", func(p *Proto) { p.Code = nil }},
		{"does not end in RETURN", put(atReturn, ABC(MOVE, 0, 0, 0))},
		{"parameters", func(p *Proto) { p.NumParams = 9 }},
		{"upvalues", func(p *Proto) { p.Upvalues = make([]UpvalueDesc, 256) }},
		{"lines for", func(p *Proto) { p.LineInfo = p.LineInfo[1:] }},
		{`local "a" is active`, func(p *Proto) { p.Locals[0].StartPC = -1 }},
		{`local "a" is active`, func(p *Proto) { p.Locals[0].EndPC = 1000 }},
		{"locals at instruction 3", func(p *Proto) {
			p.Locals = nil
			for range 9 {
				p.Locals = append(p.Locals, LocalVar{"x", 2, 4})
			}
		}},
		{"captures 8 of 8", func(p *Proto) { p.Protos[0].Upvalues[0].Index = 8 }},
		{"captures 2 of 2", func(p *Proto) { p.Protos[0].Upvalues[1].Index = 2 }},
		{"function at line 2, instruction 1: upvalue 2 of 2", func(p *Proto) { p.Protos[0].Code[0] = ABC(GETUPVAL, 0, 2, 0) }},
		{"opcode 63", put(atConcat, Instruction(63))},
		{"register 8 of 8", put(atConcat, ABC(MOVE, 8, 0, 0))},
		{"register 200 of 8", put(atConcat, ABC(MOVE, 0, 200, 0))},
		{"register 8 of 8", put(atConcat, ABC(ADD, 0, 8, 0))},
		{"constant 4 of 4", put(atConcat, ABC(ADD, 0, 0, constantBit|4))},
		{"constant 4 of 4", put(atLoadK, ABx(LOADK, 0, 4))},
		{"constant 4 of 4", put(atExtraConstant, Ax(EXTRAARG, 4))},
		{"nested function 1 of 1", put(atClosure, ABx(CLOSURE, 0, 1))},
		{"upvalue 2 of 2", put(atConcat, ABC(SETTABUP, 2, 0, 0))},
		{"upvalue 2 of 2", put(atConcat, ABC(SETUPVAL, 0, 2, 0))},
		{"jump to instruction 0 of 26", put(atGenericJump, AsBx(JMP, 0, -atGenericJump-2))},
		{"jump to instruction 27 of 26", put(atGenericJump, AsBx(JMP, 0, atReturn-atGenericJump))},
		{"jump to an EXTRAARG", put(atGenericJump, AsBx(JMP, 0, atExtraBlock-atGenericJump-1))},
		{"register 8 of 8", put(atGenericJump, AsBx(JMP, 9, 0))},
		{"LOADKX without EXTRAARG", put(atExtraConstant, ABC(MOVE, 0, 0, 0))},
		{"stray EXTRAARG", put(atLoadKX, ABC(MOVE, 0, 0, 0))},
		{"SETLIST of block 0", put(atExtraBlock, Ax(EXTRAARG, 0))},
		{"LOADBOOL skips the end", func(p *Proto) {
			p.Code[atTailCall] = ABC(MOVE, 0, 0, 0)
			p.Code[atTailReturn] = ABC(LOADBOOL, 0, 0, 1)
		}},
		{"LOADBOOL skips to CALL", put(atSelf, ABC(LOADBOOL, 0, 0, 1))},
		{"LOADBOOL skips to EXTRAARG", put(atLoadK, ABC(LOADBOOL, 0, 0, 1))},
		{"register 8 of 8", put(atLoadNil, ABC(LOADNIL, 2, 6, 0))},
		{"register 8 of 8", put(atSelf, ABC(SELF, 7, 0, 0))},
		{"CONCAT of registers 2 to 2", put(atConcat, ABC(CONCAT, 1, 2, 2))},
		{"EQ without JMP", put(atTestJump, ABC(MOVE, 0, 0, 0))},
		{"register 8 of 8", put(atConcat, ABC(CALL, 4, 5, 1))},
		{"register 8 of 8", put(atConcat, ABC(CALL, 4, 1, 6))},
		{"CALL leaves open results", put(atTakingCall, ABC(MOVE, 0, 0, 0))},
		{"CALL takes open results", put(atOpenCall, ABC(CALL, 4, 2, 2))},
		{"CALL takes open results", put(atTestJump, AsBx(JMP, 0, atTakingCall-atTestJump-1))},
		{"open results start at register 3, not 4", put(atOpenCall, ABC(CALL, 3, 2, 0))},
		{"open results start at register 0, not 1", put(atVararg, ABC(VARARG, 0, 0, 0))},
		{"TAILCALL leaves open results", put(atTailReturn, ABC(RETURN, 0, 1, 0))},
		{"TAILCALL without its RETURN", put(atTailCall, ABC(TAILCALL, 1, 1, 0))},
		{"VARARG in a function without", func(p *Proto) { p.IsVararg = false }},
		{"register 8 of 8", put(atConcat, ABC(RETURN, 4, 6, 0))},
		{"FORPREP without FORLOOP", put(atForPrep, AsBx(FORPREP, 2, 0))},
		{"FORPREP without FORLOOP", put(atForPrep, AsBx(FORPREP, 3, 1))},
		{"register 8 of 8", func(p *Proto) {
			p.Code[atForPrep] = AsBx(FORPREP, 5, 1)
			p.Code[atForLoop] = AsBx(FORLOOP, 5, -2)
		}},
		{"TFORCALL without TFORLOOP", put(atTForLoop, AsBx(TFORLOOP, 3, -2))},
		{"TFORCALL for no variables", put(atTForCall, ABC(TFORCALL, 2, 0, 0))},
		{"register 8 of 8", put(atTForCall, ABC(TFORCALL, 2, 0, 4))},
	} {
		p := loopProto()
		tc.spoil(p)
		err := Verify(p)
		var located *VerifyError
		if !errors.As(err, &located) || !strings.Contains(err.Error(), tc.reason) {
			t.Errorf("want %q, got %v", tc.reason, err)
		}
	}
}

func TestVerifyDepth(t *testing.T) {
	leaf := func() *Proto { return &Proto{MaxStack: 2, Code: []Instruction{ABC(RETURN, 0, 1, 0)}} }
	top := leaf()
	for p, i := top, 0; i <= maxDepth; i++ {
		child := leaf()
		p.Protos = []*Proto{child}
		p = child
	}
	if err := Verify(top); !errors.Is(err, errTooDeep) {
		t.Errorf("got %v", err)
	}
	var format *FormatError
	if _, err := Load(Dump(top, false), "=deep"); !errors.As(err, &format) || !errors.Is(err, errTooDeep) {
		t.Errorf("got %v", err)
	}
}

func TestOpcodeTable(t *testing.T) {
	seen := map[string]bool{}
	for op := range OpcodeCount {
		info := Opcode(op).Info()
		if info.Name == "" || info.Picture == "" || seen[info.Name] {
			t.Errorf("opcode %d: %+v", op, info)
		}
		seen[info.Name] = true
		if writesA := strings.Contains(info.Picture, "R(A)") && info.SetsA; info.SetsA && !writesA && Opcode(op) != TAILCALL {
			t.Errorf("%s sets A, but its picture does not show it: %s", info.Name, info.Picture)
		}
		if info.Test != strings.HasPrefix(info.Picture, "skip one unless") && Opcode(op) != TESTSET {
			t.Errorf("%s: is it a test? %s", info.Name, info.Picture)
		}
	}
}

func TestInstructionFields(t *testing.T) {
	i := ABC(SETLIST, 255, 511, 510)
	if i.Op() != SETLIST || i.A() != 255 || i.B() != 511 || i.C() != 510 {
		t.Errorf("%v %d %d %d", i.Op(), i.A(), i.B(), i.C())
	}
	for _, d := range []int{-maxSBx, -1, 0, 1, maxSBx + 1} {
		if j := AsBx(JMP, 3, d); j.Op() != JMP || j.A() != 3 || j.SBx() != d {
			t.Errorf("jump of %d: %v %d %d", d, j.Op(), j.A(), j.SBx())
		}
	}
	if i := Ax(EXTRAARG, maxAx); i.Op() != EXTRAARG || i.Ax() != maxAx {
		t.Errorf("%v %d", i.Op(), i.Ax())
	}
	for operand, want := range map[int]int{0: 0, 7: 7, 8: 8, 15: 15, 16: 16, 17: 18, 0xff: 15 << 30} {
		if got := TableSize(operand); got != want {
			t.Errorf("TableSize(%d) = %d, want %d", operand, got, want)
		}
	}
}
