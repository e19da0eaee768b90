package compile

import "strings"

// This file finds where the next token begins, and which kind it is.

// symbols lists the operators of more than one byte, longest first.
var symbols = []string{"...", "..", "==", "<=", ">=", "~=", "::"}

// next returns the next token, or the lexical error that stands in its way.
func (x *lexer) next() (token, *lexError) {
	if err := x.skip(); err != nil {
		return token{}, err
	}
	if x.pos >= len(x.src) {
		return x.token(tokenEnd, ""), nil
	}
	c := x.src[x.pos]
	switch {
	case isAlpha(c):
		return x.word(), nil
	case isDigit(c), c == '.' && isDigit(x.peek(1)):
		return x.numeral()
	case c == '"', c == '\'':
		return x.quoted(c)
	case c == '[':
		switch level := x.bracket(); {
		case level >= 0:
			text, err := x.long(level, "string")
			t := x.token(tokenString, text)
			if err == nil {
				t.value = text[level+2 : len(text)-level-2]
			}
			return t, err
		case level != plainBracket:
			return token{}, x.errorNear("invalid long string delimiter", x.src[x.pos:x.pos-level])
		}
	}
	for _, s := range symbols {
		if strings.HasPrefix(x.src[x.pos:], s) {
			return x.symbol(s), nil
		}
	}
	return x.symbol(x.src[x.pos : x.pos+1]), nil
}

// skip passes over white space and comments.
func (x *lexer) skip() *lexError {
	for x.pos < len(x.src) {
		switch c := x.src[x.pos]; {
		case isNewline(c):
			x.newline()
		case isSpace(c):
			x.pos++
		case strings.HasPrefix(x.src[x.pos:], "--"):
			if err := x.comment(); err != nil {
				return err
			}
		default:
			return nil
		}
	}
	return nil
}

func (x *lexer) comment() *lexError {
	x.pos += 2
	if x.peek(0) == '[' {
		if level := x.bracket(); level >= 0 {
			_, err := x.long(level, "comment")
			return err
		}
	}
	for x.pos < len(x.src) && !isNewline(x.src[x.pos]) {
		x.pos++
	}
	return nil
}

func (x *lexer) word() token {
	start := x.pos
	for x.pos < len(x.src) && (isAlpha(x.src[x.pos]) || isDigit(x.src[x.pos])) {
		x.pos++
	}
	text := x.src[start:x.pos]
	if reserved[text] {
		return x.token(tokenSymbol, text)
	}
	return x.token(tokenName, text)
}

func (x *lexer) symbol(s string) token {
	x.pos += len(s)
	return x.token(tokenSymbol, s)
}

// reserved holds the words that are not names.
var reserved = map[string]bool{
	"and": true, "break": true, "do": true, "else": true, "elseif": true,
	"end": true, "false": true, "for": true, "function": true, "goto": true,
	"if": true, "in": true, "local": true, "nil": true, "not": true,
	"or": true, "repeat": true, "return": true, "then": true, "true": true,
	"until": true, "while": true,
}
