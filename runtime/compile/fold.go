package compile

import (
	"math"

	"lunarium/runtime/number"
)

// This file works out constant powers before go-lua sees them.

// folder gives a lexer's tokens with constant powers worked out. go-lua folds
// them too, as the reference does, but with Go's math.Pow, which is off by a few
// units in the last place; it gets the result instead, as one numeral.
//
// Only what go-lua would fold is folded, so the code is that of the reference.
// A power on several lines keeps two more tokens, so that what follows is on its
// line; errors are never inside one, as it is well formed.
type folder struct {
	lexer lexer
	// ahead holds tokens that were read ahead, of which the first done are folded
	// as far as can be, and failure what comes after them.
	ahead   []token
	done    int
	failure *lexError

	previous token
	open     []byte // the first letters of the brackets and blocks that are open
}

// farAhead is how many tokens are read ahead for a constant, and deepConstant how
// deep in it. What is longer or deeper is folded piece by piece.
const (
	farAhead     = 1024
	deepConstant = 200
)

// next returns the next token, or the lexical error that stands in its way.
func (f *folder) next() (token, *lexError) {
	if f.done == 0 {
		t, failure := f.peek(0)
		if failure != nil {
			return t, failure
		}
		f.done = 1
		if t.kind == tokenNumber || t.is("(") && f.operand() {
			e := constantParser{folder: f}
			e.expression(powerLeft-1, 0)
			f.done = max(e.at, 1)
		}
	}
	t := f.ahead[0]
	if f.done--; len(f.ahead) == 1 {
		f.ahead = f.ahead[:0] // the room is used again
	} else {
		f.ahead = f.ahead[1:]
	}
	f.previous = t
	switch n := t.nesting(); {
	case n > 0:
		f.open = append(f.open, t.text[0])
	case n < 0 && len(f.open) > 0:
		f.open = f.open[:len(f.open)-1]
	}
	return t, nil
}

// peek gives a token without taking it.
func (f *folder) peek(i int) (token, *lexError) {
	for i >= len(f.ahead) {
		if f.failure != nil {
			return token{}, f.failure
		}
		t, failure := f.lexer.next()
		if failure != nil {
			f.failure = failure
			return token{}, failure
		}
		f.ahead = append(f.ahead, t)
	}
	return f.ahead[i], nil
}

// operand tells whether an expression, rather than a call's arguments or a
// statement, begins after the token before.
func (f *folder) operand() bool {
	if f.previous.kind != tokenSymbol {
		return false
	}
	if f.previous.text == ";" {
		return len(f.open) > 0 && f.open[len(f.open)-1] == '{'
	}
	return beforeOperand[f.previous.text]
}

var beforeOperand = map[string]bool{
	"=": true, "(": true, "[": true, "{": true, ",": true, "return": true, "and": true, "or": true, "not": true,
	"+": true, "-": true, "*": true, "/": true, "%": true, "^": true, "#": true, "..": true, "==": true, "~=": true,
	"<": true, ">": true, "<=": true, ">=": true, "if": true, "while": true, "until": true, "elseif": true, "in": true,
}

// constant is the value of a constant expression: a number, or what is only
// asked whether it is true.
type constant struct {
	number  float64
	numeral bool
	truth   bool
}

// constantParser evaluates a constant expression at the beginning of the tokens
// ahead as go-lua folds it. at is how many of them it has passed: these it has
// folded, even if the expression proves not to be constant.
type constantParser struct {
	folder *folder
	at     int
}

// priorities of binary operators, left and right (lparser.c).
const (
	powerLeft     = 10
	powerRight    = 9
	unaryPriority = 8
)

var priorities = map[string][2]int{
	"+": {6, 6}, "-": {6, 6}, "*": {7, 7}, "/": {7, 7}, "%": {7, 7}, "^": {powerLeft, powerRight},
	"and": {2, 2}, "or": {1, 1},
}

// notFolded are the binary operators after which nothing is constant, with the
// priority on their left.
var notFolded = map[string]int{"..": 5, "<": 3, "<=": 3, "==": 3, "~=": 3, ">": 3, ">=": 3}

