package vm

import (
	"fmt"

	"lunarium/runtime/bytecode"
)

// This file words the errors of the machine's own operations as ldebug.c does.

// variable describes where the running Lua function has the value in the
// register at an address: " local 'x'"-like, or "".
func (t *Thread) variable(slot uintptr) string {
	f := t.current()
	if f.isGo() || slot < f.base || slot >= f.base+f.lua().code.frameSize {
		return ""
	}
	code := f.lua().code
	kind, name := bytecode.ObjectName(code.proto, code.index(f.pc), int((slot-f.base)/valueSize))
	if kind == "" {
		return ""
	}
	return fmt.Sprintf("%s '%s' ", kind, name)
}

// operandSlot finds the register or upvalue operand of the current
// instruction that holds v, and describes it.
func (t *Thread) describeOperand(v Value) string {
	f := t.current()
	if f.isGo() {
		return ""
	}
	code := f.lua().code
	i := code.proto.Code[code.index(f.pc)]
	if i.Op() == bytecode.GETTABUP || i.Op() == bytecode.SETTABUP {
		index := i.B()
		if i.Op() == bytecode.SETTABUP {
			index = i.A()
		}
		if identical((*f.lua().upvalue(index)).get(), v) {
			return fmt.Sprintf("upvalue '%s' ", bytecode.UpvalueName(code.proto, index))
		}
	}
	for _, r := range operandRegisters(i) {
		if IsRegister(r) && identical(f.register(register(r)), v) {
			return t.variable(f.base + uintptr(r)*valueSize)
		}
	}
	return ""
}

// IsRegister tells whether an RK operand is a register.
func IsRegister(rk int) bool { return !bytecode.IsConstant(rk) }

// operandRegisters gives the operands in which an operation's offending value
// may stand, in the order in which the reference looks for it.
func operandRegisters(i bytecode.Instruction) []int {
	switch i.Op() {
	case bytecode.SETTABLE:
		return []int{i.A()}
	case bytecode.GETTABLE, bytecode.SELF, bytecode.LEN, bytecode.UNM:
		return []int{i.B()}
	case bytecode.CONCAT:
		registers := make([]int, 0, i.C()-i.B()+1)
		for r := i.C(); r >= i.B(); r-- {
			registers = append(registers, r)
		}
		return registers
	case bytecode.ADD, bytecode.SUB, bytecode.MUL, bytecode.DIV, bytecode.MOD, bytecode.POW:
		return []int{i.C(), i.B()}
	}
	return nil
}

// identical tells whether two values are one and the same, bit by bit.
func identical(a, b Value) bool {
	return a.n == b.n && (a.n < tagFloor || a.hi() < hiLight || a.p == b.p)
}

// typeError raises "attempt to what local 'x' (a nil value)".
func (t *Thread) typeError(v Value, what string) {
	t.raiseType(t.describeOperand(v), v, what)
}

// typeErrorAt is typeError for a value in a stack slot.
func (t *Thread) typeErrorAt(slot uintptr, what string) {
	f := t.current()
	if !f.isGo() {
		code := f.lua().code
		if i := code.proto.Code[code.index(f.pc)]; i.Op() == bytecode.TFORCALL {
			t.raiseType("", *at(slot), what)
		}
	}
	t.raiseType(t.variable(slot), *at(slot), what)
}

func (t *Thread) raiseType(variable string, v Value, what string) {
	name := v.Type().String()
	position := t.Where(0)
	if variable == "" {
		t.Throw(String(fmt.Sprintf("%sattempt to %s a %s value", position, what, name)))
	}
	t.Throw(String(fmt.Sprintf("%sattempt to %s %s(a %s value)", position, what, variable, name)))
}

// indexError raises "attempt to index …" for v[key].
func (t *Thread) indexError(v, key Value) { t.typeError(v, "index") }

func (t *Thread) concatError(a, b Value) {
	if a.IsString() || a.IsNumber() {
		a = b
	}
	t.typeError(a, "concatenate")
}

func (t *Thread) orderError(a, b Value) {
	x, y := a.Type().String(), b.Type().String()
	if x == y {
		t.runError("attempt to compare two %s values", x)
	}
	t.runError("attempt to compare %s with %s", x, y)
}

// runError raises an error of the running instruction, or of the Go function
// that does the operation for its caller.
func (t *Thread) runError(format string, args ...any) {
	t.Throw(String(t.Where(0) + fmt.Sprintf(format, args...)))
}

// Address gives an object's sequence number the way %p prints a pointer; for a
// value that is not an object, "(null)".
func Address(v Value) string {
	var id uint64
	switch v.hi() {
	case hiTable:
		id = v.tab().id()
	case hiClosure:
		id = v.AsClosure().id & idBits
	case hiGo:
		id = v.AsGo().id & idBits
	case hiUserdata:
		id = v.AsUserdata().id
	case hiThread:
		id = v.AsThread().id
	case hiLight:
		id = uint64(uintptr(v.p))
	default:
		return "(null)"
	}
	return fmt.Sprintf("0x%08x", id*16)
}

// ToStringMeta gives v as tostring does; __tostring runs as by Call.
func (t *Thread) ToStringMeta(v Value) string {
	if v.hi() == hiString {
		return v.str()
	}
	if v.n < tagFloor {
		return FormatNumber(v.num())
	}
	if handler := t.state.MetaField(v, "__tostring"); !handler.IsNil() {
		result := t.Call1(handler, v)
		s, ok := ToString(result)
		if !ok {
			t.Errorf("'tostring' must return a string to 'print'")
		}
		return s
	}
	switch v.Type() {
	case TypeNil:
		return "nil"
	case TypeBoolean:
		if v.Truth() {
			return "true"
		}
		return "false"
	}
	return v.Type().String() + ": " + Address(v)
}

// Raise ends a Go function with an error, at a fraction of Throw's cost. Use:
// return t.Raise(v).
func (t *Thread) Raise(v Value) int {
	t.state.raised = &Error{Value: v}
	t.state.outcome = outcomeRaised
	return control
}

// NewClosure makes a main function of code, whose first upvalue is env.
func (s *State) NewClosure(code *Code, env Value) Value {
	s.ids++
	c := newClosure(code, s.ids)
	for i := range code.upvalues {
		v := Nil
		if i == 0 {
			v = env
		}
		*c.upvalue(i) = newCell(v)
	}
	return ClosureValue(c)
}

// Seed is the seed of the state's hashes.
func (s *State) Seed() uint32 { return s.seed }
