package bytecode

import (
	"errors"
	"fmt"

	"lunarium/runtime/visible"
)

// This file proves that a prototype is safe to run.

var errTooDeep = errors.New("functions nested too deep")

// VerifyError says which instruction of which function is unsafe.
type VerifyError struct {
	// Line is the line where the function was defined.
	Line int
	// PC is the instruction, or -1 when the whole function is at fault.
	PC int
	// Reason says what is wrong with it.
	Reason string
}

func (e *VerifyError) Error() string {
	if e.PC < 0 {
		return fmt.Sprintf("function at line %d: %s", e.Line, e.Reason)
	}
	return fmt.Sprintf("function at line %d, instruction %d: %s", e.Line, e.PC+1, e.Reason)
}

// Verify reports whether a machine that checks no bounds can run p and all its
// nested functions: every register is below MaxStack, every index is in range,
// every jump lands on an instruction of its own, control never runs past the
// end, an instruction that takes values "up to the top" directly follows the one
// that sets the top, and no call puts its frame over a variable that a closure
// may still share with the stack.
//
// It does not prove types: FORLOOP may meet registers that hold no numbers,
// and the sizes in NEWTABLE may be absurd. Errors are of type *VerifyError.
func Verify(p *Proto) error { return verify(p, 0) }

func verify(p *Proto, depth int) error {
	if depth > maxDepth {
		return errTooDeep
	}
	v := verifier{p: p, targets: make([]bool, len(p.Code))}
	if err := v.run(); err != nil {
		return err
	}
	for _, child := range p.Protos {
		if err := v.captures(child); err != nil {
			return err
		}
	}
	if err := v.opens(); err != nil {
		return err
	}
	for _, child := range p.Protos {
		if err := verify(child, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// verifier checks one function. pc is the instruction at hand; targets marks
// the instructions that something jumps to.
type verifier struct {
	p       *Proto
	pc      int
	targets []bool
}

func (v *verifier) errorf(format string, args ...any) error {
	return &VerifyError{Line: v.p.LineDefined, PC: v.pc, Reason: fmt.Sprintf(format, args...)}
}

func (v *verifier) run() error {
	if err := v.frame(); err != nil {
		return err
	}
	for v.pc = range v.p.Code {
		if err := v.operands(v.p.Code[v.pc]); err != nil {
			return err
		}
	}
	for v.pc = range v.p.Code {
		if err := v.shape(v.p.Code[v.pc]); err != nil {
			return err
		}
	}
	return nil
}

// frame checks what concerns the function as a whole.
func (v *verifier) frame() error {
	p := v.p
	v.pc = -1
	switch n := len(p.Code); {
	case n == 0:
		return v.errorf("no code")
	case p.Code[n-1].Op() != RETURN:
		return v.errorf("does not end in RETURN")
	case p.NumParams > p.MaxStack:
		return v.errorf("%d parameters in %d registers", p.NumParams, p.MaxStack)
	case len(p.Upvalues) > maxA:
		return v.errorf("%d upvalues", len(p.Upvalues))
	case len(p.LineInfo) != 0 && len(p.LineInfo) != n:
		return v.errorf("%d lines for %d instructions", len(p.LineInfo), n)
	}
	return v.locals()
}

// locals checks that no more local variables are active at a time than there
// are registers, since the n-th active one lives in register n-1.
func (v *verifier) locals() error {
	if len(v.p.Locals) == 0 {
		return nil
	}
	n := len(v.p.Code)
	change := make([]int, n+1)
	for _, l := range v.p.Locals {
		if l.StartPC < 0 || l.EndPC < l.StartPC || l.EndPC > n {
			return v.errorf("local %s is active from %d to %d", visible.Quote(l.Name), l.StartPC, l.EndPC)
		}
		change[l.StartPC]++
		change[l.EndPC]--
	}
	active := 0
	for pc, d := range change {
		if active += d; active > int(v.p.MaxStack) {
			return v.errorf("%d locals at instruction %d", active, pc+1)
		}
	}
	return nil
}

// captures checks where a nested function takes its upvalues from.
func (v *verifier) captures(child *Proto) error {
	v.pc = -1
	for _, u := range child.Upvalues {
		limit := len(v.p.Upvalues)
		if u.InStack {
			limit = int(v.p.MaxStack)
		}
		if int(u.Index) >= limit {
			return v.errorf("nested function captures %d of %d", u.Index, limit)
		}
	}
	return nil
}

// operands checks each operand by its meaning and marks jump targets.
func (v *verifier) operands(i Instruction) error {
	if int(i.Op()) >= OpcodeCount {
		return v.errorf("opcode %d", i.Op())
	}
	info := i.Op().Info()
	if err := v.operand(info.A, i.A()); err != nil {
		return err
	}
	switch info.Format {
	case FormatABC:
		if err := v.operand(info.B, i.B()); err != nil {
			return err
		}
		return v.operand(info.C, i.C())
	case FormatABx:
		return v.operand(info.B, i.Bx())
	case FormatAsBx:
		return v.operand(info.B, i.SBx())
	}
	return nil
}

func (v *verifier) operand(kind Operand, n int) error {
	switch kind {
	case Register:
		return v.below("register", n, int(v.p.MaxStack))
	case RK:
		if IsConstant(n) {
			return v.below("constant", ConstantIndex(n), len(v.p.Constants))
		}
		return v.below("register", n, int(v.p.MaxStack))
	case Const:
		return v.below("constant", n, len(v.p.Constants))
	case Upvalue:
		return v.below("upvalue", n, len(v.p.Upvalues))
	case Nested:
		return v.below("nested function", n, len(v.p.Protos))
	case Jump:
		return v.target(v.pc + 1 + n)
	}
	return nil
}

func (v *verifier) below(what string, n, limit int) error {
	if n < limit {
		return nil
	}
	return v.errorf("%s %d of %d", what, n, limit)
}

// registers checks the last of a row of registers; last is below the first
// for an empty row.
func (v *verifier) registers(last int) error {
	return v.below("register", last, int(v.p.MaxStack))
}

func (v *verifier) target(pc int) error {
	if pc < 0 || pc >= len(v.p.Code) {
		return v.errorf("jump to instruction %d of %d", pc+1, len(v.p.Code))
	}
	if v.p.Code[pc].Op() == EXTRAARG {
		return v.errorf("jump to an EXTRAARG")
	}
	v.targets[pc] = true
	return nil
}
