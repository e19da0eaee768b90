package dbpool

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// This file holds statements as they are read before they are sent.

// statement is SQL text as it is sent.
type statement struct {
	text   string
	parts  []part // the statements in it
	marks  int    // ? placeholders
	wanted int    // parameters; -1: the server counts them
}

// part is one of a text's statements.
type part struct {
	words      []string // its first keywords, in capitals, at most four
	executable bool     // an executable comment comes before them or has them
	hidden     []string // the words of such a comment
	verb       string   // INSERT and so on, which may follow WITH
	streams    bool     // COPY from or to the client
	modes      bool     // SET autocommit and the like
	label      bool     // it begins with a name and a colon
	signs      []string // of ATTACH and PRAGMA, the tokens that are no words
}

var errMixed = errors.New("? and $1 can't be used in one statement")

// read looks through a text and writes its placeholders as the driver wants
// them.
func (l lexis) read(text string) (statement, error) {
	r := reader{lexis: l, text: text}
	for i := 0; i < len(text); {
		if text[i] == 0 {
			return r.done, fmt.Errorf("the statement has a zero byte at offset %d", i)
		}
		i = r.token(i, l.token(text, i))
	}
	return r.end()
}

// reader looks through one text.
type reader struct {
	lexis
	text    string
	out     strings.Builder
	copied  int // up to here the text is in out
	done    statement
	part    part
	any     bool           // the part has begun
	before  string         // the word or sign before, without comments
	depth   int            // of parentheses
	body    bool           // inside a trigger or a function, whose statements are no parts
	comment bool           // inside an executable comment
	highest int            // number of a placeholder
	names   map[string]int // numbers of named placeholders
	literal bool           // there is a $1
}

// token takes note of the token from i to end, and gives where the next begins.
func (r *reader) token(i, end int) int {
	text := r.text[i:end]
	switch c := text[0]; {
	case c <= ' ', r.byteOrderMarks && text == byteOrderMark:
		return end
	case r.lexis.executable(text) == len(text):
		r.comment = true
		r.part.executable = r.part.executable || len(r.part.words) == 0
		return end
	case r.comment && strings.HasPrefix(r.text[i:], "*/"):
		r.comment = false
		return i + 2
	case len(text) > 1 && (strings.HasPrefix(text, "--") || strings.HasPrefix(text, "/*") || c == '#'):
		return end
	case c == ';':
		r.semicolon()
		return end
	case letter(c) && text[len(text)-1] != '\'':
		r.any = true
		r.word(text)
		return end
	}
	r.any = true
	return r.sign(i, end)
}

// sign takes note of a token that is no word.
func (r *reader) sign(i, end int) int {
	text := r.text[i:end]
	r.before = text[:1]
	if p := &r.part; len(p.words) > 0 && (p.words[0] == "ATTACH" || p.words[0] == "PRAGMA") {
		p.signs = append(p.signs, text)
	}
	switch c := text[0]; {
	case c == '(':
		r.depth++
	case c == ')':
		r.depth = max(0, r.depth-1)
	case text == ":" && len(r.part.words) == 1:
		r.part.label = true
	case c == '`':
		r.mode(strings.ToUpper(strings.Trim(text, "`")))
	case c == '?' && r.numbered && strings.HasPrefix(r.text[end:], "?"):
		r.replace(i, end+1, "?")
		return end + 1
	case c == '?' && r.named:
		r.numberedMark(i, end)
	case c == '?':
		r.done.marks++
		if r.numbered {
			r.replace(i, end, r.padded(i, end, "$"+strconv.Itoa(r.done.marks)))
		}
	case c == '$' && r.numbered && len(text) > 1 && digit(text[1]):
		r.literal = true
	case r.named && len(text) > 1 && (c == ':' || c == '@' || c == '$') && text != "::":
		r.namedMark(i, end)
	}
	return end
}

// replace puts other text where the text from i to end was.
func (r *reader) replace(i, end int, text string) {
	r.out.WriteString(r.text[r.copied:i])
	r.out.WriteString(text)
	r.copied = end
}

// padded separates a placeholder from words that touch it, which would become
// a part of them.
func (r *reader) padded(i, end int, mark string) string {
	touches := func(c byte) bool { return letter(c) || digit(c) || c == '$' }
	if i > r.copied && touches(r.text[i-1]) {
		mark = " " + mark
	}
	if end < len(r.text) && touches(r.text[end]) {
		mark += " "
	}
	return mark
}

// numberedMark is SQLite's ? or ?7.
func (r *reader) numberedMark(i, end int) {
	number := r.highest + 1
	if digits := r.text[i+1 : end]; digits != "" {
		n, err := strconv.Atoi(digits)
		if err != nil {
			return // the driver says what is wrong
		}
		number = n
		r.replace(i, end, "?"+strconv.Itoa(n))
	} else {
		r.done.marks++
	}
	r.highest = max(r.highest, number)
}

