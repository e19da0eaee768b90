package vm

import (
	"fmt"
	"math"
)

// This file checks arguments of Go functions.

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
