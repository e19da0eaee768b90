package recorded

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"lunarium/runtime/visible"
)

// This file reads values and answers.

// Error tells why a text is no answer, and at which byte, from 1.
type Error struct {
	At   int
	Text string
}

func (e *Error) Error() string { return fmt.Sprintf("%s at byte %d", e.Text, e.At) }

// Cut reads the answer that a text begins with, and gives what follows it. The error is an *Error.
func Cut(text string) (a Answer, rest string, err error) {
	for _, kind := range []Kind{Missing, Large} {
		if rest, ok := strings.CutPrefix(text, words[kind]); ok {
			return Answer{Kind: kind}, rest, nil
		}
	}
	p := parser{text: text}
	if strings.HasPrefix(text, words[Failed]) {
		a.Kind = Failed
		p.at = len(words[Failed])
		a.Error, err = p.quoted()
		if err == nil && strings.HasPrefix(text[p.at:], " ") {
			a.Value, err = p.value(0)
		}
	} else {
		a.Value, err = p.value(0)
	}
	if err != nil {
		return Answer{}, text, &Error{p.at + 1, err.Error()}
	}
	return a, text[p.at:], nil
}

// Parse reads an answer, with nothing after it.
func Parse(text string) (Answer, error) {
	a, rest, err := Cut(text)
	if err == nil && rest != "" {
		err = &Error{len(text) - len(rest) + 1, errAfter.Error()}
	}
	return a, err
}

var (
	errValue  = errors.New(`expected nil, true, false, a number, a "string" or a {table}`)
	errKey    = errors.New("expected a string, a number, true or false as the key")
	errField  = errors.New("expected , or }")
	errAfter  = errors.New("expected the end")
	errString = errors.New(`expected a "string"`)
	errDeep   = errors.New("too many tables in tables")
	errSign   = errors.New("expected ] =")
)

// deepest is how many tables may be in each other.
const deepest = 200

type parser struct {
	text string
	at   int
}

func (p *parser) blanks() {
	for p.at < len(p.text) && p.text[p.at] == ' ' {
		p.at++
	}
}

// next takes a sign, if it comes next, after blanks.
func (p *parser) next(sign string) bool {
	p.blanks()
	if strings.HasPrefix(p.text[p.at:], sign) {
		p.at += len(sign)
		return true
	}
	return false
}

func (p *parser) quoted() (string, error) {
	if !strings.HasPrefix(p.text[p.at:], `"`) {
		return "", errString
	}
	said, rest, err := visible.CutString(p.text[p.at:])
	p.at = len(p.text) - len(rest)
	return said, err
}

// constants are the values that are words.
var constants = map[string]Value{
	"nil": nil, "true": true, "false": false, "nan": math.NaN(), "inf": math.Inf(1), "-inf": math.Inf(-1),
}

func (p *parser) value(depth int) (Value, error) {
	p.blanks()
	switch {
	case p.at == len(p.text):
		return nil, errValue
	case p.text[p.at] == '"':
		return p.quoted()
	case p.text[p.at] == '{':
		return p.table(depth)
	}
	word := p.word()
	if v, ok := constants[word]; ok {
		p.at += len(word)
		return v, nil
	}
	if strings.Trim(word, "0123456789.eE+-") != "" {
		return nil, errValue
	}
	f, err := strconv.ParseFloat(word, 64)
	if err != nil {
		return nil, errValue
	}
	p.at += len(word)
	return f, nil
}

// word gives what comes next up to a sign.
func (p *parser) word() string {
	rest := p.text[p.at:]
	if end := strings.IndexAny(rest, ",]}= "); end >= 0 {
		return rest[:end]
	}
	return rest
}

func (p *parser) table(depth int) (Value, error) {
	if depth == deepest {
		return nil, errDeep
	}
	p.at++ // {
	table := Table{}
	for !p.next("}") {
		if len(table) > 0 && !p.next(",") {
			return nil, errField
		}
		f, err := p.field(depth)
		if err != nil {
			return nil, err
		}
		table = append(table, f)
	}
	return table, nil
}

func (p *parser) field(depth int) (f Field, err error) {
	p.blanks()
	if p.next("[") {
		if f.Key, err = p.value(depth + 1); err != nil {
			return f, err
		}
		switch key := f.Key.(type) {
		case nil, Table:
			return f, errKey
		case float64:
			if math.IsNaN(key) {
				return f, errKey
			}
		}
		if !p.next("]") || !p.next("=") {
			return f, errSign
		}
	} else if name := p.word(); isName(name) {
		begin := p.at
		p.at += len(name)
		if p.next("=") {
			f.Key = name
		} else {
			p.at = begin
		}
	}
	f.Value, err = p.value(depth + 1)
	return f, err
}
