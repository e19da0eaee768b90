package compile

import (
	"strings"
)

// tokenKind sorts tokens by how they are respelled and how errors show them.
type tokenKind uint8

const (
	tokenEnd    tokenKind = iota // end of the source
	tokenSymbol                  // operator, punctuation or reserved word
	tokenName
	tokenString
	tokenNumber
)

// token is one lexical element.
type token struct {
	kind tokenKind
	// text is what the reference keeps in its buffer and shows in errors: the
	// spelling, but for strings the value between the delimiters.
	text string
	// value is a string's content.
	value  string
	number float64
	// line is where the token ends, counted from 1.
	line int
}

// lexer reads tokens as llex.c of Lua 5.2 does, its errors included.
type lexer struct {
	src  string
	pos  int
	line int
}

// reserved holds the words that are not names.
var reserved = map[string]bool{
	"and": true, "break": true, "do": true, "else": true, "elseif": true,
	"end": true, "false": true, "for": true, "function": true, "goto": true,
	"if": true, "in": true, "local": true, "nil": true, "not": true,
	"or": true, "repeat": true, "return": true, "then": true, "true": true,
	"until": true, "while": true,
}

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

func (x *lexer) token(kind tokenKind, text string) token {
	return token{kind: kind, text: text, line: x.line}
}

func (x *lexer) symbol(s string) token {
	x.pos += len(s)
	return x.token(tokenSymbol, s)
}

// peek returns the byte n places on, or 0 past the end.
func (x *lexer) peek(n int) byte {
	if x.pos+n < len(x.src) {
		return x.src[x.pos+n]
	}
	return 0
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

// newline passes over one line end: LF, CR, or both in either order.
func (x *lexer) newline() {
	c := x.src[x.pos]
	x.pos++
	if n := x.peek(0); isNewline(n) && n != c {
		x.pos++
	}
	x.line++
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

func isNewline(c byte) bool { return c == '\n' || c == '\r' }
func isSpace(c byte) bool   { return c == ' ' || '\t' <= c && c <= '\r' }
func isDigit(c byte) bool   { return '0' <= c && c <= '9' }
func isAlpha(c byte) bool   { return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' }
func isHex(c byte) bool     { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }
