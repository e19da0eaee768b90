package lua

import (
	"bufio"
	"fmt"
	"strings"

	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
	"lunarium/stdlib/kit"
)

// This file holds the library debug.

// debugFunctions are the functions of the library debug.
var debugFunctions = kit.Library{Name: "debug", Functions: []kit.Function{
	kit.Fn("debug", "", kit.Asks, "reads lines and runs them, until one says cont",
		debugPrompt),
	kit.Fn("gethook", "[thread]", kit.None, "gives the hook, its events and its count",
		gethook),
	kit.Fn("getinfo", "[thread,] f [, what]", kit.None, "tells what is known of a function or of a level of the stack",
		getinfo),
	kit.Fn("getlocal", "[thread,] level, n", kit.None, "gives the name and the value of a local variable",
		getlocal),
	kit.Fn("getmetatable", "value", kit.None, "gives the metatable, whatever __metatable says",
		debugGetmetatable),
	kit.Fn("getregistry", "", kit.None, "gives the registry",
		getregistry),
	kit.Fn("getupvalue", "f, n", kit.None, "gives the name and the value of a variable from outside",
		getupvalue),
	kit.Fn("getuservalue", "userdata", kit.None, "gives the value that goes with a userdata",
		getuservalue),
	kit.Fn("sethook", "[thread,] hook, events [, count]", kit.None, "has a function called at calls, returns and lines, or takes it away",
		sethook),
	kit.Fn("setlocal", "[thread,] level, n, value", kit.None, "sets a local variable, and gives its name",
		setlocal),
	kit.Fn("setmetatable", "value, metatable", kit.None, "sets the metatable of any value",
		debugSetmetatable),
	kit.Fn("setupvalue", "f, n, value", kit.None, "sets a variable from outside, and gives its name",
		setupvalue),
	kit.Fn("setuservalue", "userdata, value", kit.None, "sets the value that goes with a userdata",
		setuservalue),
	kit.Fn("traceback", "[thread,] [message [, level]]", kit.None, "gives the calls that lead here, as text",
		traceback),
	kit.Fn("upvalueid", "f, n", kit.None, "gives what is the same for closures that share a variable",
		upvalueid),
	kit.Fn("upvaluejoin", "f, n, other, m", kit.None, "has a closure share another one's variable",
		upvaluejoin),
}}

// debugTemplate is the debug library (manual section 6.10).
var debugTemplate = vm.NewTemplate("debug", debugFunctions.Bound())

func traceback(t *vm.Thread) int {
	co, skip := ofThread(t)
	message := t.Arg(skip + 1)
	text, ok := vm.ToString(message)
	if !ok && !message.IsNil() {
		return t.Return(message)
	}
	level := 1
	if co != t {
		level = 0
	}
	level = t.OptInt32(skip+2, level)
	trace := co.Debug().Traceback("", level)
	if !message.IsNil() {
		text, _, _ = strings.Cut(text, "\x00") // a C string
		trace = text + "\n" + trace
	}
	return t.Return(vm.String(trace))
}

func debugGetmetatable(t *vm.Thread) int {
	return t.Return(vm.TableValue(t.State().Metatable(t.CheckAny(1))))
}

func debugSetmetatable(t *vm.Thread) int {
	if t.NArgs() < 2 || !t.Arg(2).IsNil() && !t.Arg(2).IsTable() {
		t.ArgError(2, "nil or table expected")
	}
	v, meta := t.Arg(1), t.Arg(2).AsTable()
	switch {
	case v.IsTable():
		t.State().SetMetatable(v.AsTable(), meta)
	case v.AsUserdata() != nil:
		t.State().SetUserdataMetatable(v.AsUserdata(), meta)
	default:
		t.State().SetTypeMetatable(v.Type(), meta)
	}
	return t.Return(v)
}

func getregistry(t *vm.Thread) int {
	return t.Return(vm.TableValue(t.State().Registry))
}

func getuservalue(t *vm.Thread) int {
	u := t.Arg(1).AsUserdata()
	if u == nil {
		return t.Return(vm.Nil)
	}
	return t.Return(vm.TableValue(u.User))
}

func setuservalue(t *vm.Thread) int {
	u := t.Arg(1).AsUserdata()
	if u == nil {
		t.TypeError(1, "userdata")
	}
	if !t.Arg(2).IsNil() {
		t.CheckTable(2)
	}
	u.User = t.Arg(2).AsTable()
	return t.Return(t.Arg(1))
}

// upvalued are the functions of either kind: Lua's and Go's.
type upvalued interface {
	Upvalues() int
	Upvalue(i int) vm.Value
	SetUpvalue(i int, v vm.Value)
}

// upvalue takes the arguments 1 and 2 as a function and the number of one of its
// upvalues, counted from 0. Those of a Go function are called "", as are those
// of a stripped one; f is nil when there is none of the number.
func upvalue(t *vm.Thread) (f upvalued, i int, name string) {
	i = t.CheckInt32(2) - 1
	fn := t.CheckFunction(1)
	if closure := fn.AsClosure(); closure != nil {
		if i >= 0 && i < closure.Upvalues() {
			return closure, i, closure.UpvalueName(i)
		}
	} else if g := fn.AsGo(); i >= 0 && i < g.Upvalues() {
		return g, i, ""
	}
	return nil, 0, ""
}

func getupvalue(t *vm.Thread) int {
	f, i, name := upvalue(t)
	if f == nil {
		return 0
	}
	return t.Return(vm.String(name), f.Upvalue(i))
}

func setupvalue(t *vm.Thread) int {
	value := t.CheckAny(3)
	f, i, name := upvalue(t)
	if f == nil {
		return 0
	}
	f.SetUpvalue(i, value)
	return t.Return(vm.String(name))
}

// checkUpvalue takes the arguments i and i+1 as a Lua function and the number of
// one of its upvalues, counted from 0.
func checkUpvalue(t *vm.Thread, i int) (*vm.Closure, int) {
	n := t.CheckInt32(i + 1)
	fn := t.CheckFunction(i)
	closure := fn.AsClosure()
	if closure == nil && n >= 1 && n <= fn.AsGo().Upvalues() {
		t.ArgError(i, "Lua function expected")
	}
	if closure == nil || n < 1 || n > closure.Upvalues() {
		t.ArgError(i+1, "invalid upvalue index")
	}
	return closure, n - 1
}

func upvalueid(t *vm.Thread) int {
	n := t.CheckInt32(2)
	if g := t.CheckFunction(1).AsGo(); g != nil && n >= 1 && n <= g.Upvalues() {
		return t.Return(g.UpvalueID(n - 1))
	}
	closure, i := checkUpvalue(t, 1)
	return t.Return(closure.Cell(i).Identity())
}

func upvaluejoin(t *vm.Thread) int {
	closure, i := checkUpvalue(t, 1)
	other, j := checkUpvalue(t, 3)
	closure.Join(i, other, j)
	return 0
}

// debugPrompt runs lines of the standard input until one says "cont".
func debugPrompt(t *vm.Thread) int {
	l := of(t)
	host, c := l.host(), l.chunks()
	lines := bufio.NewScanner(host.Stdin)
	for {
		fmt.Fprint(host.Stderr, "lua_debug> ")
		if !lines.Scan() || lines.Text() == "cont" {
			return 0
		}
		fn, err := c.compile(t, "=(debug command)", lines.Bytes(), "bt", c.globals())
		if err == nil {
			results := t.Call(PcallFunction, fn)
			if results[0].Truth() {
				continue
			}
			err = &vm.Error{Value: results[1]}
		}
		fmt.Fprintln(host.Stderr, worded.Text(err))
	}
}
