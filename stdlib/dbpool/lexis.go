package dbpool

import "strings"

// This file holds how a database's SQL is cut into tokens.

// lexis says how a database's SQL is to be read, as far as that tells
// placeholders and keywords from what strings, names and comments contain.
type lexis struct {
	numbered           bool // placeholders are $1, $2, …: ? is turned into them, ?? into ?
	named              bool // :name, @name, $name and ?1 are placeholders beside ?
	single             bool // the server takes one statement at a time, and splits no text
	triggers           bool // CREATE TRIGGER has statements in it
	byteOrderMarks     bool // one is white space
	backticks          bool // `name`
	brackets           bool // [name]
	backslashes        bool // 'it\'s', always; otherwise only E'it\'s' where dollarQuotes
	dollarQuotes       bool // $tag$text$tag$, E'…', and functions whose body is BEGIN ATOMIC … END
	nestedComments     bool // /* /* */ */
	hashComments       bool // # to the end of the line; -- needs a space after it
	executableComments bool // /*! this is read */
}

const byteOrderMark = "\ufeff"

// token gives the end of the token at i: a word, a string, a quoted name, a
// comment, a placeholder with its name, or one byte.
func (l lexis) token(text string, i int) int {
	rest := text[i:]
	switch c := text[i]; {
	case l.byteOrderMarks && strings.HasPrefix(rest, byteOrderMark):
		return i + len(byteOrderMark)
	case (c == 'E' || c == 'e') && l.dollarQuotes && strings.HasPrefix(rest[1:], "'"):
		return l.escaped(text, i+2)
	case letter(c):
		return word(text, i+1)
	case c == '\'' || c == '"':
		return quoted(text, i+1, c, l.backslashes)
	case c == '`' && l.backticks:
		return quoted(text, i+1, c, false)
	case c == '[' && l.brackets:
		return quoted(text, i+1, ']', false)
	case strings.HasPrefix(rest, "--") && (!l.hashComments || len(rest) == 2 || rest[2] <= ' '),
		c == '#' && l.hashComments:
		return l.line(text, i)
	case l.executable(rest) > 0:
		return i + l.executable(rest)
	case strings.HasPrefix(rest, "/*"):
		return l.comment(text, i+2)
	case c == '$' && l.dollarQuotes && len(rest) > 1 && !digit(rest[1]):
		return dollarQuoted(text, i)
	case strings.HasPrefix(rest, "::"):
		return i + 2
	case c == '?' && l.named:
		return digits(text, i+1)
	case l.named && (c == ':' || c == '@' || c == '$'):
		return variable(text, i)
	case c == '$':
		return digits(text, i+1)
	case digit(c):
		return word(text, i+1)
	}
	return i + 1
}

// executable gives the length of what opens an executable comment, or 0.
func (l lexis) executable(rest string) int {
	for _, opening := range [...]string{"/*!", "/*M!"} {
		if l.executableComments && strings.HasPrefix(rest, opening) {
			return digits(rest, len(opening))
		}
	}
	return 0
}

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func word(text string, i int) int {
	for i < len(text) && (letter(text[i]) || digit(text[i]) || text[i] == '$') {
		i++
	}
	return i
}

func digits(text string, i int) int {
	for i < len(text) && digit(text[i]) {
		i++
	}
	return i
}

// variable gives the end of SQLite's :name, @name or $name, which may have ::
// and a text in parentheses in it; the next byte where there is no name.
func variable(text string, i int) int {
	named := false
	for j := i + 1; ; {
		switch {
		case j < len(text) && (letter(text[j]) || digit(text[j]) || text[j] == '$'):
			named = true
			j++
		case strings.HasPrefix(text[j:], "::"):
			j += 2
		case named && j < len(text) && text[j] == '(':
			if n := strings.IndexAny(text[j:], ") \t\n\v\f\r"); n >= 0 && text[j+n] == ')' {
				return j + n + 1
			}
			return i + 1
		case named:
			return j
		default:
			return i + 1
		}
	}
}

// escaped gives the end of the string that E' before i opens. It goes on where
// another string follows on a later line.
func (l lexis) escaped(text string, i int) int {
	for {
		i = quoted(text, i, '\'', true)
		next := i
		for broken := false; ; {
			switch {
			case next < len(text) && text[next] <= ' ':
				broken = broken || text[next] == '\n' || text[next] == '\r'
				next++
				continue
			case strings.HasPrefix(text[next:], "--"):
				next = l.line(text, next)
				broken = true
				continue
			case !broken || next == len(text) || text[next] != '\'':
				return i
			}
			break
		}
		i = next + 1
	}
}

// quoted gives the end of what the quote before i opens. A doubled quote stays
// inside: it reads as the end and a new beginning.
func quoted(text string, i int, quote byte, backslashes bool) int {
	for ; i < len(text); i++ {
		switch {
		case text[i] == '\\' && backslashes:
			i++
		case text[i] == quote:
			return i + 1
		}
	}
	return len(text)
}

// line gives the end of a comment that lasts for a line.
func (l lexis) line(text string, i int) int {
	ends := "\n"
	if l.dollarQuotes {
		ends = "\n\r"
	}
	if n := strings.IndexAny(text[i:], ends); n >= 0 {
		return i + n + 1
	}
	return len(text)
}

func (l lexis) comment(text string, i int) int {
	for depth := 1; i < len(text); {
		switch {
		case strings.HasPrefix(text[i:], "*/"):
			i += 2
			if depth--; depth == 0 {
				return i
			}
		case l.nestedComments && strings.HasPrefix(text[i:], "/*"):
			depth++
			i += 2
		default:
			i++
		}
	}
	return len(text)
}

// dollarQuoted gives the end of $tag$…$tag$, or the next byte where there is no
// such opening.
func dollarQuoted(text string, i int) int {
	n := strings.IndexByte(text[i+1:], '$')
	if n < 0 {
		return i + 1
	}
	tag := text[i : i+n+2]
	for j := 1; j < len(tag)-1; j++ {
		if !letter(tag[j]) && !digit(tag[j]) {
			return i + 1
		}
	}
	if end := strings.Index(text[i+len(tag):], tag); end >= 0 {
		return i + len(tag) + end + len(tag)
	}
	return len(text)
}
