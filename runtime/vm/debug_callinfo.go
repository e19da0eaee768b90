package vm

import (
	"fmt"
	"strconv"
	"strings"

	"lunarium/runtime/bytecode"
)

// This file is about what can be asked of a running function.

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
	info.What, info.Source, info.ShortSource = "Lua", p.Source, ShortSource(p.Source)
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

// level gives the frame of an active call, 0 for the running function, or nil.
func (t *Thread) level(level int) *frame {
	if t.frame == 0 || level < 0 {
		return nil
	}
	a := t.frame - uintptr(level)*frameSize
	if uintptr(level) > (t.frame-t.firstFrame())/frameSize {
		return nil
	}
	return (*frame)(ptr(&a))
}

// CallInfo describes the call at a level of the thread: 0 is the running
// function, 1 its caller.
func (t *Thread) CallInfo(level int) (CallInfo, bool) {
	f := t.level(level)
	if f == nil {
		return CallInfo{}, false
	}
	info := FunctionInfo(f.function_())
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
func (t *Thread) Place(level int) (*Code, int) {
	f := t.level(level)
	if f == nil || f.isGo() {
		return nil, 0
	}
	code := f.lua().code
	return code, code.proto.Line(max(0, code.index(f.pc)))
}

// function_ gives the function that runs in a frame.
func (f *frame) function_() Value {
	if f.isGo() {
		return FunctionValue(f.gofn())
	}
	return ClosureValue(f.lua())
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
		name = t.state.globalName(t.current().function_())
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

// idSize is the room for a chunk's name in messages (LUA_IDSIZE).
const idSize = 60

// ShortSource makes a chunk name fit for messages (luaO_chunkid).
func ShortSource(source string) string {
	switch {
	case strings.HasPrefix(source, "="):
		return source[1:min(len(source), idSize)]
	case strings.HasPrefix(source, "@"):
		if len(source) <= idSize {
			return source[1:]
		}
		return "..." + source[len(source)-(idSize-4):]
	}
	line, _, cut := strings.Cut(source, "\n")
	const room = idSize - len(`[string "..."]`) - 1
	if cut || len(line) > room {
		return `[string "` + line[:min(len(line), room)] + `..."]`
	}
	return `[string "` + line + `"]`
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
	return ShortSource(f.lua().code.proto.Source) + ":" + strconv.Itoa(max(0, f.line())) + ": "
}

// line gives the line that a Lua frame is at; not above 0 if it isn't known.
func (f *frame) line() int {
	code := f.lua().code
	return code.proto.Line(max(0, code.index(f.pc)))
}

// Levels of a traceback that are shown at its top and its end (LEVELS1, LEVELS2).
const (
	tracebackTop = 12
	tracebackEnd = 10
)

// Traceback gives message, a line break unless it is empty, and the stack from
// a level on, as debug.traceback does (luaL_traceback).
func (t *Thread) Traceback(message string, level int) string {
	var b strings.Builder
	if message != "" {
		b.WriteString(message)
		b.WriteByte('\n')
	}
	b.WriteString("stack traceback:")
	t.traceLevels(&b, level)
	return b.String()
}

func (t *Thread) traceLevels(b *strings.Builder, level int) {
	if level < 0 {
		return
	}
	depth := t.Depth()
	mark := -1
	if depth-1 > tracebackTop+tracebackEnd {
		mark = tracebackTop - 1
	}
	for ; level < depth; level++ {
		if level == mark {
			b.WriteString("\n\t...")
			level = depth - 1 - tracebackEnd
		}
		info, _ := t.CallInfo(level)
		b.WriteString("\n\t" + info.ShortSource + ":")
		if info.CurrentLine > 0 {
			fmt.Fprintf(b, "%d:", info.CurrentLine)
		}
		b.WriteString(" in " + t.describe(&info))
		if info.IsTailCall {
			b.WriteString("\n\t(...tail calls...)")
		}
	}
}

func (t *Thread) describe(info *CallInfo) string {
	switch {
	case info.NameWhat != "":
		return "function '" + info.Name + "'"
	case info.What == "main":
		return "main chunk"
	case info.What == "C":
		if global := t.state.globalName(info.Func); global != "" {
			return "function '" + global + "'"
		}
		return "?"
	}
	return fmt.Sprintf("function <%s:%d>", info.ShortSource, info.LineDefined)
}

// TaskTraceback gives the stack of a suspended or running task: its innermost
// coroutine first, then those that resumed it.
func (s *State) TaskTraceback(task *Thread) string {
	var b strings.Builder
	b.WriteString("stack traceback:")
	t := task.Inner()
	if s.task == task && s.running != nil {
		t = s.running
	}
	for ; t != nil; t = t.resumer {
		t.traceLevels(&b, 0)
	}
	return b.String()
}

// noteTraceback records where an error was raised, unless a protected call
// will take it.
func (s *State) noteTraceback(e *Error) {
	if e.Traceback != "" || s.task == nil {
		return
	}
	for t := s.running; t != nil; t = t.resumer {
		if t.frame != 0 && t.catcher(e, t.firstFrame()) != nil || t.resumer != nil && !t.wrapped {
			return
		}
	}
	e.Traceback = s.TaskTraceback(s.task)
}

// Local gives local variable n, counted from 1, of the call at a level; a
// negative n counts extra arguments.
func (t *Thread) Local(level, n int) (name string, v Value, ok bool) {
	name, slot := t.localSlot(level, n)
	if slot == 0 {
		return "", Nil, false
	}
	return name, t.at(slot).shown(), true
}

// SetLocal changes the variable that Local gives.
func (t *Thread) SetLocal(level, n int, v Value) (name string, ok bool) {
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

func (t *Thread) extentOf(f *frame) uintptr {
	if f.isGo() {
		return t.top
	}
	return f.base + f.lua().code.frameSize
}

// ParamName gives the name of parameter n of a Lua function, or "".
func ParamName(fn Value, n int) string {
	closure := fn.AsClosure()
	if closure == nil || n < 1 || n > closure.code.params {
		return ""
	}
	return bytecode.LocalName(closure.code.proto, n-1, 0)
}

// Depth gives the number of active calls of a thread.
func (t *Thread) Depth() int {
	if t.frame == 0 {
		return 0
	}
	return int((t.frame-t.firstFrame())/frameSize) + 1
}
