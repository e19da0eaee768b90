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

// describeIndexed describes the operand that the current instruction indexes or
// measures, if v is it and not a value that was met on the way.
func (t *Thread) describeIndexed(v Value) string {
	f := t.current()
	if f.isGo() {
		return ""
	}
	i := f.instruction()
	info := &opTable[i.op]
	operand, kind := i.b, info.b
	switch info.indexed {
	case indexedNone:
		return ""
	case indexedA:
		operand, kind = i.a, info.a
	}
	if kind == useUpvalue {
		return f.describeUpvalue(int(uintptr(operand)/cellSize), v)
	}
	return t.describeRegister(operand, v)
}

func (f *frame) describeUpvalue(index int, v Value) string {
	if !identical((*f.lua().upvalue(index)).get(), v) {
		return ""
	}
	return fmt.Sprintf("upvalue '%s' ", bytecode.UpvalueName(f.lua().code.proto, index))
}

func (t *Thread) describeRegister(offset uint16, v Value) string {
	f := t.current()
	if !identical(f.register(offset), v) {
		return ""
	}
	return t.variable(f.base + uintptr(offset))
}

// identical tells whether two values are one and the same, bit by bit.
func identical(a, b Value) bool {
	return a.n == b.n && (a.n < tagFloor || a.hi() < hiLight || a.p == b.p)
}

// typeError raises "attempt to what local 'x' (a nil value)" for a value that
// can't be indexed or has no length.
func (t *Thread) typeError(v Value, what string) {
	t.raiseType(t.describeIndexed(v), v, what)
}

// typeErrorAt is typeError for a value in a stack slot.
func (t *Thread) typeErrorAt(slot uintptr, what string) {
	if f := t.current(); !f.isGo() && op(f.instruction().op) == opTForCall {
		t.raiseType("", *t.at(slot), what)
	}
	t.raiseType(t.variable(slot), *t.at(slot), what)
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

// arithError raises "attempt to perform arithmetic on …" for the first of two
// operands that is no number.
func (t *Thread) arithError(b, c Value) {
	_, second := t.ToNumber(b)
	if second {
		b = c
	}
	variable := ""
	if f := t.current(); !f.isGo() {
		i := f.instruction()
		offset, constant := i.b, i.constantB()
		if second {
			offset, constant = i.c, i.constantC()
		}
		if !constant {
			variable = t.variable(f.base + uintptr(offset))
		}
	}
	t.raiseType(variable, b, "perform arithmetic on")
}

// concatError raises "attempt to concatenate …" for the first of two operands,
// in the registers left and left+1, that is no string.
func (t *Thread) concatError(a, b Value, left int) {
	if a.IsString() || a.IsNumber() {
		a, left = b, left+1
	}
	t.raiseType(t.variable(t.current().base+uintptr(left)*valueSize), a, "concatenate")
}

func (t *Thread) orderError(a, b Value) {
	x, y := a.Type().String(), b.Type().String()
	if x == y {
		t.runError("attempt to compare two %s values", x)
	}
	t.runError("attempt to compare %s with %s", x, y)
}
