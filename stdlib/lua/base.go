package lua

import (
	"strings"

	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds the globals that are functions.

// baseFunctions are the basic functions (manual section 6.1), and compress_table.
var baseFunctions = kit.Library{Name: "_G", Functions: []kit.Function{
	kit.Fn("assert", "value [, message, ...]", kit.None, "raises the message when the value is false or nil, and gives all its arguments otherwise",
		assert),
	kit.Fn("compress_table", "table", kit.None, "makes a table, and every one that it leads to, as small as its contents allow",
		compressTable),
	kit.Fn("collectgarbage", "[option [, argument]]", kit.Asks, `runs or asks the collector: "collect", "count", "step", "isrunning" …`,
		collectgarbage),
	kit.Fn("dofile", "[path]", kit.Reads, "runs a file and gives what it returns",
		on(base.dofile)),
	kit.Fn("error", "message [, level]", kit.None, "raises an error; level says whose line it begins with (1)",
		raise),
	kit.Fn("getmetatable", "value", kit.None, "gives the metatable, or its field __metatable",
		getmetatable),
	kit.Fn("ipairs", "table", kit.None, "gives an iterator over 1, 2, … up to the first nil",
		ipairs),
	kit.Fn("load", "chunk [, name [, mode [, env]]]", kit.None, "compiles a string, or the pieces that a function gives, to a function",
		on(base.load)),
	kit.Fn("loadfile", "[path [, mode [, env]]]", kit.Reads, "compiles a file to a function",
		on(base.loadfile)),
	kit.Fn("loadstring", "chunk [, name]", kit.None, "is load, by its name in Lua 5.1",
		on(base.load)),
	kit.Fn("pairs", "table", kit.None, "gives an iterator over all keys and values",
		pairs),
	kit.Fn("print", "...", kit.Asks, "writes its arguments as a line, with tabs between them",
		on(base.print)),
	kit.Fn("rawequal", "a, b", kit.None, "compares without metamethods",
		rawequal),
	kit.Fn("rawget", "table, key", kit.None, "gives a field without metamethods",
		rawget),
	kit.Fn("rawlen", "value", kit.None, "gives the length of a table or string without metamethods",
		rawlen),
	kit.Fn("rawset", "table, key, value", kit.None, "sets a field without metamethods",
		rawset),
	kit.Fn("select", "n, ...", kit.None, `gives the arguments from the n-th on, or with "#" their number`,
		selectArgs),
	kit.Fn("setmetatable", "table, metatable", kit.None, "sets or takes away the metatable, and gives the table",
		setmetatable),
	kit.Fn("tonumber", "value [, base]", kit.None, "gives the number that a text stands for, or nil",
		tonumber),
	kit.Fn("type", "value", kit.None, "gives the name of a value's type",
		typeOf),
	kit.Fn("unpack", "list [, from [, to]]", kit.None, "is table.unpack, by its name in Lua 5.1",
		tableUnpack),
	kit.Fn("xpcall", "f, handler [, ...]", kit.None, "is pcall with a function that the error goes through",
		xpcall),
	kit.Fn("require", "name", kit.Reads, "loads a module when it is not loaded yet, and gives it",
		on(packages.require)),
	kit.Fn("module", "name [, ...]", kit.None, "makes a table the environment of the chunk that calls it, as in Lua 5.1",
		on(packages.module)),
	kit.Fn("next", "table [, key]", kit.None, "gives the key after another one, and its value",
		next),
	kit.Fn("tostring", "value", kit.None, "gives a value as text",
		tostring),
	kit.Fn("pcall", "f [, ...]", kit.None, "calls a function; true and its results, or false and the error",
		pcall),
}}

func assert(t *vm.Thread) int {
	if !t.Arg(1).Truth() {
		message, _, _ := strings.Cut(t.OptString(2, "assertion failed!"), "\x00") // a C string
		t.Errorf("%s", message)
	}
	return t.ReturnArgs(1)
}

func raise(t *vm.Thread) int {
	v := t.Arg(1)
	level := t.OptInt32(2, 1)
	if level > 0 {
		if s, ok := vm.ToString(v); ok {
			v = vm.String(t.Where(level) + s)
		}
	}
	return t.Raise(v)
}

func (b base) print(t *vm.Thread) int {
	var line []byte
	convert := b.state.Globals.GetString("tostring")
	for i, n := 1, t.NArgs(); i <= n; i++ {
		if i > 1 {
			line = append(line, '\t')
		}
		v := t.Arg(i)
		if !v.IsString() || !vm.Same(convert, tostringFunction) {
			v = b.shown(t, convert, v)
		}
		text, ok := vm.ToString(v)
		if !ok {
			t.Errorf("'tostring' must return a string to 'print'")
		}
		line = append(line, text...)
	}
	b.host().Stdout.Write(append(line, '\n')) // as in C, a failed print is nobody's concern
	return 0
}

// shown gives what the global tostring, which may be replaced, makes of v.
func (b base) shown(t *vm.Thread, convert, v vm.Value) vm.Value {
	if !vm.Same(convert, tostringFunction) {
		return t.Call1(convert, v)
	}
	if handler := b.state.MetaField(v, "__tostring"); !handler.IsNil() {
		return t.Call1(handler, v)
	}
	return vm.String(t.ToStringMeta(v))
}

func tostring(t *vm.Thread) int {
	v := t.CheckAny(1)
	if v.IsString() {
		return t.Return(v)
	}
	if handler := t.State().MetaField(v, "__tostring"); !handler.IsNil() {
		return t.CallThen(handler, []vm.Value{v}, firstOne) // whatever it gives
	}
	return t.Return(vm.String(t.ToStringMeta(v)))
}

func firstOne(t *vm.Thread) int { return t.Return(t.Arg(1)) }

func tonumber(t *vm.Thread) int {
	if t.Arg(2).IsNil() {
		v := t.CheckAny(1)
		if v.IsNumber() {
			return t.Return(v)
		}
		if f, ok := t.ToNumber(v); ok {
			return t.Return(vm.Number(f))
		}
		return t.Return(vm.Nil)
	}
	s := t.CheckString(1)
	radix := t.CheckInt32(2)
	if radix < 2 || radix > 36 {
		t.ArgError(2, "base out of range")
	}
	if f, ok := parseDigits(t, s, radix); ok {
		return t.Return(vm.Number(f))
	}
	return t.Return(vm.Nil)
}

// parseDigits reads an integer in a radix from 2 to 36, with a sign and spaces
// around it.
func parseDigits(t *vm.Thread, s string, radix int) (float64, bool) {
	i := skipSpaces(t, s, 0)
	negative := i < len(s) && s[i] == '-'
	if negative || i < len(s) && s[i] == '+' {
		i++
	}
	f, start := 0.0, i
	for ; i < len(s); i++ {
		pollAt(t, i)
		digit := digitValue(s[i])
		if digit >= radix {
			break
		}
		f = f*float64(radix) + float64(digit)
	}
	if i == start || skipSpaces(t, s, i) < len(s) {
		return 0, false
	}
	if negative {
		f = -f
	}
	return f, true
}

// skipSpaces gives the index of what is no space, from i on.
func skipSpaces(t *vm.Thread, s string, i int) int {
	for ; i < len(s) && strings.IndexByte(spaces, s[i]) >= 0; i++ {
		pollAt(t, i)
	}
	return i
}

func digitValue(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'z':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'Z':
		return int(c-'A') + 10
	}
	return 36
}

