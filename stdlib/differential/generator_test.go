package differential

import (
	"fmt"
	"math/rand"
	"strings"
)

// kind is what the generator believes a variable to hold. It is sometimes wrong
// on purpose.
type kind int

const (
	number kind = iota
	text
	truth
	list   // a sequence of numbers
	record // a table with fields
	object // a table with metamethods
	function
	kinds
)

// variable is one that is in scope.
type variable struct {
	name string
	kind kind
}

// generator writes random programs that end: every loop and function calls tick.
type generator struct {
	random *rand.Rand
	out    strings.Builder
	scope  []variable
	names  int
	depth  int // of blocks
	loops  int // that enclose this place in the same function
	vararg bool
	inside int // functions around this place
}

// program writes one program.
func program(random *rand.Rand) string {
	g := &generator{random: random, vararg: true}
	g.block(4 + random.Intn(8))
	return g.out.String()
}

func (g *generator) chance(percent int) bool { return g.random.Intn(100) < percent }

func (g *generator) pick(list ...string) string { return list[g.random.Intn(len(list))] }

func (g *generator) line(format string, args ...any) {
	g.out.WriteString(strings.Repeat(" ", g.depth))
	fmt.Fprintf(&g.out, format, args...)
	g.out.WriteByte('\n')
}

// fresh gives a new name, seldom one that hides another.
func (g *generator) fresh() string {
	if len(g.scope) > 0 && g.chance(10) {
		return g.scope[g.random.Intn(len(g.scope))].name
	}
	g.names++
	return fmt.Sprintf("%c%d", 'a'+g.names%6, g.names)
}

func (g *generator) declare(name string, k kind) { g.scope = append(g.scope, variable{name, k}) }

// known gives a variable of the kind, or "".
func (g *generator) known(k kind) string {
	var fitting []string
	for _, v := range g.scope {
		if v.kind == k {
			fitting = append(fitting, v.name)
		}
	}
	if len(fitting) == 0 {
		return ""
	}
	return fitting[g.random.Intn(len(fitting))]
}

// block writes statements, whose locals go out of scope afterwards.
func (g *generator) block(statements int) {
	outer := len(g.scope)
	for range statements {
		g.statement()
	}
	g.scope = g.scope[:outer]
}

// nested writes a block one level deeper; most are short.
func (g *generator) nested() {
	g.depth++
	g.block(1 + g.random.Intn(3))
	g.depth--
}

// loop is nested for the body of a loop.
func (g *generator) loop() {
	g.loops++
	g.depth++
	g.line("tick()")
	g.depth--
	g.nested()
	if g.chance(15) {
		g.line(" if %s then break end", g.truth(1))
	}
	g.loops--
}

// body writes a function's body, and what closes it.
func (g *generator) body(params []variable, vararg bool) {
	outer, loops, varargs := len(g.scope), g.loops, g.vararg
	g.scope = append(g.scope, params...)
	g.loops, g.vararg = 0, vararg
	g.inside++
	g.depth++
	g.line("tick()")
	g.block(1 + g.random.Intn(3))
	if g.chance(80) {
		g.line("return %s", g.results())
	}
	g.depth--
	g.inside--
	g.scope, g.loops, g.vararg = g.scope[:outer], loops, varargs
	g.line("end")
}

// results gives what a function returns.
func (g *generator) results() string {
	switch g.random.Intn(8) {
	case 0:
		return g.number(2) + ", " + g.text(2)
	case 1:
		if g.vararg {
			return g.number(1) + ", ..."
		}
	case 2: // a tail call
		if f := g.known(function); f != "" && g.chance(60) {
			return fmt.Sprintf("%s(%s)", f, g.number(1))
		}
	case 3:
		return "(" + g.text(2) + ")"
	case 4:
		return g.truth(2)
	}
	return g.number(2)
}

func (g *generator) parameters() (params []variable, vararg bool, written string) {
	var names []string
	for range g.random.Intn(3) {
		v := variable{g.fresh(), number}
		params = append(params, v)
		names = append(names, v.name)
	}
	if vararg = g.chance(30); vararg {
		names = append(names, "...")
	}
	return params, vararg, strings.Join(names, ", ")
}

// crowded tells that there is enough nesting.
func (g *generator) crowded() bool { return g.depth > 3 || g.loops > 2 || g.inside > 2 }

func (g *generator) statement() {
	simple := []func(){
		g.declaration, g.declaration, g.declaration, g.assignment, g.assignment, g.fieldAssignment, g.show, g.show,
		g.show, g.call, g.tableCall, g.mayFail, g.mayFail, g.gotoAhead,
	}
	compound := []func(){
		g.condition, g.condition, g.numericFor, g.genericFor, g.while, g.repeat, g.do, g.localFunction,
		g.localFunction, g.globalFunction, g.method, g.protected, g.protected, g.coroutine, g.closures,
		g.metatable, g.recursion, g.gotoBack, g.failure,
	}
	if g.crowded() || g.chance(55) {
		simple[g.random.Intn(len(simple))]()
		return
	}
	compound[g.random.Intn(len(compound))]()
}
