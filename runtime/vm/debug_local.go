package vm

import "lunarium/runtime/bytecode"

// This file holds local variables of running functions.

// Local gives local variable n, counted from 1, of the call at a level; a
// negative n counts extra arguments.
func (d ThreadDebug) Local(level, n int) (name string, v Value, ok bool) {
	t := d.t
	name, slot := t.localSlot(level, n)
	if slot == 0 {
		return "", Nil, false
	}
	return name, t.at(slot).shown(), true
}

// SetLocal changes the variable that Local gives.
func (d ThreadDebug) SetLocal(level, n int, v Value) (name string, ok bool) {
	t := d.t
	name, slot := t.localSlot(level, n)
	if slot == 0 {
		return "", false
	}
	*t.at(slot) = v
	return name, true
}

func (t *Thread) localSlot(level, n int) (string, uintptr) {
	f := t.level(level)
	if f == nil || n == 0 {
		return "", 0
	}
	if n < 0 {
		if f.isGo() || !f.lua().code.vararg || -n > int(f.nargs) {
			return "", 0
		}
		return "(*vararg)", f.base - uintptr(int(f.nargs)+n+1)*valueSize
	}
	// Bytecode may name locals in registers that a call has taken over.
	slot := f.base + uintptr(n-1)*valueSize
	if slot >= t.frameEnd(level) {
		return "", 0
	}
	if !f.isGo() {
		code := f.lua().code
		if name := bytecode.LocalName(code.proto, n-1, code.index(f.pc)); name != "" {
			return name, slot
		}
	}
	return "(*temporary)", slot
}

// ParamName gives the name of parameter n of a Lua function, or "".
func ParamName(fn Value, n int) string {
	closure := fn.AsClosure()
	if closure == nil || n < 1 || n > closure.code.params {
		return ""
	}
	return bytecode.LocalName(closure.code.proto, n-1, 0)
}