func typeOf(t *vm.Thread) int {
	return t.Return(typeNames[t.CheckAny(1).Type()])
}

// typeNames are the results of type, made once.
var typeNames = func() (names [vm.TypeThread + 1]vm.Value) {
	for i := range names {
		names[i] = vm.String(vm.Type(i).String())
	}
	return names
}()

func selectArgs(t *vm.Thread) int {
	n := t.NArgs()
	if s, ok := t.Arg(1).AsString(); ok && strings.HasPrefix(s, "#") {
		return t.Return(vm.Int(n - 1))
	}
	i := t.CheckInt32(1)
	if i < 0 {
		i += n
	} else if i > n {
		i = n
	}
	if i < 1 {
		t.ArgError(1, "index out of range")
	}
	return t.ReturnArgs(i + 1)
}

func rawequal(t *vm.Thread) int {
	return t.Return(vm.Bool(vm.Same(t.CheckAny(1), t.CheckAny(2))))
}

func rawget(t *vm.Thread) int {
	return t.Return(t.CheckTable(1).Get(t.CheckAny(2)))
}

func rawlen(t *vm.Thread) int {
	if table := t.Arg(1).AsTable(); table != nil {
		return t.Return(vm.Int(table.Len()))
	}
	s, ok := t.Arg(1).AsString()
	if !ok {
		t.ArgError(1, "table or string expected")
	}
	return t.Return(vm.Int(len(s)))
}

