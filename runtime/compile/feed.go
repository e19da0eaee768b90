package compile

import (
	"io"
	"math"
	"strconv"
)

// This file is the text that go-lua reads in place of the source.

// feed is the text that go-lua reads: the tokens of a source, one to a Read,
// each on its line and followed by a space.
//
// go-lua looks one byte past each token it scans, and that byte is the space.
// So it asks for the next token only when its parser wants it: last is always
// the token at hand, and a lexical error comes to light exactly when the
// reference would find it.
type feed struct {
	source  forLists
	last    token
	failure *lexError
	effort  effort
	// stop says that the work is to be given up; it is asked every stopTokens.
	stop   func() bool
	tokens int
	// line is the line that go-lua has counted up to.
	line int
	// trim: lists of more than three expressions in a for loop are rewritten.
	trim bool
	// out is the spelling of the token at hand, pending the part not yet read.
	out, pending []byte
}

// newFeed starts with a space, so that no token, not even an ESC, can be taken
// for the signature of a precompiled chunk.
func newFeed(src string) *feed {
	return &feed{
		source:  forLists{source: folder{lexer: lexer{src: src, line: 1}}},
		last:    token{line: 1},
		effort:  newEffort(),
		line:    1,
		pending: []byte{' '},
	}
}

// Read gives the rest of a token, or the next one. After a lexical error the
// text ends.
func (f *feed) Read(p []byte) (int, error) {
	if len(f.pending) == 0 {
		if err := f.advance(); err != nil {
			return 0, err
		}
	}
	n := copy(p, f.pending)
	f.pending = f.pending[n:]
	return n, nil
}

const stopTokens = 1024

func (f *feed) advance() error {
	if f.failure != nil {
		return io.EOF
	}
	t, failure := f.source.next()
	if failure != nil {
		f.failure = failure
		return io.EOF
	}
	f.last = t
	if f.tokens++; f.stop != nil && f.tokens%stopTokens == 0 && f.stop() {
		f.failure = &lexError{t.line, "given up near " + t.show()}
		return io.EOF
	}
	if !f.effort.add(t) {
		f.failure = &lexError{t.line, "control structure too long near " + t.show()}
		return io.EOF
	}
	if f.trim && t.is("in") {
		f.source.trim(t.line)
	}
	f.out = f.out[:0]
	for ; f.line < t.line; f.line++ {
		f.out = append(f.out, '\n')
	}
	f.out = append(t.spell(f.out), ' ')
	f.pending = f.out
	if t.kind == tokenEnd && len(f.out) == 1 {
		return io.EOF
	}
	return nil
}

// spell appends the token in a form that go-lua's scanner reads rightly.
func (t token) spell(out []byte) []byte {
	switch t.kind {
	case tokenString:
		return spellString(out, t.value)
	case tokenNumber:
		if math.IsInf(t.number, 0) {
			// Too large in decimal is an error to go-lua; in hexadecimal not.
			return append(out, infinity(t.number)...)
		}
		return strconv.AppendFloat(out, t.number, 'g', -1, 64)
	case tokenSymbol:
		if c := t.text[0]; c < ' ' || c > '~' {
			// No token, but go-lua takes some for letters and skips zeros.
			return append(out, '`')
		}
	}
	return append(out, t.text...)
}

func infinity(f float64) string {
	if f < 0 {
		return "-0x1p9999"
	}
	return "0x1p9999"
}

func spellString(out []byte, s string) []byte {
	out = append(out, '"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '\n':
			out = append(out, `\n`...)
		case '\r':
			out = append(out, `\r`...)
		case '"', '\\':
			out = append(out, '\\', c)
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}
