package differential

import (
	"fmt"
	"strings"
)

// This file writes statements.

func (g *generator) declaration() {
	k := kind(g.random.Intn(int(kinds)))
	if g.chance(15) {
		a, b := g.fresh(), g.fresh()
		g.line("local %s, %s = %s", a, b, g.pick(g.results(), g.number(2)+", "+g.text(2), g.number(1)))
		g.declare(a, number)
		g.declare(b, text)
		return
	}
	name := g.fresh()
	if k == function {
		params, vararg, written := g.parameters()
		g.line("local %s = function(%s)", name, written)
		g.body(params, vararg)
	} else {
		g.line("local %s = %s", name, g.expression(k, 3))
	}
	g.declare(name, k)
}

func (g *generator) assignment() {
	k := kind(g.random.Intn(int(function)))
	target := g.known(k)
	if target == "" || g.chance(20) {
		target = fmt.Sprintf("G%d", g.random.Intn(4))
		k = number
	}
	if g.chance(15) {
		if other := g.known(number); other != "" {
			g.line("%s, %s = %s, %s", target, other, g.expression(k, 2), g.number(2))
			return
		}
	}
	g.line("%s = %s", target, g.expression(k, 3))
}

func (g *generator) fieldAssignment() {
	t := g.known(record)
	if g.chance(40) {
		t = g.known(object)
	}
	if t == "" {
		g.declaration()
		return
	}
	g.line("%s%s = %s", t, g.field(), g.expression(kind(g.random.Intn(int(truth))), 2))
}

// show prints some values.
func (g *generator) show() {
	var shown []string
	for range 1 + g.random.Intn(3) {
		shown = append(shown, g.expression(kind(g.random.Intn(int(list))), 3))
	}
	switch g.random.Intn(6) {
	case 0:
		if f := g.known(function); f != "" {
			shown = append(shown, fmt.Sprintf("%s(%s)", f, g.number(1)))
		}
	case 1:
		if l := g.known(list); l != "" {
			shown = append(shown, g.pick("#"+l, "table.concat("+l+", ',')", "table.unpack("+l+")", "select('#', table.unpack("+l+"))"))
		}
	case 2:
		if o := g.known(object); o != "" {
			shown = append(shown, g.pick("tostring("+o+")", "#"+o, "-"+o, o+" .. "+g.text(1), o+" + "+g.number(1), o+"("+g.number(1)+")", o+".x", o+" == "+o, o+" < "+o, o+" <= "+g.number(1)))
		}
	}
	g.line("print(%s)", strings.Join(shown, ", "))
}

func (g *generator) call() {
	f := g.known(function)
	if f == "" {
		g.show()
		return
	}
	g.line("%s", g.pick(
		fmt.Sprintf("%s(%s)", f, g.number(2)),
		fmt.Sprintf("print(%s(%s, %s))", f, g.number(2), g.text(2)),
		fmt.Sprintf("print((%s(%s)))", f, g.number(2)),
		fmt.Sprintf("print(%s{%s})", f, g.number(1)),
		fmt.Sprintf("print(pcall(%s, %s))", f, g.text(1)),
		fmt.Sprintf("print(select('#', %s(%s)))", f, g.number(1)),
	))
}

func (g *generator) tableCall() {
	l := g.known(list)
	if l == "" {
		g.declaration()
		return
	}
	g.line("%s", g.pick(
		fmt.Sprintf("table.insert(%s, %s)", l, g.number(2)),
		fmt.Sprintf("table.insert(%s, 1, %s)", l, g.number(2)),
		fmt.Sprintf("print(table.remove(%s))", l),
		fmt.Sprintf("print(table.remove(%s, 1))", l),
		fmt.Sprintf("table.sort(%s)", l),
		fmt.Sprintf("table.sort(%s, function(x, y) return x > y end)", l),
		fmt.Sprintf("print(table.concat(%s, %s))", l, g.text(1)),
		fmt.Sprintf("%s[#%s + 1] = %s", l, l, g.number(2)),
		fmt.Sprintf("print(table.pack(table.unpack(%s, %s, %s)).n)", l, g.small(), g.small()),
		fmt.Sprintf("print(next(%s), rawlen(%s), type(%s))", l, l, l),
	))
}

