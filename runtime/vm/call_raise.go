package vm

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strconv"

	"lunarium/runtime/bytecode"
	"lunarium/runtime/worded"
)

// This file raises errors, with the place where they happened.

// Throw raises v as a Lua error.
func (t *Thread) Throw(v Value) { panic(&Error{Value: v}) }

// Raise ends a Go function with an error, at a fraction of Throw's cost. Use:
// return t.Raise(v).
func (t *Thread) Raise(v Value) int {
	t.state.raised = &Error{Value: v}
	t.state.outcome = outcomeRaised
	return control
}

// Errorf raises a string error with the position of the Lua code that runs, or
// that called the running Go function (luaL_error). Errors among the arguments are worded
// for people.
//
//go:noinline
func (t *Thread) Errorf(format string, args ...any) {
	for i, arg := range args {
		if err, ok := arg.(error); ok {
			args[i] = worded.Text(err)
		}
	}
	panic(&Error{Value: String(t.Where(1) + fmt.Sprintf(format, args...))})
}

// runError raises an error of the running instruction, or of the Go function
// that does the operation for its caller.
func (t *Thread) runError(format string, args ...any) {
	t.Throw(String(t.Where(0) + fmt.Sprintf(format, args...)))
}

// failHandling raises the error that no message handler is given.
func (t *Thread) failHandling() {
	panic(&Error{Value: String(errorInHandling), status: statusHandlerErr})
}

// asError turns what was panicked with into a Lua error.
func (s *State) asError(r any) *Error {
	switch r := r.(type) {
	case *Error:
		return r
	case KeyError:
		return &Error{Value: String(s.running.Where(0) + "table " + string(r))}
	case runtime.Error:
		return &Error{Value: String(fmt.Sprintf("internal error: %v", r)), GoStack: string(debug.Stack())}
	case error:
		var e *Error
		if errors.As(r, &e) {
			return e
		}
		return &Error{Value: String(r.Error())}
	}
	panic(r)
}

// Where gives "file:line: " for the call at a level, or "" (luaL_where).
func (t *Thread) Where(level int) string {
	f := t.level(level)
	if f == nil || level > 0 && !f.isGo() && f.line() <= 0 {
		return ""
	}
	return t.placeOf(f)
}

// placeOf is Where for the machine's own errors, which say where even in stripped
// code (luaG_runerror).
func (t *Thread) placeOf(f *frame) string {
	if f.isGo() {
		return ""
	}
	return bytecode.ChunkID(f.lua().code.proto.Source) + ":" + strconv.Itoa(max(0, f.line())) + ": "
}

// line gives the line that a Lua frame is at; not above 0 if it isn't known.
func (f *frame) line() int {
	code := f.lua().code
	return code.proto.Line(max(0, code.index(f.pc)))
}
