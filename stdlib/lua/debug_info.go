package lua

import (
	"strings"

	"lunarium/runtime/vm"
)

// This file is debug.getinfo, getlocal, setlocal and the hooks.

// getinfo is debug.getinfo([thread,] function or level [, what]).
func getinfo(t *vm.Thread) int {
	co, skip := ofThread(t)
	what := t.OptString(skip+2, "flnStu")
	var info vm.CallInfo
	if fn := t.Arg(skip + 1); fn.IsFunction() {
		info = vm.FunctionInfo(fn)
	} else {
		if _, ok := t.ToNumber(fn); !ok {
			t.ArgError(skip+1, "function or level expected")
		}
		var ok bool
		if info, ok = co.Debug().CallInfo(t.CheckInt32(skip + 1)); !ok {
			return t.Return(vm.Nil)
		}
	}
	if strings.Trim(what, "SlnurtLf") != "" {
		t.ArgError(skip+2, "invalid option")
	}
	return t.Return(vm.TableValue(infoTable(t.State(), info, what)))
}

func infoTable(s *vm.State, info vm.CallInfo, what string) *vm.Table {
	table := s.NewTable(0, 16)
	text := func(key, value string) { table.SetString(key, vm.String(value)) }
	number := func(key string, value int) { table.SetString(key, vm.Int(value)) }
	for _, option := range what {
		switch option {
		case 'S':
			text("source", info.Source)
			text("short_src", info.ShortSource)
			number("linedefined", info.LineDefined)
			number("lastlinedefined", info.LastLineDefined)
			text("what", info.What)
		case 'l':
			number("currentline", info.CurrentLine)
		case 'u':
			number("nups", info.Upvalues)
			number("nparams", info.Params)
			table.SetString("isvararg", vm.Bool(info.IsVararg))
		case 'n':
			if info.Name != "" {
				text("name", info.Name)
			}
			text("namewhat", info.NameWhat)
		case 't':
			table.SetString("istailcall", vm.Bool(info.IsTailCall))
		case 'L':
			if info.Func.AsClosure() != nil {
				table.SetString("activelines", vm.TableValue(lineSet(s, info.ActiveLines)))
			}
		case 'f':
			table.SetString("func", info.Func)
		}
	}
	return table
}

func lineSet(s *vm.State, lines []int) *vm.Table {
	set := s.NewTable(0, len(lines))
	for _, line := range lines {
		set.SetInt(line, vm.True)
	}
	return set
}

// checkLevel demands that argument i is the number of an active call.
func checkLevel(t, co *vm.Thread, i int) int {
	level := t.CheckInt32(i)
	if level < 0 {
		t.ArgError(i, "level out of range")
	}
	if _, ok := co.Debug().CallInfo(level); !ok {
		t.ArgError(i, "level out of range")
	}
	return level
}

func getlocal(t *vm.Thread) int {
	co, skip := ofThread(t)
	n := t.CheckInt32(skip + 2)
	if fn := t.Arg(skip + 1); fn.IsFunction() {
		if name := vm.ParamName(fn, n); name != "" {
			return t.Return(vm.String(name))
		}
		return t.Return(vm.Nil)
	}
	name, v, ok := co.Debug().Local(checkLevel(t, co, skip+1), n)
	if !ok {
		return t.Return(vm.Nil)
	}
	return t.Return(vm.String(name), v)
}

func setlocal(t *vm.Thread) int {
	co, skip := ofThread(t)
	level := checkLevel(t, co, skip+1)
	v := t.CheckAny(skip + 3)
	name, ok := co.Debug().SetLocal(level, t.CheckInt32(skip+2), v)
	if !ok {
		return t.Return(vm.Nil)
	}
	return t.Return(vm.String(name))
}

// hookLetters are the letters of a hook's mask.
var hookLetters = []struct {
	letter string
	mask   vm.HookMask
}{
	{"c", vm.HookCall},
	{"r", vm.HookReturn},
	{"l", vm.HookLine},
}

func sethook(t *vm.Thread) int {
	co, skip := ofThread(t)
	if t.Arg(skip + 1).IsNil() {
		co.Debug().SetHook(vm.Nil, 0, 0)
		return 0
	}
	letters := t.CheckString(skip + 2)
	fn := t.CheckFunction(skip + 1)
	count := t.OptInt32(skip+3, 0)
	var mask vm.HookMask
	for _, h := range hookLetters {
		if strings.Contains(letters, h.letter) {
			mask |= h.mask
		}
	}
	if count > 0 {
		mask |= vm.HookCount
	}
	co.Debug().SetHook(fn, mask, count)
	return 0
}

func gethook(t *vm.Thread) int {
	co, _ := ofThread(t)
	fn, mask, count := co.Debug().Hook()
	letters := ""
	for _, h := range hookLetters {
		if mask&h.mask != 0 {
			letters += h.letter
		}
	}
	return t.Return(fn, vm.String(letters), vm.Int(count))
}

// ofThread gives the thread that a debug function asks about, which an
// optional first argument names, and the number of arguments before its own.
func ofThread(t *vm.Thread) (*vm.Thread, int) {
	if co := t.Arg(1).AsThread(); co != nil {
		return co, 1
	}
	return t, 0
}
