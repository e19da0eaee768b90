package dbpool

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// lexis says how a database's SQL is to be read, as far as that tells
// placeholders from question marks in strings, names and comments.
type lexis struct {
	numbered       bool // placeholders are $1, $2, …: ? is turned into them, ?? into ?
	named          bool // :name, @name, $name and ?1 are placeholders beside ?
	backticks      bool // `name`
	brackets       bool // [name]
	backslashes    bool // 'it\'s', always; otherwise only E'it\'s' where dollarQuotes
	dollarQuotes   bool // $tag$text$tag$, and E'…'
	nestedComments bool // /* /* */ */
	hashComments   bool // # to the end of the line; -- needs a space after it
}

// statement is SQL text as it is sent.
type statement struct {
	text    string
	first   string // the first keyword, in capitals
	second  string // the second
	writes  bool   // it may change the database
	marks   int    // ? placeholders
	literal bool   // it has placeholders of other forms, such as $1 or :name
}

var errMixed = errors.New("? and $1 can't be used in one statement")

// read looks through a statement and writes its placeholders as the driver
// wants them.
func (l lexis) read(text string) (statement, error) {
	s := statement{text: text}
	var out strings.Builder
	copied := 0
	for i := 0; i < len(text); {
		end := l.token(text, i)
		switch c := text[i]; {
		case letter(c):
			s.word(text[i:end])
		case c == 0:
			return s, fmt.Errorf("the statement has a zero byte at offset %d", i)
		case c == '?' && l.numbered && i+1 < len(text) && text[i+1] == '?':
			out.WriteString(text[copied : i+1])
			end = i + 2
			copied = end
		case c == '?' && end == i+1:
			s.marks++
			if l.numbered {
				out.WriteString(text[copied:i] + "$" + strconv.Itoa(s.marks))
				copied = end
			}
		case l.numbered && c == '$' && end > i+1 && digit(text[i+1]),
			l.named && end > i+1 && strings.IndexByte("?$:@", c) >= 0 && text[i+1] != ':':
			s.literal = true
		}
		i = end
	}
	if copied > 0 {
		s.text = out.String() + text[copied:]
	}
	if l.numbered && s.marks > 0 && s.literal {
		return s, errMixed
	}
	return s, nil
}

// readers are the keywords that a statement which only reads begins with.
var readers = map[string]bool{"SELECT": true, "VALUES": true, "EXPLAIN": true, "PRAGMA": true, "WITH": true, "SHOW": true}

// writers make a statement that begins with WITH one that writes.
var writers = map[string]bool{"INSERT": true, "UPDATE": true, "DELETE": true, "REPLACE": true}

func (s *statement) word(word string) {
	if s.second != "" && len(word) > len("REPLACE") {
		return
	}
	word = strings.ToUpper(word)
	switch {
	case s.first == "":
		s.first = word
		s.writes = !readers[word]
	case s.second == "":
		s.second = word
	case s.first == "WITH" && writers[word]:
		s.writes = true
	}
}

// check compares the number of parameters with the placeholders.
func (s *statement) check(parameters int) error {
	if !s.literal && s.marks != parameters {
		return fmt.Errorf("%s for %s", count(parameters, "parameter"), count(s.marks, "placeholder"))
	}
	return nil
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// token gives the end of the token at i: a word, a string, a quoted name, a
// comment, a placeholder with its name, or one byte.
func (l lexis) token(text string, i int) int {
	rest := text[i:]
	switch c := text[i]; {
	case (c == 'E' || c == 'e') && l.dollarQuotes && strings.HasPrefix(rest[1:], "'"):
		return quoted(text, i+2, '\'', true)
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
		return line(text, i)
	case strings.HasPrefix(rest, "/*"):
		return l.comment(text, i+2)
	case c == '$' && l.dollarQuotes && len(rest) > 1 && !digit(rest[1]):
		return dollarQuoted(text, i)
	case strings.HasPrefix(rest, "::"):
		return i + 2
	case c == '?' && l.named, c == '$', c == ':' && l.named, c == '@' && l.named, digit(c):
		return word(text, i+1)
	}
	return i + 1
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

func line(text string, i int) int {
	if n := strings.IndexByte(text[i:], '\n'); n >= 0 {
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
