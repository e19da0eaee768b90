package compile

import "lunarium/runtime/number"

// This file reads numerals.

// numeral reads a number the way the reference does: everything that could be
// part of one is taken, and then must convert as a whole.
func (x *lexer) numeral() (token, *lexError) {
	start := x.pos
	exponent := byte('e')
	if x.peek(0) == '.' {
		x.pos++ // what follows is looked at as a beginning: ".0x" is hexadecimal, and malformed
	}
	if x.peek(0) == '0' && x.peek(1)|0x20 == 'x' {
		exponent = 'p'
		x.pos += 2
	}
	for {
		if x.peek(0)|0x20 == exponent {
			x.pos++
			if c := x.peek(0); c == '+' || c == '-' {
				x.pos++
			}
		}
		if c := x.peek(0); !isHex(c) && c != '.' {
			break
		}
		x.pos++
	}
	t := x.token(tokenNumber, x.src[start:x.pos])
	n, ok := number.Parse(t.text)
	if !ok {
		return token{}, x.errorNear("malformed number", t.text)
	}
	t.number = n
	return t, nil
}