// token gives the token at hand; after a lexical error, or too far ahead, it is
// none that an expression could hold.
func (p *constantParser) token() token {
	if p.at >= farAhead {
		return token{kind: tokenEnd}
	}
	t, _ := p.folder.peek(p.at)
	return t
}

// expression evaluates operands joined by operators that bind closer than limit.
func (p *constantParser) expression(limit, depth int) (c constant, ok bool) {
	begin := p.at
	if c, ok = p.operand(depth); !ok {
		return c, false
	}
	for {
		t := p.token()
		if t.kind != tokenSymbol {
			return c, true
		}
		if priority, found := notFolded[t.text]; found && priority > limit {
			return c, false
		}
		priority, found := priorities[t.text]
		if !found || priority[0] <= limit {
			return c, true
		}
		p.at++
		x := c.number
		right, ok := p.expression(priority[1], depth+1)
		if !ok {
			return c, false
		}
		if c, ok = c.combine(t.text, right); !ok {
			return c, false
		}
		if t.text == "^" {
			p.replace(begin, c.number, math.Pow(x, right.number))
		}
	}
}

// operand evaluates what operators stand before or between.
func (p *constantParser) operand(depth int) (constant, bool) {
	if depth > deepConstant {
		return constant{}, false
	}
	t := p.token()
	switch {
	case t.kind == tokenNumber:
		p.at++
		return constant{number: t.number, numeral: true, truth: true}, true
	case t.kind == tokenString, t.is("true"):
		p.at++
		return constant{truth: true}, true
	case t.is("nil"), t.is("false"):
		p.at++
		return constant{}, true
	case t.is("("):
		return p.parenthesized(depth)
	case t.is("-"), t.is("not"):
		p.at++
		c, ok := p.expression(unaryPriority, depth+1)
		if t.text == "not" {
			return constant{truth: !c.truth}, ok
		}
		c.number = -c.number
		return c, ok && c.numeral
	}
	return constant{}, false
}

func (p *constantParser) parenthesized(depth int) (constant, bool) {
	p.at++
	c, ok := p.expression(0, depth+1)
	if !ok || !p.token().is(")") {
		return c, false
	}
	p.at++
	t := p.token()
	called := t.kind == tokenString || t.is("(") || t.is("{") || t.is("[") || t.is(".") || t.is(":")
	return c, !called
}

// combine gives the result of a binary operator, if it is folded.
func (c constant) combine(operator string, d constant) (constant, bool) {
	switch operator {
	case "and":
		return d, c.truth
	case "or":
		return d, !c.truth
	}
	x, y := c.number, d.number
	ok := c.numeral && d.numeral
	switch operator {
	case "+":
		c.number = x + y
	case "-":
		c.number = x - y
	case "*":
		c.number = x * y
	case "/":
		c.number = x / y
		ok = ok && y != 0
	case "%":
		c.number = x - float64(math.Floor(x/y)*y)
		ok = ok && y != 0
	case "^":
		c.number = number.Power(x, y)
	}
	return c, ok
}

// replace puts the value of the power that began at a token, and has been passed,
// in its place. One that is no number has no numeral: go-lua works it out, and
// only the sign of its result is mended.
func (p *constantParser) replace(begin int, value, result float64) {
	tokens := p.folder.ahead
	first, last := tokens[begin], tokens[p.at-1]
	var power []token
	switch {
	case value == value:
		first.kind, first.number = tokenNumber, value
		power = []token{first}
		if last.line > first.line {
			one := token{kind: tokenNumber, text: "1", number: 1, line: last.line}
			power = append(power, token{kind: tokenSymbol, text: "^", line: last.line}, one)
		}
	case math.Signbit(value) != math.Signbit(result) && (begin > 0 || p.folder.operand()):
		minus := token{kind: tokenSymbol, text: "-", line: first.line}
		power = append([]token{minus}, tokens[begin:p.at]...)
	default:
		return
	}
	rest := append(power, tokens[p.at:]...)
	p.folder.ahead = append(tokens[:begin:begin], rest...)
	p.at = begin + len(power)
}
