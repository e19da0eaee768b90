package differential

import (
	"fmt"
	"math/rand"
	"regexp"
	"strings"
)

// expressions writes a program that shows a few expressions, each on its own.
func expressions(random *rand.Rand) string {
	g := &generator{random: random, vararg: true}
	g.line("local n1, s1, t1, b1 = %s, %s, {1, 2, 3}, nil", g.numeral(), g.text(0))
	g.scope = []variable{{"n1", number}, {"s1", text}, {"t1", list}, {"b1", truth}}
	for range 8 {
		k := kind(random.Intn(int(list)))
		if random.Intn(3) == 0 {
			g.line("print(load(%q, '=e', 't', _ENV))", "return "+g.expression(k, 4))
			continue
		}
		g.line("print(pcall(function(...) return %s end, 1, 'x'))", g.expression(k, 5))
	}
	return g.out.String()
}

var token = regexp.MustCompile(`\s+|[A-Za-z_][A-Za-z_0-9]*|[0-9]+|'[^'\n]*'|"[^"\n]*"|\.\.\.|\.\.|[<>=~]=|::|.`)

// oddTokens stand where something else did.
var oddTokens = []string{
	"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not", "or", "repeat",
	"return", "then", "true", "until", "while", "+", "-", "*", "/", "%", "^", "#", "==", "~=", "<=", ">=", "<", ">", "=", "(", ")", "{", "}", "[",
	"]", "::", ";", ":", ",", ".", "..", "...", "x", "_ENV", "1", "0x", "1e", "3x", "'", "\"", "[[", "--", "--[[", "\\", "@", "~", "\x00", "\xff", "''", "'\\q'",
	"'\\300'", "'\\x1'", "[=", "\n", "9e999", "goto continue", "::continue::", "self",
}

// spoilt writes a program with a few tokens changed, so that most are refused.
func spoilt(random *rand.Rand) string {
	tokens := token.FindAllString(program(random), -1)
	at := func() int { return random.Intn(len(tokens)) }
	for range 1 + random.Intn(2) {
		i := at()
		switch random.Intn(5) {
		case 0:
			tokens[i] = ""
		case 1:
			tokens[i] = tokens[i] + " " + tokens[i]
		case 2:
			j := at()
			tokens[i], tokens[j] = tokens[j], tokens[i]
		case 3:
			tokens[i] = fmt.Sprintf(" %s ", oddTokens[random.Intn(len(oddTokens))])
		default:
			tokens[i] += fmt.Sprintf(" %s ", oddTokens[random.Intn(len(oddTokens))])
		}
	}
	return strings.Join(tokens, "")
}
