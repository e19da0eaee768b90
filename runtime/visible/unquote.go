package visible

import (
	"errors"
	"strconv"
	"strings"
)

// This file reads what Quote writes, and other literals of Lua on one line.

var (
	errEscape = errors.New(`unknown escape`)
	errByte   = errors.New(`escape too large`)
	errString = errors.New(`unfinished string`)
)

var escapes = map[byte]byte{
	'a': '\a', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v',
	'\\': '\\', '"': '"', '\'': '\'',
}

// CutString reads the literal that a text begins with, in its first byte as quotes, and gives what it
// says and what follows it; with an error, what follows the place where it is wrong.
func CutString(text string) (said, rest string, err error) {
	if text == "" {
		return "", "", errString
	}
	var b strings.Builder
	for i := 1; i < len(text); {
		switch c := text[i]; c {
		case text[0]:
			return b.String(), text[i+1:], nil
		case '\\':
			c, n, err := unescape(text[i+1:])
			if err != nil {
				return "", text[i:], err
			}
			b.WriteByte(c)
			i += 1 + n
		default:
			b.WriteByte(c)
			i++
		}
	}
	return "", "", errString
}

// CutQuoted reads the string that a text begins with, as Quote writes it, and gives what it says and what
// follows it.
func CutQuoted(text string) (said, rest string, ok bool) {
	if !strings.HasPrefix(text, `"`) {
		return "", text, false
	}
	said, rest, err := CutString(text)
	if err != nil {
		return "", text, false
	}
	return said, rest, true
}

// unescape reads what follows a backslash: the byte it stands for and its length.
func unescape(s string) (byte, int, error) {
	if s == "" {
		return 0, 0, errString
	}
	if c, ok := escapes[s[0]]; ok {
		return c, 1, nil
	}
	if s[0] == 'x' && len(s) >= 3 {
		n, err := strconv.ParseUint(s[1:3], 16, 8)
		if err != nil {
			return 0, 0, errEscape
		}
		return byte(n), 3, nil
	}
	n, value := 0, 0
	for ; n < 3 && n < len(s) && '0' <= s[n] && s[n] <= '9'; n++ {
		value = value*10 + int(s[n]-'0')
	}
	switch {
	case n == 0:
		return 0, 0, errEscape
	case value > 255:
		return 0, 0, errByte
	}
	return byte(value), n, nil
}
