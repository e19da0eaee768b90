package compile

import "strings"

// This file reads strings and long brackets.

// plainBracket is what bracket returns for a "[" or "]" that opens nothing.
const plainBracket = -1

// bracket looks at a "[" or "]" and returns the level of the long bracket that
// begins there: the number of "=" in it. It is negative if there is none, and
// then minus the length of the bracket and the "=" after it.
func (x *lexer) bracket() int {
	n := 1
	for x.peek(n) == '=' {
		n++
	}
	if x.peek(n) == x.src[x.pos] {
		return n - 1
	}
	return -n
}

// long reads a long string or comment of a level and returns it with its
// brackets, line ends made plain, and without the line end that may follow the
// opening bracket.
func (x *lexer) long(level int, what string) (string, *lexError) {
	var b strings.Builder
	b.WriteString(x.src[x.pos : x.pos+level+2])
	x.pos += level + 2
	if isNewline(x.peek(0)) {
		x.newline()
	}
	for {
		n := strings.IndexAny(x.src[x.pos:], "]\r\n")
		if n < 0 {
			x.pos = len(x.src)
			return "", x.errorAtEnd("unfinished long " + what)
		}
		b.WriteString(x.src[x.pos : x.pos+n])
		x.pos += n
		if isNewline(x.src[x.pos]) {
			b.WriteByte('\n')
			x.newline()
			continue
		}
		if x.bracket() == level {
			b.WriteString(x.src[x.pos : x.pos+level+2])
			x.pos += level + 2
			return b.String(), nil
		}
		b.WriteByte(']')
		x.pos++
	}
}

// quoted reads a string between quotes.
func (x *lexer) quoted(quote byte) (token, *lexError) {
	var b strings.Builder
	b.WriteByte(quote)
	x.pos++
	for {
		if x.pos >= len(x.src) {
			return token{}, x.errorAtEnd("unfinished string")
		}
		switch c := x.src[x.pos]; {
		case c == quote:
			b.WriteByte(quote)
			x.pos++
			t := x.token(tokenString, b.String())
			t.value = t.text[1 : len(t.text)-1]
			return t, nil
		case isNewline(c):
			return token{}, x.errorNear("unfinished string", b.String())
		case c == '\\':
			x.pos++
			if err := x.escape(&b); err != nil {
				return token{}, err
			}
		default:
			b.WriteByte(c)
			x.pos++
		}
	}
}

// escapes maps the letter of a simple escape to its byte.
var escapes = map[byte]byte{
	'a': '\a', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v',
	'\\': '\\', '"': '"', '\'': '\'',
}

// escape reads what follows a backslash. At the end of the source it reads
// nothing, and the string is found unfinished next.
func (x *lexer) escape(b *strings.Builder) *lexError {
	if x.pos >= len(x.src) {
		return nil
	}
	c := x.src[x.pos]
	if r, ok := escapes[c]; ok {
		b.WriteByte(r)
		x.pos++
		return nil
	}
	switch {
	case isNewline(c):
		b.WriteByte('\n')
		x.newline()
	case c == 'x':
		return x.hexEscape(b)
	case c == 'z':
		x.pos++
		for x.pos < len(x.src) && isSpace(x.src[x.pos]) {
			if isNewline(x.src[x.pos]) {
				x.newline()
			} else {
				x.pos++
			}
		}
	case isDigit(c):
		return x.decimalEscape(b)
	default:
		return x.errorNear("invalid escape sequence", `\`+string(x.src[x.pos:x.pos+1]))
	}
	return nil
}

func (x *lexer) hexEscape(b *strings.Builder) *lexError {
	value := 0
	for i := 1; i <= 2; i++ {
		c := x.peek(i)
		if !isHex(c) {
			shown := x.src[x.pos:min(x.pos+i+1, len(x.src))]
			return x.errorNear("hexadecimal digit expected", `\`+shown)
		}
		digit := int(c | 0x20)
		if isDigit(c) {
			digit -= '0' | 0x20
		} else {
			digit -= 'a' - 10
		}
		value = value<<4 + digit
	}
	x.pos += 3
	b.WriteByte(byte(value))
	return nil
}

func (x *lexer) decimalEscape(b *strings.Builder) *lexError {
	start, value := x.pos, 0
	for x.pos < start+3 && isDigit(x.peek(0)) {
		value = 10*value + int(x.peek(0)-'0')
		x.pos++
	}
	if value > 255 {
		return x.errorNear("decimal escape too large", `\`+x.src[start:x.pos])
	}
	b.WriteByte(byte(value))
	return nil
}
