package differential

import (
	"fmt"
	"strings"
)

// This file writes expressions. depth bounds their nesting.

// expression gives one of a kind, now and then of another.
func (g *generator) expression(k kind, depth int) string {
	if g.chance(2) {
		k = kind(g.random.Intn(int(kinds)))
	}
	switch k {
	case number:
		return g.number(depth)
	case text:
		return g.text(depth)
	case truth:
		return g.truth(depth)
	case list:
		return g.list(depth)
	case record:
		return fmt.Sprintf("{x = %s, name = %s, [%s] = true}", g.number(depth-1), g.text(depth-1), g.number(0))
	case object:
		return "setmetatable({x = " + g.number(1) + "}, {__index = function(t, k) return k end, __tostring = function() return 'object' end})"
	}
	return "function(...) tick() return ... end"
}

// anyName gives some variable, or a global without a value.
func (g *generator) anyName() string {
	if len(g.scope) == 0 || g.chance(15) {
		return fmt.Sprintf("G%d", g.random.Intn(6))
	}
	return g.scope[g.random.Intn(len(g.scope))].name
}

func (g *generator) field() string {
	return g.pick(".x", ".y", ".name", "['k']", "["+g.number(0)+"]", ".x", "[true]")
}

// small gives a small integer, perhaps negative.
func (g *generator) small() string { return fmt.Sprint(g.random.Intn(9) - 3) }

var numerals = []string{
	"0", "1", "2", "3", "7", "10", "-1", "0.5", "1.5", "-2.25", "100", "1e3", "0x10", "0xA.8p1", "255", "2^53", "1e15", "1e16", "123456.789",
	"1e100", "-1e-5", "3.14159265358979", "1/3", "1/0", "-1/0", "0/0", "1e308*10", "2^31", "2^32", "-2^31", ".5", "3.", "0x.1", "1e-320", "-0",
}

func (g *generator) numeral() string {
	if g.chance(60) {
		return fmt.Sprint(g.random.Intn(12))
	}
	return numerals[g.random.Intn(len(numerals))]
}

func (g *generator) number(depth int) string {
	if v := g.known(number); v != "" && g.chance(40) {
		return v
	}
	if depth <= 0 || g.chance(25) {
		return g.numeral()
	}
	a := func() string { return g.expression(number, depth-1) }
	s := func() string { return g.expression(text, depth-1) }
	switch g.random.Intn(24) {
	case 0, 1, 2:
		return a() + g.pick(" + ", " - ", " * ", " / ", " % ", " ^ ", " - ", "+") + a()
	case 3, 4:
		return "(" + a() + g.pick(" + ", " - ", " * ", " / ", " % ") + a() + ")" + g.pick(" * ", " / ", " ^ ", " % ") + a()
	case 5:
		return "- " + a()
	case 6:
		return "#" + s()
	case 7:
		return "(" + g.truth(depth-1) + " and " + a() + " or " + a() + ")"
	case 8:
		return "math." + g.pick("floor", "ceil", "abs", "sqrt") + "(" + a() + ")"
	case 9:
		return "math." + g.pick("max", "min", "fmod") + "(" + a() + ", " + a() + ")"
	case 10:
		return "(tonumber(" + s() + ") or " + a() + ")"
	case 11:
		if f := g.known(function); f != "" && depth > 1 {
			return "(tonumber((" + f + "(" + a() + "))) or 0)"
		}
	case 12:
		if l := g.known(list); l != "" {
			return "(" + l + "[" + a() + "] or " + a() + ")"
		}
	case 13:
		return "(string.byte(" + s() + ", " + g.small() + ") or 0)"
	case 14:
		return "(string.find(" + s() + ", " + g.pattern() + ") or 0)"
	case 15:
		return "bit32." + g.pick("band", "bor", "bxor") + "(" + g.pick("1", "255", "2^31", g.small()) + ", " + g.small() + ")"
	case 16:
		if g.vararg {
			return "select('#', ...)"
		}
	case 17:
		return "(" + s() + " + " + a() + ")"
	case 18:
		if r := g.known(record); r != "" {
			return "(tonumber(" + r + ".x) or 1)"
		}
	case 19:
		return "select(2, (" + s() + "):gsub(" + g.pattern() + ", " + g.pick("''", "'%0'", "'x'") + "))"
	case 20:
		return "(function(...) tick() return select('#', ...) end)(" + a() + ", " + g.pick("nil", a(), s()) + ")"
	}
	return "(" + a() + ")"
}

var literals = []string{
	`""`, `"a"`, `"abc"`, `'x y'`, `"10"`, `"0x1F"`, `"1e1"`, `" 5 "`, `"\065\n\t"`, `"\x41\z   B"`, `[[long]]`, `[==[a]]b]==]`, `"tab\tend"`, `"100%"`,
	`"key=value"`, `"(a(b)c)"`, `"hello world"`, `"\0z"`, `"\200\255"`, `"AbC"`, `"1,2,,3"`, `"5"`,
}

