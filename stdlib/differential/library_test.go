package differential

import (
	"fmt"
	"math/rand"
	"strings"
)

// functions are the library's functions whose results are the same everywhere.
var functions = strings.Fields(`
assert error getmetatable ipairs load pcall rawequal rawget rawlen rawset select setmetatable tonumber tostring type xpcall
string.byte string.char string.find string.format string.gmatch string.gsub string.len string.lower string.match
string.reverse string.sub string.upper string.rep
table.concat table.insert table.pack table.remove table.sort table.unpack
math.abs math.ceil math.deg math.floor math.fmod math.frexp math.ldexp math.max math.min math.modf math.rad math.sqrt
bit32.arshift bit32.band bit32.bnot bit32.bor bit32.btest bit32.bxor bit32.extract bit32.lrotate bit32.lshift bit32.replace
bit32.rrotate bit32.rshift
coroutine.create coroutine.resume coroutine.status coroutine.wrap coroutine.yield coroutine.running
debug.getinfo debug.getlocal debug.getmetatable debug.getupvalue debug.setupvalue debug.setlocal debug.traceback
debug.upvalueid debug.upvaluejoin debug.getuservalue debug.setuservalue debug.gethook
`)

// values are arguments; those for a limit of string.rep are small.
var values = []string{
	"nil", "nil", "true", "false", "0", "1", "-1", "2", "3", "4", "10", "-10", "0.5", "1.5", "-0.5", "-0", "16", "36", "37", "31", "32", "33", "255", "256", "64",
	"1e15", "2^53", "2^31", "2^32", "-2^31", "2^63", "-2^63", "2^64", "1e100", "-1e100", "1/0", "-1/0", "0/0", "123456789.123",
	"''", "'a'", "'abc'", "'10'", "'0x10'", "' 1e1 '", "'1e'", "'%d'", "'%s %s'", "'%5.2f|%-5d'", "'%q'", "'(%w+)'", "'%'", "'%1'", "'[a-z]*'", "'.-b'", "'n'", "'*t'", "'#'",
	"'x y z'", "'\\n'", "'k'", "'__index'", "'return 1, ...'", "'x ='", "'Slnutf'", "'abcabc'", "'-'", "'zz'", "'ZZ'", "'7fffffff'", "'t'", "'bt'",
	"{}", "{1, 2, 3}", "{3, 1, 2}", "{'b', 'a'}", "{1, 'a', {}}", "{k = 1}", "{n = 2}", "{a = 'x', b = false}", "{__index = function(t, k) return k end}", "{__metatable = 'locked'}", "{{}, 1}",
	"function(...) return ... end", "function() end", "function(a, b) return a > b end", "function(a, b) return a < b end", "function() error('failed') end", "function() error({}) end", "function(x) return 'r' end", "print", "pcall",
	"coroutine.create(function(...) coroutine.yield(...) return 'end' end)", "coroutine.running()", "M", "L", "F",
}

// calls writes calls of library functions with any arguments.
func calls(random *rand.Rand) string {
	var b strings.Builder
	b.WriteString("M = setmetatable({}, {__index = function(t, k) return k end, __len = function() return 3 end, __tostring = function() return 'M' end,\n" +
		" __call = function(self, ...) return 'called', ... end, __add = function() return 'sum' end, __concat = function() return 'joined' end,\n" +
		" __lt = function() return true end, __pairs = function() return 1, 2, 3, 4 end, __ipairs = function() return 1, 2, 3, 4 end})\n" +
		"L = {1, 2, 3, 4, 5}\nF = function(a, ...) local x = a return L, ... end\n" +
		"local function count(t) local n = 0 for _ in next, t do n = n + 1 end return n .. ' entries' end\n" +
		"local function show(...) for i = 1, select('#', ...) do local v = select(i, ...) print(i, type(v) == 'table' and count(v) or tostring(v)) end end\n")
	for range 6 {
		f := functions[random.Intn(len(functions))]
		var args []string
		for i := range random.Intn(5) {
			v := values[random.Intn(len(values))]
			if f == "string.rep" && i == 1 && strings.ContainsAny(v, "e^/9") || f == "load" && strings.HasPrefix(v, "function(x)") {
				v = "3" // otherwise without end
			}
			args = append(args, v)
		}
		list := strings.Join(args, ", ")
		switch random.Intn(4) {
		case 0:
			fmt.Fprintf(&b, "show(pcall(function(...) return %s(%s) end))\n", f, list)
		case 1:
			fmt.Fprintf(&b, "show(pcall(function(...) local f = %s local x = f(%s) return x end))\n", f, list)
		case 2:
			if len(args) > 0 && args[0][0] == '\'' && strings.HasPrefix(f, "string.") {
				fmt.Fprintf(&b, "show(pcall(function() return (%s):%s(%s) end))\n", args[0], f[strings.IndexByte(f, '.')+1:], strings.Join(args[1:], ", "))
				continue
			}
			fmt.Fprintf(&b, "show(pcall(function() local t = {m = %s} return t:m(%s) end))\n", f, list)
		default:
			fmt.Fprintf(&b, "show(pcall(%s))\n", strings.Join(append([]string{f}, args...), ", "))
		}
	}
	return b.String()
}
