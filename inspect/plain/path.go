package plain

// This file holds paths into tables: how they are written and read.

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"lunarium/runtime/visible"
)

// Key is one step of a path: the key under which a value is found. Only
// string, number and boolean keys can be written in a path.
type Key struct {
	Kind   Kind
	Bool   bool
	Number float64
	Text   string // a string's bytes, or the description of another key
}

// NameKey gives a string key.
func NameKey(s string) Key { return Key{Kind: String, Text: s} }

// NumberKey gives a number key.
func NumberKey(f float64) Key { return Key{Kind: Number, Number: f} }

// BoolKey gives a boolean key.
func BoolKey(b bool) Key { return Key{Kind: Boolean, Bool: b} }

// KeyOf gives the path step of a table's key; ok is false when the key can't be
// written in a path (a table, a function, a string that was cut …).
func KeyOf(v Value) (key Key, ok bool) {
	key = Key{Kind: v.Kind, Bool: v.Bool, Number: v.Number, Text: v.Text}
	switch v.Kind {
	case Number:
		return key, !math.IsNaN(v.Number)
	case String:
		return key, v.Length <= len(v.Text)
	}
	return key, v.Kind == Boolean
}

// String writes the key as a step that is not the first: .name or ["odd key"].
func (k Key) String() string {
	switch k.Kind {
	case String:
		if IsName(k.Text) {
			return "." + k.Text
		}
		return "[" + visible.Quote(k.Text) + "]"
	case Number:
		return "[" + keyNumber(k.Number) + "]"
	case Boolean:
		return "[" + strconv.FormatBool(k.Bool) + "]"
	}
	return "[" + k.Kind.String() + " " + strings.TrimPrefix(k.Text, k.Kind.String()+" ") + "]"
}

// keyNumber writes a number so that exactly this number is read back.
func keyNumber(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "math.huge"
	case math.IsInf(f, -1):
		return "-math.huge"
	}
	short := FormatNumber(f)
	if back, err := strconv.ParseFloat(short, 64); err == nil && back == f {
		return short
	}
	return strconv.FormatFloat(f, 'g', 17, 64)
}

// Path leads from a service's variables to a value: rooms.lobby.users[1].
type Path []Key

// Append gives the path one step further, and leaves p as it is.
func (p Path) Append(k Key) Path { return append(p[:len(p):len(p)], k) }

// String writes the path as ParsePath reads it, and as a Lua expression where
// the first key is a name.
func (p Path) String() string {
	var b strings.Builder
	for i, k := range p {
		step := k.String()
		if i == 0 {
			step = strings.TrimPrefix(step, ".")
		}
		b.WriteString(step)
	}
	return b.String()
}

var keywords = map[string]bool{
	"and": true, "break": true, "do": true, "else": true, "elseif": true, "end": true, "false": true,
	"for": true, "function": true, "goto": true, "if": true, "in": true, "local": true, "nil": true,
	"not": true, "or": true, "repeat": true, "return": true, "then": true, "true": true, "until": true, "while": true,
}

// IsName tells whether s is a Lua name: letters, digits, underscores, and no keyword.
func IsName(s string) bool { return s != "" && nameLength(s) == len(s) && !keywords[s] }

func nameLength(s string) int {
	n := 0
	for n < len(s) && (s[n] == '_' || IsLetter(s[n]) || n > 0 && IsDigit(s[n])) {
		n++
	}
	return n
}

func IsLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func IsDigit(c byte) bool  { return '0' <= c && c <= '9' }

// PathError tells where a path can't be read.
type PathError struct {
	Path   string
	Offset int // bytes from the start of Path
	Reason string
}

func (e *PathError) Error() string {
	return fmt.Sprintf("path %s: %s at character %d", visible.Quote(e.Path), e.Reason, e.Offset+1)
}

// ParsePath reads a path such as rooms.lobby.users[1]["odd key"]. Keys in
// brackets are strings in either quotes with Lua's escapes, numbers (decimal,
// hexadecimal integers, math.huge), true or false. Blanks around the path and
// inside brackets are ignored; blank text is the empty path. A failure is a
// *PathError.
func ParsePath(s string) (Path, error) {
	p := pathParser{text: s}
	path, failure := p.path()
	if failure == nil && strings.TrimSpace(s[p.at:]) != "" {
		failure = &PathError{Path: s, Offset: p.at, Reason: errStep.Error()}
	}
	if failure != nil {
		return nil, failure
	}
	return path, nil
}

