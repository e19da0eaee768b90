package vm

import "lunarium/runtime/bytecode"

// This file tells how much of a stack is in use.

// Values gives what stands on the thread's stack.
func (d ThreadDebug) Values() []Value {
	t := d.t
	end := t.top
	if t.frame != 0 {
		end = t.extent()
	}
	values := make([]Value, 0, (end-t.bottom())/valueSize)
	for a := t.bottom(); a < end; a += valueSize {
		values = append(values, t.at(a).shown())
	}
	return values
}

func (t *Thread) extentOf(f *frame) uintptr {
	if f.isGo() {
		return t.top
	}
	return f.base + f.lua().code.frameSize
}

// frameEnd gives the address behind the values of the call at a level: those that
// are the machine's own are none of them.
func (t *Thread) frameEnd(level int) uintptr {
	if level == 0 {
		return t.extentOf(t.current())
	}
	called := t.level(level - 1)
	if called.flags&frameThen != 0 && t.level(level).flags&frameInPlace == 0 {
		return called.function - valueSize // a continuation stands there
	}
	return called.function
}

// statementEnd gives the address behind the local variables of the running Lua
// function, which stands at the beginning of a statement: what lies beyond are
// left-overs. Without debug information it is the frame's end.
func (t *Thread) statementEnd() uintptr {
	f := t.current()
	code := f.lua().code
	if len(code.proto.LineInfo) == 0 {
		return t.extentOf(f)
	}
	locals := bytecode.ActiveLocals(code.proto, code.index(f.pc)+1)
	return f.base + uintptr(locals)*valueSize
}

// reach gives the end of what the frames may use: the registers of a caller go on
// above the call that it has made.
func (t *Thread) reach() uintptr {
	end := t.extent()
	for a := t.firstFrame(); a < t.frame; a += frameSize {
		if f := (*frame)(ptr(&a)); !f.isGo() {
			end = max(end, f.base+f.lua().code.frameSize)
		}
	}
	return end
}
