package bytecode

import "strings"

// This file answers the questions of error messages: which variable lives in a register,
// and under which name a function was called.

// The kinds of names that ObjectName and CallName give, as they appear in
// error messages and in debug.getinfo's "namewhat".
const (
	KindLocal       = "local"
	KindGlobal      = "global"
	KindField       = "field"
	KindUpvalue     = "upvalue"
	KindConstant    = "constant"
	KindMethod      = "method"
	KindForIterator = "for iterator"
	KindMetamethod  = "metamethod"
)

// unknownName stands for a name that cannot be told.
const unknownName = "?"

// LocalName returns the name of the local variable that lives in register reg
// while the instruction at pc runs, or "" if none does or names were stripped.
// The loops' own variables have names in parentheses.
func LocalName(p *Proto, reg, pc int) string {
	for _, v := range p.Locals {
		if v.StartPC > pc {
			break
		}
		if pc < v.EndPC {
			if reg == 0 {
				return v.Name
			}
			reg--
		}
	}
	return ""
}

// ActiveLocals returns how many local variables are in scope when the instruction
// at pc runs; they live in the registers from 0 on.
func ActiveLocals(p *Proto, pc int) int {
	count := 0
	for _, v := range p.Locals {
		if v.StartPC > pc {
			break
		}
		if pc < v.EndPC {
			count++
		}
	}
	return count
}

// UpvalueName returns the name of an upvalue, or "?" if names were stripped.
func UpvalueName(p *Proto, index int) string {
	if index < len(p.Upvalues) && p.Upvalues[index].Name != "" {
		return p.Upvalues[index].Name
	}
	return unknownName
}

// ObjectName finds out what the value in register reg was called in the source
// when the instruction at pc used it: one of the kinds above with a name, or
// two empty strings. It follows the code back to whatever set the register.
// Source: ldebug.c, getobjname.
func ObjectName(p *Proto, pc, reg int) (kind, name string) {
	for {
		if name := LocalName(p, reg, pc); name != "" {
			return KindLocal, name
		}
		if pc = setter(p, pc, reg); pc < 0 {
			return "", ""
		}
		i := p.Code[pc]
		if i.Op() != MOVE {
			return setName(p, pc, i)
		}
		if i.B() >= i.A() {
			return "", ""
		}
		reg = i.B()
	}
}

// setName names the value that the instruction i at pc puts into its register.
func setName(p *Proto, pc int, i Instruction) (kind, name string) {
	switch i.Op() {
	case GETTABUP:
		return fieldKind(UpvalueName(p, i.B())), keyName(p, pc, i.C())
	case GETTABLE:
		return fieldKind(LocalName(p, i.B(), pc)), keyName(p, pc, i.C())
	case GETUPVAL:
		return KindUpvalue, UpvalueName(p, i.B())
	case SELF:
		return KindMethod, keyName(p, pc, i.C())
	case LOADK:
		return constantName(p, i.Bx())
	case LOADKX:
		return constantName(p, p.Code[pc+1].Ax())
	}
	return "", ""
}

// fieldKind tells globals, which are fields of a variable called _ENV, from
// other fields.
func fieldKind(table string) string {
	if table == "_ENV" {
		return KindGlobal
	}
	return KindField
}

// constantName gives a constant string as a name, which in C ends at a zero byte.
func constantName(p *Proto, index int) (kind, name string) {
	if c := p.Constants[index]; c.Kind == String {
		name, _, _ = strings.Cut(c.String, "\x00")
		return KindConstant, name
	}
	return "", ""
}

// keyName names a key if it is a constant string.
func keyName(p *Proto, pc, rk int) string {
	if IsConstant(rk) {
		if kind, name := constantName(p, ConstantIndex(rk)); kind != "" {
			return name
		}
		return unknownName
	}
	if kind, name := ObjectName(p, pc, rk); kind == KindConstant {
		return name
	}
	return unknownName
}

// setter finds the instruction before lastPC that set register reg, or -1 when
// there is none or when a jump makes it uncertain.
func setter(p *Proto, lastPC, reg int) int {
	found := -1
	joined := 0 // code before this address may have been jumped over
	for pc := 0; pc < lastPC && pc < len(p.Code); pc++ {
		i := p.Code[pc]
		if i.Op() == JMP {
			if to := pc + 1 + i.SBx(); pc < to && to <= lastPC {
				joined = max(joined, to)
			}
			continue
		}
		if !writes(i, reg) {
			continue
		}
		found = -1
		if pc >= joined {
			found = pc
		}
	}
	return found
}

// writes reports whether an instruction may change a register.
func writes(i Instruction, reg int) bool {
	a := i.A()
	switch i.Op() {
	case LOADNIL:
		return a <= reg && reg <= a+i.B()
	case TFORCALL:
		return reg >= a+2
	case CALL, TAILCALL:
		return reg >= a
	case TEST:
		return reg == a
	}
	return i.Op().Info().SetsA && reg == a
}

// metamethods gives the events that instructions raise.
var metamethods = [OpcodeCount]string{
	SELF: "__index", GETTABUP: "__index", GETTABLE: "__index",
	SETTABUP: "__newindex", SETTABLE: "__newindex",
	EQ: "__eq", LT: "__lt", LE: "__le",
	ADD: "__add", SUB: "__sub", MUL: "__mul", DIV: "__div", MOD: "__mod", POW: "__pow",
	UNM: "__unm", LEN: "__len", CONCAT: "__concat",
}

// CallName finds out under which name the instruction at pc calls a function:
// as a variable, as "for iterator", or as a metamethod with its event ("__add").
// Both strings are empty if the instruction calls nothing or the name is not
// known. Source: ldebug.c, getfuncname.
func CallName(p *Proto, pc int) (kind, name string) {
	if pc < 0 || pc >= len(p.Code) {
		return "", ""
	}
	i := p.Code[pc]
	switch i.Op() {
	case CALL, TAILCALL:
		return ObjectName(p, pc, i.A())
	case TFORCALL:
		return KindForIterator, KindForIterator
	}
	if event := metamethods[i.Op()]; event != "" {
		return KindMetamethod, event
	}
	return "", ""
}

// KeyName gives the constant string that a key operand of the instruction at pc is,
// "?" when it is none.
func KeyName(p *Proto, pc, rk int) string { return keyName(p, pc, rk) }