// mayFail does what is often an error, and shows it.
func (g *generator) mayFail() {
	v := g.anyName()
	defer g.noVararg()()
	g.line("print(pcall(function() %s end))", g.pick(
		"return "+v+".x.y", "return "+v+" + 1", "return "+v+" .. 'x'", "return "+v+"()", "return "+v+":m()",
		"return #"+v, "return -"+v, "return "+v+" < "+g.anyName(), "return "+v+" <= "+g.anyName(),
		v+".f = 1", v+"[nil] = 1", "return "+v+"["+g.number(1)+"]", "return undefinedFunction("+v+")",
		"return string.rep("+v+", 2)", "return ("+v+"):upper()", "return math.floor("+v+")", "return table.concat("+v+")",
		"return setmetatable("+v+", "+g.anyName()+")", "for i = 1, "+v+" do return i end",
		"for i in "+v+" do return i end", "for _, x in ipairs("+v+") do return x end", "error("+v+")",
		"error("+v+", "+g.small()+")", "return string.format('%d', "+v+")", "return string.format('%s %s', "+v+")",
		"return tonumber("+v+", "+g.small()+")", "return select("+v+", 1, 2, 3)", "return "+v+" % 0", "assert("+v+", "+g.text(1)+")",
		"return table.unpack("+v+")", "return string.char("+v+")", "return "+v+" == "+g.anyName(), "return select('#', next("+v+"))",
		"return rawset("+v+", 'k', 1)", "return coroutine.resume("+v+")", "return tostring("+v+"):byte("+g.small()+")",
	))
}

// gotoAhead jumps forward over statements.
func (g *generator) gotoAhead() {
	g.names++
	label := fmt.Sprintf("l%d", g.names)
	g.line("do if %s then goto %s end", g.truth(1), label)
	g.depth++
	g.block(1)
	g.depth--
	g.line("::%s:: end", label)
}

// gotoBack is a loop of goto.
func (g *generator) gotoBack() {
	g.names++
	label, count := fmt.Sprintf("l%d", g.names), fmt.Sprintf("n%d", g.names)
	g.line("do local %s = 0", count)
	g.line("::%s::", label)
	g.line(" tick()")
	g.nested()
	g.line("%s = %s + 1", count, count)
	g.line("if %s < %d then goto %s end end", count, 1+g.random.Intn(4), label)
}

func (g *generator) condition() {
	g.line("if %s then", g.truth(3))
	g.nested()
	for g.chance(30) {
		g.line("elseif %s then", g.truth(2))
		g.nested()
	}
	if g.chance(50) {
		g.line("else")
		g.nested()
	}
	g.line("end")
}

func (g *generator) numericFor() {
	name := g.fresh()
	steps := g.pick("1, 3", "1, 0", "3, 1, -1", "1, 2, 0.5", "-1, 1", "1, "+g.number(1)+" % 5", g.small()+", "+g.small())
	g.line("for %s = %s do", name, steps)
	outer := len(g.scope)
	g.declare(name, number)
	g.loop()
	g.scope = g.scope[:outer]
	g.line("end")
}

func (g *generator) genericFor() {
	a, b := g.fresh(), g.fresh()
	outer := len(g.scope)
	switch g.random.Intn(4) {
	case 0:
		l := g.known(list)
		if l == "" {
			l = "{1, 2, 3}"
		}
		g.line("for %s, %s in ipairs(%s) do", a, b, l)
		g.declare(a, number)
		g.declare(b, number)
	case 1:
		g.line("for %s, %s in string.gmatch(%s, %s) do", a, b, g.text(2), g.pick("'(%w)(%w?)'", "'()(.)'", "'%a+'"))
		g.declare(a, text)
		g.declare(b, text)
	case 2:
		g.line("for %s in coroutine.wrap(function() for i = 1, %d do coroutine.yield(i * 2) end end) do", a, g.random.Intn(4))
		g.declare(a, number)
	default:
		g.line("for %s, %s in function(s, i) tick() if i < s then return i + 1, 'v' .. i end end, %d, 0 do", a, b, g.random.Intn(4))
		g.declare(a, number)
		g.declare(b, text)
	}
	g.loop()
	g.scope = g.scope[:outer]
	g.line("end")
}

func (g *generator) while() {
	g.names++
	count := fmt.Sprintf("n%d", g.names)
	g.line("local %s = 0", count)
	g.line("while %s < %d do", count, 1+g.random.Intn(4))
	g.line(" %s = %s + 1", count, count)
	g.loop()
	g.line("end")
}

func (g *generator) repeat() {
	g.names++
	count := fmt.Sprintf("n%d", g.names)
	g.line("local %s = 0", count)
	g.line("repeat local inner = %s %s = inner + 1", count, count)
	g.loop()
	g.line("until inner >= %d or %s", g.random.Intn(3), g.truth(1))
}

func (g *generator) do() {
	g.line("do")
	g.nested()
	g.line("end")
}

func (g *generator) localFunction() {
	name := g.fresh()
	params, vararg, written := g.parameters()
	g.line("local function %s(%s)", name, written)
	g.body(params, vararg)
	g.declare(name, function)
}

func (g *generator) globalFunction() {
	name := fmt.Sprintf("F%d", g.random.Intn(4))
	params, vararg, written := g.parameters()
	g.line("function %s(%s)", name, written)
	g.body(params, vararg)
	g.declare(name, function)
}

func (g *generator) method() {
	t := g.known(record)
	if t == "" {
		g.declaration()
		return
	}
	params, vararg, written := g.parameters()
	g.line("function %s:m(%s)", t, written)
	g.body(append(params, variable{"self", record}), vararg)
	g.line("print(%s:m(%s))", t, g.number(1))
}

