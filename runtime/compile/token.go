package compile

import (
	"fmt"
	"strings"
)

// This file holds tokens, and what is asked of them.

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

func isNewline(c byte) bool { return c == '\n' || c == '\r' }
func isSpace(c byte) bool   { return c == ' ' || '\t' <= c && c <= '\r' }
func isDigit(c byte) bool   { return '0' <= c && c <= '9' }
func isAlpha(c byte) bool   { return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' }
func isHex(c byte) bool     { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

func (t token) is(symbol string) bool { return t.kind == tokenSymbol && t.text == symbol }

// nesting is +1 for a token that opens a bracket or a block, -1 for one that
// closes it.
func (t token) nesting() int {
	if t.kind != tokenSymbol {
		return 0
	}
	switch t.text {
	case "(", "[", "{", "function", "do", "if", "repeat":
		return 1
	case ")", "]", "}", "end", "until":
		return -1
	}
	return 0
}

// endMark is how messages show the end of the source.
const endMark = "<eof>"

// show is how messages name a token.
func (t token) show() string {
	switch {
	case t.kind == tokenEnd:
		return endMark
	case t.kind == tokenSymbol && len(t.text) == 1 && (t.text[0] < ' ' || t.text[0] > '~'):
		return fmt.Sprintf("char(%d)", t.text[0])
	}
	return quoted(t.text)
}

// quoted shows text in a message; like a C string, it ends at a zero byte.
func quoted(text string) string {
	text, _, _ = strings.Cut(text, "\x00")
	return "'" + text + "'"
}