// namedMark is SQLite's :name, which has the number that is free when it first
// comes. $1 is the first parameter, as in PostgreSQL.
func (r *reader) namedMark(i, end int) {
	name := r.text[i:end]
	number, known := r.names[name]
	if n, err := strconv.Atoi(name[1:]); err == nil && name[0] == '$' && n > 0 {
		number, known = n, true
	}
	if !known {
		number = r.highest + 1
		if r.names == nil {
			r.names = map[string]int{}
		}
		r.names[name] = number
	}
	r.highest = max(r.highest, number)
	mark := "?" + strconv.Itoa(number)
	if end < len(r.text) && digit(r.text[end]) {
		mark += " "
	}
	r.replace(i, end, mark)
}

// longestKeyword is the length of the longest word that matters.
const longestKeyword = len("COMPLETION_TYPE")

// writers make a statement that begins with WITH one that writes.
var writers = map[string]bool{"INSERT": true, "UPDATE": true, "DELETE": true, "REPLACE": true, "MERGE": true}

func (r *reader) word(text string) {
	word := "…"
	if len(text) <= longestKeyword {
		word = strings.ToUpper(text)
	}
	before, p := r.before, &r.part
	r.before = word
	if r.body {
		r.body = word != "END" || before != ";" && before != "ATOMIC"
		return
	}
	switch {
	case r.comment && len(p.words) == 0:
		p.hidden = append(p.hidden, word)
		r.mode(word)
		return
	case len(p.words) < 4:
		p.words = append(p.words, word)
	}
	switch first := p.words[0]; {
	case p.verb == "" && first != "WITH":
		p.verb = first
	case p.verb == "" && writers[word]:
		p.verb = word
	case first == "COPY" && r.depth == 0 && (word == "STDIN" || word == "STDOUT"):
		p.streams = p.streams || before == "FROM" || before == "TO"
	case first != "CREATE":
		r.mode(word)
	case r.triggers && word == "TRIGGER":
		n := len(p.words)
		r.body = n == 2 || n == 3 && (p.words[1] == "TEMP" || p.words[1] == "TEMPORARY")
	case r.dollarQuotes && word == "ATOMIC" && before == "BEGIN" && r.depth == 0:
		r.body = true
	}
}

// mode notes a variable that SET may not change.
func (r *reader) mode(name string) {
	p := &r.part
	if name == "AUTOCOMMIT" || name == "COMPLETION_TYPE" {
		p.modes = p.modes || len(p.words) > 0 && p.words[0] == "SET" || slices.Contains(p.hidden, "SET")
	}
}

// semicolon ends a statement, unless it stands in the middle of one.
func (r *reader) semicolon() {
	r.before = ";"
	if r.body || r.single || r.dollarQuotes && r.depth > 0 {
		return
	}
	r.endPart()
}

func (r *reader) endPart() {
	if r.any || r.part.executable {
		r.done.parts = append(r.done.parts, r.part)
	}
	r.part, r.any = part{}, false
}

func (r *reader) end() (statement, error) {
	r.endPart()
	r.done.text = r.text
	if r.copied > 0 {
		r.done.text = r.out.String() + r.text[r.copied:]
	}
	r.done.wanted = r.done.marks
	switch {
	case r.literal && r.done.marks > 0:
		return r.done, errMixed
	case r.literal:
		r.done.wanted = -1
	case r.named:
		r.done.wanted = r.highest
	}
	return r.done, nil
}

// readers are the keywords that a statement which only reads begins with.
var readers = map[string]bool{"": true, "SELECT": true, "VALUES": true, "EXPLAIN": true, "PRAGMA": true, "SHOW": true}

// writes tells whether the text may change the database.
func (s *statement) writes() bool {
	return slices.ContainsFunc(s.parts, func(p part) bool { return !readers[p.verb] })
}

// inserts tells whether the text makes a row, whose id is worth knowing.
func (s *statement) inserts() bool {
	return len(s.parts) > 0 && (s.parts[0].verb == "INSERT" || s.parts[0].verb == "REPLACE")
}

var errSeveral = errors.New("several statements can't have parameters")

// check compares the number of parameters with the placeholders.
func (s *statement) check(parameters int) error {
	switch {
	case s.wanted >= 0 && s.wanted != parameters:
		return fmt.Errorf("%s for %s", count(parameters, "parameter"), count(s.wanted, "placeholder"))
	case len(s.parts) > 1 && parameters > 0:
		return errSeveral
	}
	return nil
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
