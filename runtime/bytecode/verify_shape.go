package bytecode

// This file checks what instructions ask of their neighbours.

// shape checks what an instruction asks of its neighbours and of the registers
// that it uses beyond its operands. It runs when all operands are checked and
// all jump targets marked, but for those of LOADBOOL, which it checks itself.
func (v *verifier) shape(i Instruction) error {
	if err := v.top(i); err != nil {
		return err
	}
	if i.Op().Info().Test {
		if v.next().Op() != JMP {
			return v.errorf("%v without JMP", i.Op())
		}
		return nil
	}
	switch i.Op() {
	case LOADBOOL:
		return v.skip(i)
	case LOADNIL:
		return v.registers(i.A() + i.B())
	case SELF:
		return v.registers(i.A() + 1)
	case CONCAT:
		if i.B() >= i.C() {
			return v.errorf("CONCAT of registers %d to %d", i.B(), i.C())
		}
	case JMP:
		return v.registers(i.A() - 1)
	case LOADKX, EXTRAARG, SETLIST:
		return v.extra(i)
	case CALL, TAILCALL, RETURN, VARARG:
		return v.rows(i)
	case FORLOOP, FORPREP, TFORCALL, TFORLOOP:
		return v.loop(i)
	}
	return nil
}

// next returns the instruction after the one at hand. The last instruction of
// a function is a RETURN, so only that one has none; it is its own successor.
func (v *verifier) next() Instruction {
	return v.p.Code[min(v.pc+1, len(v.p.Code)-1)]
}

// skip checks a LOADBOOL that jumps over the next instruction.
func (v *verifier) skip(i Instruction) error {
	if i.C() == 0 {
		return nil
	}
	to := v.pc + 2
	if to >= len(v.p.Code) {
		return v.errorf("LOADBOOL skips the end")
	}
	if op := v.p.Code[to].Op(); op == EXTRAARG || takesTop(v.p.Code[to]) {
		return v.errorf("LOADBOOL skips to %v", op)
	}
	return nil
}

// extra checks that EXTRAARG and the instructions that need it pair up.
func (v *verifier) extra(i Instruction) error {
	switch i.Op() {
	case EXTRAARG:
		if v.pc > 0 && wantsExtra(v.p.Code[v.pc-1]) {
			return nil
		}
		return v.errorf("stray EXTRAARG")
	case SETLIST:
		if err := v.registers(i.A() + i.B()); err != nil {
			return err
		}
	}
	if !wantsExtra(i) {
		return nil
	}
	extra := v.next()
	if extra.Op() != EXTRAARG {
		return v.errorf("%v without EXTRAARG", i.Op())
	}
	if i.Op() == LOADKX {
		return v.below("constant", extra.Ax(), len(v.p.Constants))
	}
	if extra.Ax() == 0 {
		return v.errorf("SETLIST of block 0")
	}
	return nil
}

func wantsExtra(i Instruction) bool {
	return i.Op() == LOADKX || i.Op() == SETLIST && i.C() == 0
}

// rows checks the rows of registers that calls and returns read and write.
func (v *verifier) rows(i Instruction) error {
	switch i.Op() {
	case CALL, TAILCALL:
		if err := v.registers(i.A() + i.B() - 1); err != nil {
			return err
		}
		if i.Op() == CALL {
			return v.registers(i.A() + i.C() - 2)
		}
		if next := v.next(); next.Op() != RETURN || next.B() != 0 || next.A() != i.A() {
			return v.errorf("TAILCALL without its RETURN")
		}
		return nil
	case VARARG:
		if !v.p.IsVararg {
			return v.errorf("VARARG in a function without")
		}
	}
	return v.registers(i.A() + i.B() - 2)
}

// loop checks the pairs of instructions that loops are made of.
func (v *verifier) loop(i Instruction) error {
	switch i.Op() {
	case FORPREP:
		to := v.p.Code[v.pc+1+i.SBx()]
		if to.Op() != FORLOOP || to.A() != i.A() {
			return v.errorf("FORPREP without FORLOOP")
		}
		return v.registers(i.A() + 3)
	case FORLOOP:
		return v.registers(i.A() + 3)
	case TFORLOOP:
		return v.registers(i.A() + 1)
	}
	if next := v.next(); next.Op() != TFORLOOP || next.A() != i.A()+2 {
		return v.errorf("TFORCALL without TFORLOOP")
	}
	if i.C() == 0 {
		return v.errorf("TFORCALL for no variables")
	}
	// The call itself needs room for the iterator and its two arguments.
	return v.registers(i.A() + 2 + max(i.C(), 3))
}

// top checks that an instruction which sets the top is directly followed by
// one which takes values up to it, and the reverse; that nothing jumps between
// the two; and that the values taken start no higher than those set.
func (v *verifier) top(i Instruction) error {
	if setsTop(i) && !takesTop(v.next()) {
		return v.errorf("%v leaves open results", i.Op())
	}
	if !takesTop(i) {
		return nil
	}
	if v.pc == 0 || !setsTop(v.p.Code[v.pc-1]) || v.targets[v.pc] {
		return v.errorf("%v takes open results", i.Op())
	}
	first := i.A() + 1
	if i.Op() == RETURN {
		first = i.A()
	}
	if set := v.p.Code[v.pc-1].A(); set < first {
		return v.errorf("open results start at register %d, not %d", set, first)
	}
	return nil
}

func setsTop(i Instruction) bool {
	switch i.Op() {
	case CALL:
		return i.C() == 0
	case VARARG:
		return i.B() == 0
	}
	return i.Op() == TAILCALL
}

func takesTop(i Instruction) bool {
	switch i.Op() {
	case CALL, TAILCALL, RETURN, SETLIST:
		return i.B() == 0
	}
	return false
}
