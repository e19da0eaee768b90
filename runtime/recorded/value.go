package recorded

import (
	"crypto/sha256"
	"fmt"
	"math"
	"strconv"
	"strings"

	"lunarium/runtime/visible"
)

// This file writes values and answers.

// Most is how many bytes a recording keeps of one thing: of an answer, as it is written, or of a file.
const Most = 64 << 10

// Value is nil, a bool, a float64, a string or a Table; nothing else.
type Value any

// Table is a table with its fields in order.
type Table []Field

// Field is one of a table. A Key of nil is for the next of a list: 1, 2 and so on.
type Field struct{ Key, Value Value }

// List makes the table of a list.
func List(values ...Value) Table {
	table := make(Table, len(values))
	for i, v := range values {
		table[i].Value = v
	}
	return table
}

// Answer is what the world answered. The zero value is nil.
type Answer struct {
	Kind  Kind
	Error string // of a failure
	Value Value  // with a failure: what else is known of it, or nil
}

// Kind says what there is of an answer.
type Kind uint8

// The kinds.
const (
	Given   Kind = iota // a value
	Failed              // an error
	Missing             // nothing came while it was recorded
	Large               // more than is recorded
)

// words are how answers are written that are no values.
var words = map[Kind]string{Failed: "error ", Missing: "no answer", Large: "too large"}

// String writes an answer; one that would be longer than Most is Large.
func (a Answer) String() string {
	w := writer{}
	w.out.WriteString(words[a.Kind])
	switch a.Kind {
	case Failed:
		w.text(a.Error)
		if a.Value != nil {
			w.add(" ")
			w.value(a.Value)
		}
	case Given:
		w.value(a.Value)
	}
	if w.full {
		return words[Large]
	}
	return w.out.String()
}

// writer writes values up to Most bytes.
type writer struct {
	out  strings.Builder
	full bool
}

func (w *writer) add(text string) {
	if w.full = w.full || w.out.Len()+len(text) > Most; !w.full {
		w.out.WriteString(text)
	}
}

// text writes a string. What is too long is not even quoted.
func (w *writer) text(s string) {
	if w.full = w.full || w.out.Len()+len(s) > Most; !w.full {
		w.add(visible.Quote(s))
	}
}

func (w *writer) value(v Value) {
	switch v := v.(type) {
	case nil:
		w.add("nil")
	case bool:
		w.add(strconv.FormatBool(v))
	case float64:
		w.add(number(v))
	case string:
		w.text(v)
	case Table:
		w.table(v)
	default:
		panic(fmt.Sprintf("recorded: %T is no value", v))
	}
}

func (w *writer) table(t Table) {
	w.add("{")
	for i, f := range t {
		if w.full {
			return
		}
		if i > 0 {
			w.add(", ")
		}
		if name, ok := f.Key.(string); ok && isName(name) {
			w.add(name + " = ")
		} else if f.Key != nil {
			w.add("[")
			w.value(f.Key)
			w.add("] = ")
		}
		w.value(f.Value)
	}
	w.add("}")
}

// mostDigits bounds the integers that are written without an exponent.
const mostDigits = 1e15

// number writes a number so that it is read as the same one.
func number(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 0):
		return strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(f, 'g', -1, 64)), "+")
	case f == math.Trunc(f) && math.Abs(f) < mostDigits && (f != 0 || !math.Signbit(f)):
		return strconv.FormatInt(int64(f), 10)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// isName tells whether a key is written without quotes.
func isName(s string) bool {
	for i := range len(s) {
		if !nameByte(s[i], i) {
			return false
		}
	}
	return s != ""
}

// nameByte tells whether a byte may stand at a place of a name.
func nameByte(c byte, at int) bool {
	return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' || at > 0 && '0' <= c && c <= '9'
}

// Of a text in a question that is longer than mostAsked the first beginAsked bytes are shown.
const (
	mostAsked  = 200
	beginAsked = 60
)

// Brief gives a text as it stands in a question: whole if it is short, or its begin and what tells it from
// others.
func Brief(text string) string {
	if len(text) <= mostAsked {
		return text
	}
	return fmt.Sprintf("%s… %d bytes, %.8x", strings.ToValidUTF8(text[:beginAsked], ""), len(text), sha256.Sum256([]byte(text)))
}

// BriefValue is Brief of a value, as it is written.
func BriefValue(v Value) string {
	if text, ok := v.(string); ok && len(text) > mostAsked {
		return Brief(text)
	}
	return Answer{Value: v}.String()
}