// protected runs statements by pcall or xpcall.
func (g *generator) protected() {
	end := ")"
	switch g.random.Intn(4) {
	case 0:
		g.line("print(xpcall(function(...)")
		end = g.pick(", debug.traceback))", ", function(m) return 'handled ' .. tostring(m) end))", ", function(m) return debug.traceback(m, 2) end, 1, 2))")
	case 1:
		g.line("print(select('#', pcall(function(...)")
		end = ", 1, 2)))"
	default:
		g.line("print(pcall(function(...)")
		end = "))"
	}
	g.body(nil, true)
	g.line("%s", end)
}

func (g *generator) coroutine() {
	name := g.fresh()
	wrapped := g.chance(40)
	create := "coroutine.create"
	if wrapped {
		create = "coroutine.wrap"
	}
	g.line("local %s = %s(function(...)", name, create)
	g.depth++
	g.inside++
	g.line("print('begin', ...)")
	for range 1 + g.random.Intn(2) {
		g.block(1)
		g.line("print('back', coroutine.yield(%s))", g.number(2))
	}
	g.inside--
	g.depth--
	g.body(nil, true)
	g.line(")")
	for range 1 + g.random.Intn(4) {
		if wrapped {
			g.line("print(pcall(%s, %s))", name, g.number(1))
			continue
		}
		g.line("print(coroutine.resume(%s, %s))", name, g.text(1))
		g.line("print(coroutine.status(%s)%s)", name, g.pick("", ", debug.traceback("+name+")", ", debug.traceback("+name+", 'm')"))
	}
}

// closures makes functions that share or don't share variables.
func (g *generator) closures() {
	g.names++
	fns := fmt.Sprintf("fns%d", g.names)
	g.line("local %s = {}", fns)
	g.line("for i = 1, 3 do local up = %s", g.number(2))
	g.line(" %s[i] = function(d) tick() up = up + (tonumber(d) or i) return up, i end", fns)
	if g.chance(50) {
		g.line(" %s[i + 3] = function() up = up * 2 return up end", fns)
	}
	if g.chance(30) {
		g.line(" if i == 2 then break end")
	}
	g.line("end")
	g.line("for i = 1, 6 do if %s[i] then print(i, %s[i](%s)) end end", fns, fns, g.number(1))
	g.line("print(%s[1](%s))", fns, g.number(1))
}

// metatable gives a table metamethods.
func (g *generator) metatable() {
	name := g.fresh()
	g.line("local %s = setmetatable({x = %s}, {", name, g.number(1))
	for _, event := range []string{"add", "sub", "mul", "div", "mod", "pow", "unm", "concat", "len", "eq", "lt", "le", "index", "newindex", "call", "tostring"} {
		if g.chance(35) {
			g.line(" __%s = %s,", event, g.handler(event))
		}
	}
	g.line("})")
	g.declare(name, object)
}

func (g *generator) handler(event string) string {
	defer g.noVararg()()
	switch {
	case event == "index" && g.chance(40):
		return "{y = " + g.number(1) + ", z = " + g.text(1) + "}"
	case event == "newindex":
		return "function(t, k, v) tick() rawset(t, k, " + g.pick("v", "k", "1") + ") end"
	case event == "tostring":
		return "function(t) tick() return " + g.text(1) + " end"
	case event == "call":
		return "function(self, ...) tick() return select('#', ...), ... end"
	}
	if g.chance(8) {
		return g.pick("1", "true", "function() error('in "+event+"') end", "function() coroutine.yield() end")
	}
	return "function(a, b) tick() return " + g.pick(g.number(1), g.text(1), "type(a) .. type(b)", "nil", g.truth(1)) + " end"
}

// recursion writes a function that calls itself a few times.
func (g *generator) recursion() {
	name := g.fresh()
	defer g.noVararg()()
	g.line("local function %s(n)", name)
	g.line(" tick() if n <= 0 then return %s end", g.results())
	g.line(" return %s", g.pick(name+"(n - 1)", name+"(n - 1) + 1", "1 + "+name+"(n - 1)", "("+name+"(n - 1))", "n, "+name+"(n - 1)"))
	g.line("end")
	g.line("print(pcall(%s, %d))", name, g.random.Intn(30))
	g.declare(name, function)
}

// noVararg forbids "..." until what it gives is called.
func (g *generator) noVararg() func() {
	before := g.vararg
	g.vararg = false
	return func() { g.vararg = before }
}

// failure ends the program, sometimes.
func (g *generator) failure() {
	if g.chance(60) {
		g.show()
		return
	}
	g.line("if %s then %s end", g.truth(1), g.pick(
		"error("+g.text(1)+")", "error("+g.text(1)+", 2)", "error({})", "error()", "local x = nil; x.y = 1", "undefinedFunction()",
		"return "+g.number(1), "local t = {} t.a.b = 1", "local s = 'x' s.y.z()", "return nil + 1"))
}
