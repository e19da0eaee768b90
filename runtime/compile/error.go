package compile

import (
	"errors"
	"strconv"
	"strings"

	"lunarium/runtime/bytecode"
)

// This file holds syntax errors, and turns go-lua's words into the reference's.

// SyntaxError says why a source text is not a Lua chunk.
type SyntaxError struct {
	// Chunk is the chunk's display name, as bytecode.ChunkID gives it.
	Chunk string
	// Line is where the parser stood, counted from 1.
	Line int
	// Message is the reference implementation's complaint, such as
	// "unexpected symbol near 'x'".
	Message string
}

// Error reads as the reference implementation's message does.
func (e *SyntaxError) Error() string {
	return e.Chunk + ":" + strconv.Itoa(e.Line) + ": " + e.Message
}

// Incomplete reports whether err is a syntax error that more text might mend:
// the source ended where something was still expected.
func Incomplete(err error) bool {
	var e *SyntaxError
	return errors.As(err, &e) && strings.HasSuffix(e.Message, "near "+endMark)
}

// parserMessage turns go-lua's message, of the form "?:LINE: WHAT near TOKEN"
// or without the token, into the reference's wording. at is the token at which
// the parser stopped.
func parserMessage(message string, at token) string {
	if _, rest, ok := strings.Cut(message, ": "); ok {
		message = rest
	}
	what, _, near := strings.Cut(message, " near ")
	if at.kind == tokenString && strings.HasPrefix(message, at.value+" expected near ") {
		// Where it expects a name, go-lua shows the token it found.
		what, near = "<name> expected", true
	}
	what = expectation(what)
	what = strings.Replace(what, "Go levels", "C levels", 1)
	if near && at.text != "\x00" { // a zero byte is no token to the reference
		what += " near " + at.show()
	}
	return what
}

// expected holds what go-lua's messages rightly say is expected, apart from
// quoted words and single characters.
var expected = map[string]bool{
	endMark: true, "function arguments": true, "'=' or 'in'": true, "<name> or '...'": true,
}

// expectation corrects messages of the forms "X expected" and "X expected (to
// close Y at line N)": go-lua does not quote single characters, and shows the
// token it found where it expects a name.
func expectation(message string) string {
	const verb, closing = " expected", " (to close "
	what, rest, ok := strings.Cut(message, verb)
	if !ok || rest != "" && !strings.HasPrefix(rest, closing) {
		return message
	}
	if opener, line, ok := strings.Cut(strings.TrimPrefix(rest, closing), " at "); ok {
		rest = closing + quoteSymbol(opener) + " at " + line
	}
	what = quoteSymbol(what)
	if !expected[what] && !strings.HasPrefix(what, "'") {
		what = "<name>"
	}
	return what + verb + rest
}

func quoteSymbol(s string) string {
	if len(s) == 1 && !isAlpha(s[0]) {
		return "'" + s + "'"
	}
	return s
}

// chunkError places a message in a chunk.
func chunkError(chunkName string, line int, message string) *SyntaxError {
	return &SyntaxError{Chunk: bytecode.ChunkID(chunkName), Line: line, Message: message}
}
