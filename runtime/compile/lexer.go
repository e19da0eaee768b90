package compile

// This file is the lexer's ground: where it stands in the text, and its errors.

// lexer reads tokens as llex.c of Lua 5.2 does, its errors included.
type lexer struct {
	src  string
	pos  int
	line int
}

func (x *lexer) token(kind tokenKind, text string) token {
	return token{kind: kind, text: text, line: x.line}
}

// peek returns the byte n places on, or 0 past the end.
func (x *lexer) peek(n int) byte {
	if x.pos+n < len(x.src) {
		return x.src[x.pos+n]
	}
	return 0
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

// lexError is a lexical error: the line and the whole message.
type lexError struct {
	line    int
	message string
}

// errorNear makes an error about the text read so far.
func (x *lexer) errorNear(message, text string) *lexError {
	return &lexError{x.line, message + " near " + quoted(text)}
}

func (x *lexer) errorAtEnd(message string) *lexError {
	return &lexError{x.line, message + " near " + endMark}
}