func rawset(t *vm.Thread) int {
	table, key, value := t.CheckTable(1), t.CheckAny(2), t.CheckAny(3)
	checkKey(t, key)
	table.Set(key, value)
	return t.Return(t.Arg(1))
}

// checkKey raises the error of storing under a key that no table takes.
func checkKey(t *vm.Thread, key vm.Value) {
	if key.IsNil() {
		t.Throw(vm.String("table index is nil"))
	}
	if f, ok := key.AsNumber(); ok && f != f {
		t.Throw(vm.String("table index is NaN"))
	}
}

func getmetatable(t *vm.Thread) int {
	meta := t.State().Metatable(t.CheckAny(1))
	if meta == nil {
		return t.Return(vm.Nil)
	}
	if shown := meta.GetString("__metatable"); !shown.IsNil() {
		return t.Return(shown)
	}
	return t.Return(vm.TableValue(meta))
}

func setmetatable(t *vm.Thread) int {
	table := t.CheckTable(1)
	meta := t.Arg(2).AsTable()
	if meta == nil && (t.NArgs() < 2 || !t.Arg(2).IsNil()) {
		t.ArgError(2, "nil or table expected")
	}
	if old := table.Metatable(); old != nil && !old.GetString("__metatable").IsNil() {
		t.Errorf("cannot change a protected metatable")
	}
	t.State().SetMetatable(table, meta)
	return t.Return(t.Arg(1))
}

func next(t *vm.Thread) int {
	k, v, ok := t.CheckTable(1).Next(t.Arg(2))
	if !ok {
		t.Throw(vm.String("invalid key to 'next'"))
	}
	if k.IsNil() {
		return t.Return(k)
	}
	return t.Return(k, v)
}

func pairs(t *vm.Thread) int {
	if meta := t.State().Metatable(t.Arg(1)); meta != nil {
		if handler := meta.GetString("__pairs"); !handler.IsNil() {
			return t.CallThen(handler, []vm.Value{t.Arg(1)}, firstThree)
		}
	}
	t.CheckTable(1)
	return t.Return(nextFunction, t.Arg(1), vm.Nil)
}

func ipairs(t *vm.Thread) int {
	if meta := t.State().Metatable(t.Arg(1)); meta != nil {
		if handler := meta.GetString("__ipairs"); !handler.IsNil() {
			return t.CallThen(handler, []vm.Value{t.Arg(1)}, firstThree)
		}
	}
	t.CheckTable(1)
	return t.Return(ipairsIterator, t.Arg(1), vm.Int(0))
}

func firstThree(t *vm.Thread) int { return t.Return(t.Arg(1), t.Arg(2), t.Arg(3)) }

func ipairsNext(t *vm.Thread) int {
	i := t.CheckInt32(2) + 1
	v := t.CheckTable(1).GetInt(i)
	if v.IsNil() {
		return t.Return(v)
	}
	return t.Return(vm.Int(i), v)
}

// Functions that others return or compare with.
var (
	nextFunction     = vm.SharedIterator("_G", "next", next, vm.StepNext) // also what pairs returns
	ipairsIterator   = vm.SharedIterator("_G", "ipairs_iterator", ipairsNext, vm.StepIndex)
	tostringFunction = vm.SharedFunction("_G", "tostring", tostring)
)
