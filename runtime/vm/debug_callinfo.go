package vm

import (
	"fmt"
	"strings"

	"lunarium/runtime/bytecode"
)

// This file answers what can be asked of a running function.

// CallInfo describes a function, and where an active call of it stands
// (lua_Debug).
type CallInfo struct {
	Func                         Value
	Name, NameWhat               string // how the caller calls it; "" when not known
	What                         string // "Lua", "main" or "C"
	Source, ShortSource          string
	CurrentLine                  int // -1 when not known
	LineDefined, LastLineDefined int // -1 for Go functions
	Upvalues, Params             int
	IsVararg, IsTailCall         bool
	ActiveLines                  []int
}

// FunctionInfo describes a function that is not being called.
func FunctionInfo(fn Value) CallInfo {
	info := CallInfo{Func: fn, CurrentLine: -1, LineDefined: -1, LastLineDefined: -1}
	closure := fn.AsClosure()
	if closure == nil {
		info.What, info.Source, info.ShortSource, info.IsVararg = "C", "=[C]", "[C]", true
		info.Upvalues = fn.AsGo().Upvalues()
		return info
	}
	p := closure.code.proto
	info.What, info.Source, info.ShortSource = "Lua", p.Source, bytecode.ChunkID(p.Source)
	if p.LineDefined == 0 {
		info.What = "main"
	}
	info.LineDefined, info.LastLineDefined = p.LineDefined, p.LastLineDefined
	info.Upvalues, info.Params, info.IsVararg = len(p.Upvalues), int(p.NumParams), p.IsVararg
	seen := map[int32]bool{}
	for _, line := range p.LineInfo {
		if !seen[line] {
			seen[line] = true
			info.ActiveLines = append(info.ActiveLines, int(line))
		}
	}
	return info
}

// CallInfo describes the call at a level.
func (d ThreadDebug) CallInfo(level int) (CallInfo, bool) { return d.t.callInfo(level) }

// Depth gives the number of active calls.
func (d ThreadDebug) Depth() int { return d.t.calls() }

// Inner gives the thread that a suspended task stands in: the innermost of its
// running coroutines.
func (d ThreadDebug) Inner() *Thread { return d.t.innermost() }

func (t *Thread) callInfo(level int) (CallInfo, bool) {
	f := t.level(level)
	if f == nil {
		return CallInfo{}, false
	}
	info := FunctionInfo(f.functionValue())
	info.IsTailCall = f.flags&frameTail != 0
	if !f.isGo() {
		code := f.lua().code
		info.CurrentLine = code.proto.Line(max(0, code.index(f.pc)))
	}
	info.NameWhat, info.Name = t.callName(level)
	return info, true
}

// Place gives the code and the line of the Lua function at a level of the
// thread, as CallInfo counts; nil when there is none.
func (d ThreadDebug) Place(level int) (*Code, int) {
	t := d.t
	f := t.level(level)
	if f == nil || f.isGo() {
		return nil, 0
	}
	code := f.lua().code
	return code, code.proto.Line(max(0, code.index(f.pc)))
}

// Caller gives the code of the Lua function that called what runs, and the number of its
// instruction, which Code.Place names; nil when there is none. It costs no more than a look.
func (d ThreadDebug) Caller() (*Code, int) {
	t := d.t
	for a, first := t.frame, t.firstFrame(); a > first; {
		a -= frameSize
		if f := (*frame)(ptr(&a)); !f.isGo() {
			code := f.lua().code
			return code, max(0, code.index(f.pc))
		}
	}
	return nil, 0
}

// Place names the line of an instruction, "main.lua:12".
func (c *Code) Place(instruction int) string {
	return fmt.Sprintf("%s:%d", bytecode.ChunkID(c.proto.Source), c.proto.Line(instruction))
}

// callName tells how the caller of the call at a level names it. As in the
// reference, a hook or message handler is named after what the function below it
// was calling.
func (t *Thread) callName(level int) (what, name string) {
	f, caller := t.level(level), t.level(level+1)
	if f.flags&frameTail != 0 || caller == nil || caller.isGo() {
		return "", ""
	}
	code := caller.lua().code
	return bytecode.CallName(code.proto, code.index(caller.pc))
}

// calledAs names the running Go function for an argument error, and tells
// whether it was called as a method.
func (t *Thread) calledAs() (name string, method bool) {
	what, name := t.callName(0)
	if what == bytecode.KindMethod {
		return name, true
	}
	if name == "" {
		name = t.state.globalName(t.current().functionValue())
	}
	if name == "" {
		return "?", false
	}
	return name, false
}

// globalName finds a function among the loaded modules: "_G.print",
// "string.rep"; "" when it is in none. Of several names it is the global one, else
// the shortest: "skynet.timeout" and not "skynet.manager.timeout".
func (s *State) globalName(fn Value) string {
	loaded := s.Registry.GetString("_LOADED").AsTable()
	if loaded == nil {
		return ""
	}
	found := ""
	loaded.Entries(func(module, library Value) bool {
		name, ok := module.AsString()
		if !ok || library.AsTable() == nil {
			return true
		}
		library.AsTable().Entries(func(key, v Value) bool {
			field, ok := key.AsString()
			if ok && Same(v, fn) && better(name+"."+field, found) {
				found = name + "." + field
			}
			return true
		})
		return true
	})
	return found
}

// better tells whether a name of a function is to be preferred to another, "" being
// none.
func better(name, to string) bool {
	global, other := strings.HasPrefix(name, "_G."), strings.HasPrefix(to, "_G.")
	switch {
	case to == "" || global != other:
		return to == "" || global
	case len(name) != len(to):
		return len(name) < len(to)
	}
	return name < to
}