// CutPath reads the path that a text begins with, up to a blank outside of brackets, and
// gives what follows it. A failure is a *PathError about the text up to the next blank.
func CutPath(s string) (path Path, rest string, err error) {
	p := pathParser{text: s}
	path, failure := p.path()
	if failure != nil {
		if blank := strings.IndexAny(s[failure.Offset:], blanks); blank >= 0 {
			failure.Path = s[:failure.Offset+blank]
		}
		return nil, s, failure
	}
	p.blanks()
	return path, s[p.at:], nil
}

// CutStep reads the step of a path that a text begins with, and gives what follows it; first
// tells that it is a path's first. ok is false where none stands.
func CutStep(s string, first bool) (key Key, rest string, ok bool) {
	if s == "" {
		return Key{}, s, false
	}
	p := pathParser{text: s}
	key, err := p.step(first)
	return key, s[min(p.at, len(s)):], err == nil
}

type pathParser struct {
	text string
	at   int
}

// blanks are what may stand around a path and inside brackets.
const blanks = " \t\r\n"

func (p *pathParser) atBlank() bool { return strings.IndexByte(blanks, p.text[p.at]) >= 0 }

func (p *pathParser) blanks() {
	for p.at < len(p.text) && p.atBlank() {
		p.at++
	}
}

// path reads up to a blank outside of brackets, after those before the path.
func (p *pathParser) path() (path Path, failure *PathError) {
	p.blanks()
	for p.at < len(p.text) && !p.atBlank() && strings.TrimSpace(p.text[p.at:]) != "" {
		key, err := p.step(len(path) == 0)
		if err != nil {
			return nil, &PathError{Path: p.text, Offset: min(p.at, len(p.text)), Reason: err.Error()}
		}
		path = append(path, key)
	}
	return path, nil
}

var (
	errStep    = errors.New(`expected .name or [key]`)
	errName    = errors.New(`expected a name; other strings are written ["like this"]`)
	errKey     = errors.New(`expected a "string", a number, true or false`)
	errBracket = errors.New(`expected ]`)
	errNumber  = errors.New(`malformed number`)
)

func (p *pathParser) step(first bool) (Key, error) {
	switch c := p.text[p.at]; {
	case c == '[':
		p.at++
		return p.bracket()
	case c == '.' && !first:
		p.at++
	case !first:
		return Key{}, errStep
	}
	n := nameLength(p.text[p.at:])
	if n == 0 {
		return Key{}, errName
	}
	p.at += n
	return NameKey(p.text[p.at-n : p.at]), nil
}

func (p *pathParser) bracket() (Key, error) {
	p.blanks()
	rest := p.text[p.at:]
	if rest == "" {
		return Key{}, errKey
	}
	key, err := Key{}, error(nil)
	if rest[0] == '"' || rest[0] == '\'' {
		key, err = p.quoted()
	} else {
		key, err = p.word()
	}
	if err != nil {
		return Key{}, err
	}
	p.blanks()
	if p.at >= len(p.text) || p.text[p.at] != ']' {
		return Key{}, errBracket
	}
	p.at++
	return key, nil
}

func (p *pathParser) word() (Key, error) {
	end := strings.IndexAny(p.text[p.at:], "] \t\r\n")
	if end < 0 {
		end = len(p.text) - p.at
	}
	word := p.text[p.at : p.at+end]
	var key Key
	switch word {
	case "true", "false":
		key = BoolKey(word == "true")
	case "math.huge":
		key = NumberKey(math.Inf(1))
	case "-math.huge":
		key = NumberKey(math.Inf(-1))
	default:
		digits := strings.TrimPrefix(word, "-")
		if digits == "" || !IsDigit(digits[0]) && digits[0] != '.' {
			return Key{}, errKey
		}
		f, err := parseNumeral(digits)
		if err != nil {
			return Key{}, err
		}
		if len(digits) < len(word) && f != 0 { // Lua has one zero as a key
			f = -f
		}
		key = NumberKey(f)
	}
	p.at += end
	return key, nil
}

func parseNumeral(s string) (float64, error) {
	if len(s) > 2 && (s[:2] == "0x" || s[:2] == "0X") {
		n, err := strconv.ParseUint(s[2:], 16, 64)
		if err != nil {
			return 0, errNumber
		}
		return float64(n), nil
	}
	if strings.Trim(s, "0123456789.eE+-") != "" || strings.Contains(s, "_") {
		return 0, errNumber
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, errNumber
	}
	return f, nil
}

func (p *pathParser) quoted() (Key, error) {
	said, rest, err := visible.CutString(p.text[p.at:])
	p.at = len(p.text) - len(rest)
	return NameKey(said), err
}

// BaseName gives the last element of a path in a chunk name.
func BaseName(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return path[i+1:]
		}
	}
	return path
}