func (g *generator) text(depth int) string {
	if v := g.known(text); v != "" && g.chance(35) {
		return v
	}
	if depth <= 0 || g.chance(25) {
		return literals[g.random.Intn(len(literals))]
	}
	a := func() string { return g.expression(text, depth-1) }
	n := func() string { return g.expression(number, depth-1) }
	switch g.random.Intn(16) {
	case 0, 1, 2:
		return "cut(" + a() + " .. " + g.pick(a(), n(), n()+" .. "+a()) + ")"
	case 3:
		return "cut(string.rep(" + a() + ", " + g.small() + g.pick("", ", "+a()) + "))"
	case 4:
		return "(" + a() + "):" + g.pick("upper", "lower", "reverse") + "()"
	case 5:
		return "string.sub(" + a() + ", " + g.small() + g.pick("", ", "+g.small()) + ")"
	case 6:
		return "cut(string.format(" + g.format(n, func() string { return "(" + a() + "):gsub('%z', '')" }) + "))"
	case 7:
		return "tostring(" + g.pick(n(), g.truth(depth-1), "nil", a()) + ")"
	case 8:
		return "((" + a() + "):gsub(" + g.pattern() + ", " + g.replacement() + "))"
	case 9:
		return "((" + a() + "):match(" + g.pattern() + ") or " + a() + ")"
	case 10:
		if l := g.known(list); l != "" {
			return "cut(table.concat(" + l + ", " + a() + "))"
		}
	case 11:
		return "type(" + g.anyName() + ")"
	case 12:
		return "string.char(" + fmt.Sprint(32+g.random.Intn(95)) + ", " + fmt.Sprint(g.random.Intn(256)) + ")"
	case 13:
		if g.vararg {
			return "tostring(...)"
		}
	case 14:
		return "(" + g.truth(depth-1) + " and " + a() + " or " + a() + ")"
	}
	return "(" + a() + ")"
}

func (g *generator) replacement() string {
	return g.pick("'<%0>'", "'%1'", "'%%'", "''", "{a = 1, b = true, x = 'y'}", "function(c) tick() return "+g.pick("c .. '!'", "nil", "#c", "false", "{}")+" end", "'%2'", "1.5")
}

func (g *generator) pattern() string {
	return g.pick("'%w+'", "'(%a)(%d*)'", "'.'", "'^%s*(.-)%s*$'", "'[^,]*'", "'%b()'", "'%f[%w]%w'", "'()'", "'a-b'", "'(.)%1'", "'%d'", "'=(.*)'", "'x*'", "'[%w_]+'", "'a'",
		"'[a'", "'%'", "'('", "'%9'", "'$'", "'^a?'", "'[]]'", "'%z'", "'.-$'", "'(()'")
}

// format writes the arguments of string.format.
func (g *generator) format(n, a func() string) string {
	var format strings.Builder
	var args []string
	for range 1 + g.random.Intn(3) {
		format.WriteString(g.pick("", " ", "x", "%%"))
		switch g.random.Intn(4) {
		case 0:
			format.WriteString(g.pick("%s", "%5s", "%-5s", "%.2s", "%q"))
			args = append(args, "("+a()+")")
		case 1:
			format.WriteString(g.pick("%d", "%5d", "%-4d", "%05d", "%+d", "%i", "%x", "%X", "%o", "%c", "%u", "%#x"))
			args = append(args, "math.floor("+g.pick("1", "65", "100", g.small(), n())+")")
		default:
			format.WriteString(g.pick("%g", "%f", "%.3f", "%e", "%10.2f", "%-8.1f", "%G", "%+.0f", "%a", "%5.1s", "%.14g", "%.17g"))
			args = append(args, n())
		}
	}
	return "'" + format.String() + "', " + strings.Join(args, ", ")
}

func (g *generator) truth(depth int) string {
	if v := g.known(truth); v != "" && g.chance(20) {
		return v
	}
	if depth <= 0 || g.chance(20) {
		return g.pick("true", "false", "nil", "1 < 2", g.anyName())
	}
	switch g.random.Intn(8) {
	case 0, 1:
		return g.number(depth-1) + g.pick(" < ", " <= ", " > ", " >= ", " == ", " ~= ") + g.number(depth-1)
	case 2:
		return g.text(depth-1) + g.pick(" < ", " <= ", " > ", " >= ", " == ", " ~= ") + g.text(depth-1)
	case 3:
		return "not " + g.truth(depth-1)
	case 4:
		return "(" + g.truth(depth-1) + g.pick(" and ", " or ") + g.truth(depth-1) + ")"
	case 5:
		return g.anyName() + g.pick(" == ", " ~= ") + g.pick("nil", g.number(0), g.text(0), g.anyName())
	case 6:
		return g.truth(depth-1) + g.pick(" and ", " or ") + g.number(depth-1) + " > 1"
	}
	return "rawequal(" + g.anyName() + ", " + g.anyName() + ")"
}

func (g *generator) list(depth int) string {
	var items []string
	for range g.random.Intn(5) {
		items = append(items, g.number(depth-1))
	}
	if g.chance(15) {
		items = append(items, "table.unpack{"+g.number(1)+", "+g.number(1)+"}")
	}
	if g.vararg && g.chance(5) {
		items = append(items, "...")
	}
	return "{" + strings.Join(items, ", ") + "}"
}
