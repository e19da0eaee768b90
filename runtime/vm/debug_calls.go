package vm

// This file lists the active calls of a task, for who counts them.

// Call is an active call: of a Lua function, which stands at a line, or of a Go function.
type Call struct {
	Code *Code // nil: a Go function
	Line int   // 0: not known
	Go   string
}

// Calls appends the active calls of a thread that is a suspended or running task, the innermost first and
// those of a coroutine before those of who resumed it, but no more than most; cut tells
// that there are more.
func (d ThreadDebug) Calls(into []Call, most int) (calls []Call, cut bool) {
	t := d.t.innermost()
	if s := d.t.state; s.task == d.t && s.running != nil {
		t = s.running
	}
	for ; t != nil; t = t.resumer {
		for level := range t.calls() {
			if len(into) >= most {
				return into, true
			}
			into = append(into, t.level(level).call())
		}
	}
	return into, false
}

// CallOf tells of a call of a function that is about to begin; false: it is none.
func CallOf(fn Value) (c Call, ok bool) {
	switch {
	case fn.AsClosure() != nil:
		code := fn.AsClosure().code
		return Call{Code: code, Line: code.proto.Line(0)}, true
	case fn.AsGo() != nil:
		return Call{Go: fn.AsGo().Name}, true
	}
	return c, false
}

// call tells which function runs in a frame, and where.
func (f *frame) call() Call {
	if f.isGo() {
		return Call{Go: f.gofn().Name}
	}
	code := f.lua().code
	return Call{Code: code, Line: code.proto.Line(max(0, code.index(f.pc)))}
}
