package vm

import (
	"fmt"
	"math"

	"lunarium/runtime/worded"
)

// This file is a Go function's view of its own call: arguments in, results out.

// NArgs gives the number of arguments.
func (t *Thread) NArgs() int { return int(t.current().nargs) }

// Unwanted tells whether the caller takes no results, as in a statement.
func (t *Thread) Unwanted() bool { return t.current().results == 0 }

// Arg gives argument i, counted from 1; nil when it is absent.
func (t *Thread) Arg(i int) Value {
	f := t.current()
	if i < 1 || i > int(f.nargs) {
		return Nil
	}
	return *t.at(f.base + uintptr(i-1)*valueSize)
}

// Args gives the arguments from the i-th on, counted from 1, as a copy.
func (t *Thread) Args(i int) []Value {
	f := t.current()
	if i > int(f.nargs) {
		return nil
	}
	values := make([]Value, int(f.nargs)-i+1)
	t.CopyArgs(values, i)
	return values
}

// CopyArgs is Args into a list of at most as many as there are.
func (t *Thread) CopyArgs(values []Value, i int) {
	first := t.current().base + uintptr(i-1)*valueSize
	for j := range values {
		values[j] = *t.at(first + uintptr(j)*valueSize)
	}
}

// PackArgs makes a sequence of the arguments from the i-th on, as {...} does, with
// room for fields.
func (t *Thread) PackArgs(i, fields int) *Table {
	f := t.current()
	n := max(int(f.nargs)-i+1, 0)
	table := t.state.NewTable(n, fields)
	table.setSequence(0, n, f.base+uintptr(i-1)*valueSize)
	return table
}

// Push adds results; Run's return value says how many were pushed.
func (t *Thread) Push(v Value) {
	t.top = t.need(t.top, 1)
	*t.at(t.top) = v
	t.top += valueSize
}

// Return pushes values and gives their number, as Run returns it.
func (t *Thread) Return(values ...Value) int {
	t.top = t.need(t.top, len(values))
	for _, v := range values {
		*t.at(t.top) = v
		t.top += valueSize
	}
	return len(values)
}

// ReturnArgs gives the arguments from the i-th on, counted from 1, as results.
func (t *Thread) ReturnArgs(i int) int {
	f := t.current()
	n := int(f.nargs) - i + 1
	if n <= 0 {
		return 0
	}
	t.top = f.base + uintptr(f.nargs)*valueSize
	return n
}

// Forget gives up the arguments of the running Go function, so that they don't
// live on while it waits.
func (t *Thread) Forget() {
	f := t.current()
	t.top = f.function + valueSize
	f.base, f.nargs = t.top, 0
	t.poisonAbove(t.top)
}

// Throw raises v as a Lua error.
func (t *Thread) Throw(v Value) { panic(&Error{Value: v}) }

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

// ArgError raises "bad argument #i to 'name' (message)" (luaL_argerror).
func (t *Thread) ArgError(i int, message string) {
	name, method := t.calledAs()
	if method {
		i--
		if i == 0 {
			t.Errorf("calling '%s' on bad self (%s)", name, message)
		}
	}
	t.Errorf("bad argument #%d to '%s' (%s)", i, name, message)
}

// TypeError raises "bad argument #i to 'name' (expected expected, got type)".
func (t *Thread) TypeError(i int, expected string) {
	got := "no value"
	if i <= t.NArgs() {
		got = t.Arg(i).Type().String()
		if t.Arg(i).Type() == TypeLightUserdata {
			got = "light userdata"
		}
	}
	t.ArgError(i, expected+" expected, got "+got)
}

// CheckAny demands that argument i is there, nil or not.
func (t *Thread) CheckAny(i int) Value {
	if i > t.NArgs() {
		t.ArgError(i, "value expected")
	}
	return t.Arg(i)
}

// CheckNumber demands a number, or a string that reads as one.
func (t *Thread) CheckNumber(i int) float64 {
	f, ok := t.ToNumber(t.Arg(i))
	if !ok {
		t.TypeError(i, "number")
	}
	return f
}

// OptNumber is CheckNumber with a default for an absent or nil argument.
func (t *Thread) OptNumber(i int, absent float64) float64 {
	if t.Arg(i).IsNil() {
		return absent
	}
	return t.CheckNumber(i)
}

// CheckInt demands a number and truncates it; beyond the range of int64 the
// nearest end is given, 0 for NaN.
func (t *Thread) CheckInt(i int) int { return truncate(t.CheckNumber(i)) }

// OptInt is CheckInt with a default for an absent or nil argument.
func (t *Thread) OptInt(i int, absent int) int {
	if t.Arg(i).IsNil() {
		return absent
	}
	return t.CheckInt(i)
}

// CheckInteger demands a number and truncates it as C does on a 64-bit machine
// (luaL_checkinteger): out of range, or NaN, it is the smallest integer.
func (t *Thread) CheckInteger(i int) int { return toInteger(t.CheckNumber(i)) }

// OptInteger is CheckInteger with a default for an absent or nil argument.
func (t *Thread) OptInteger(i int, absent int) int {
	if t.Arg(i).IsNil() {
		return absent
	}
	return t.CheckInteger(i)
}

// CheckInt32 is CheckInteger cut to 32 bits (luaL_checkint).
func (t *Thread) CheckInt32(i int) int { return int(int32(t.CheckInteger(i))) }

// OptInt32 is CheckInt32 with a default for an absent or nil argument.
func (t *Thread) OptInt32(i int, absent int) int {
	if t.Arg(i).IsNil() {
		return absent
	}
	return t.CheckInt32(i)
}

func toInteger(f float64) int {
	if f >= math.MinInt64 && f < math.MaxInt64 {
		return int(f)
	}
	return math.MinInt64
}

func truncate(f float64) int {
	switch {
	case f != f:
		return 0
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	}
	return int(f)
}

// CheckString demands a string, or a number, which is converted.
func (t *Thread) CheckString(i int) string {
	v := t.Arg(i)
	if v.IsString() {
		return v.str()
	}
	s, ok := ToString(v)
	if !ok {
		t.TypeError(i, "string")
	}
	return s
}

// OptString is CheckString with a default for an absent or nil argument.
func (t *Thread) OptString(i int, absent string) string {
	if t.Arg(i).IsNil() {
		return absent
	}
	return t.CheckString(i)
}

// CheckTable demands a table.
func (t *Thread) CheckTable(i int) *Table {
	table := t.Arg(i).AsTable()
	if table == nil {
		t.TypeError(i, "table")
	}
	return table
}

// CheckFunction demands a function, of Lua or of Go.
func (t *Thread) CheckFunction(i int) Value {
	if !t.Arg(i).IsFunction() {
		t.TypeError(i, "function")
	}
	return t.Arg(i)
}

// CheckThread demands a coroutine.
func (t *Thread) CheckThread(i int) *Thread {
	co := t.Arg(i).AsThread()
	if co == nil {
		t.ArgError(i, "coroutine expected")
	}
	return co
}

// CheckOption demands one of the options, by name, and gives its index; an
// absent or nil argument is the option absent, unless that is "".
func (t *Thread) CheckOption(i int, absent string, options []string) int {
	name := ""
	if absent != "" {
		name = t.OptString(i, absent)
	} else {
		name = t.CheckString(i)
	}
	for j, option := range options {
		if option == name {
			return j
		}
	}
	t.ArgError(i, fmt.Sprintf("invalid option '%s'", name))
	return 0
}
