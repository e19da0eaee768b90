package message

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"lunarium/runtime/number"
	"lunarium/runtime/visible"
)

// This file writes excerpts as Lua would.

// cutMark stands where something was left out.
const cutMark = "…"

// ExcerptText gives what Excerpt wrote as Lua writes it, on one line: `"join", {id = 7}`.
// Where nothing was left out, Lua reads the very values from it. Entries of tables are in
// order. It makes as much of other bytes as of an excerpt: false, if they are none.
func ExcerptText(excerpt string) (text string, ok bool) {
	r := excerptReader{reader: reader{in: excerpt}}
	var values []string
	for r.at < len(r.in) {
		text, more, ok := r.value(0)
		if !ok {
			return "", false
		}
		values = append(values, text)
		if !more {
			break
		}
	}
	return strings.Join(values, ", "), true
}

// excerptReader reads what an excerpter wrote.
type excerptReader struct{ reader }

// value gives the text of the next value; more: others may follow it.
func (r *excerptReader) value(depth int) (text string, more, ok bool) {
	start := r.at
	head, ok := r.take(start, 1)
	if !ok {
		return "", false, false
	}
	kind, cookie := int(head[0]&7), int(head[0]>>3)
	switch kind {
	case kindNil:
		return "nil", true, cookie == 0
	case kindBoolean:
		return strconv.FormatBool(cookie != 0), true, true
	case kindNumber:
		f, ok := r.number(start, cookie)
		return exactNumber(f), true, ok
	case kindShort:
		s, ok := r.take(start, cookie)
		return visible.Quote(s), true, ok
	case kindLong:
		v, ok := r.long(start, cookie)
		s, _ := v.AsString()
		return visible.Quote(s), true, ok
	case kindTable:
		text, ok = r.table(start, cookie, depth+1)
		return text, true, ok
	case kindPointer:
		return r.cut(start, cookie)
	}
	return "", false, false
}

// cut gives the text of what was left out.
func (r *excerptReader) cut(start, cookie int) (text string, more, ok bool) {
	switch cookie {
	case cutRest:
		return cutMark, false, true
	case cutOther:
		return cutMark, true, true
	case cutString:
		length, ok := r.take(start, 4)
		if !ok {
			return "", false, false
		}
		text, _, ok := r.value(0)
		return fmt.Sprintf("%s%s (%d bytes)", text, cutMark, littleEndian(length)), true, ok
	}
	return "", false, false
}

// exactNumber writes a number so that Lua reads the same one.
func exactNumber(f float64) string {
	switch {
	case f != f:
		return "0/0"
	case math.IsInf(f, 1):
		return "math.huge"
	case math.IsInf(f, -1):
		return "-math.huge"
	}
	text := number.Format(f)
	if same, err := strconv.ParseFloat(text, 64); err != nil || same != f {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return text
}

// field is an entry of a table by its key.
type field struct{ key, value string }

func (r *excerptReader) table(start, elements, depth int) (text string, ok bool) {
	if depth > maxUnpackDepth {
		return "", false
	}
	if elements == maxCookie-1 {
		head, ok := r.take(start, 1)
		if !ok || head[0]&7 != kindNumber {
			return "", false
		}
		f, ok := r.number(start, int(head[0]>>3))
		if !ok || f < 0 || f > math.MaxInt32 {
			return "", false
		}
		elements = int(f)
	}
	var parts []string
	for range elements {
		part, more, ok := r.value(depth)
		if !ok {
			return "", false
		}
		parts = append(parts, part)
		if !more {
			return "{" + strings.Join(parts, ", ") + "}", true
		}
	}
	fields, whole, ok := r.fields(depth)
	if !ok {
		return "", false
	}
	for _, f := range fields {
		parts = append(parts, f.key+" = "+f.value)
	}
	if !whole {
		parts = append(parts, cutMark)
	}
	return "{" + strings.Join(parts, ", ") + "}", true
}

// fields reads the entries of a table that are no elements, and sorts them.
func (r *excerptReader) fields(depth int) (fields []field, whole, ok bool) {
	for {
		if r.at >= len(r.in) {
			return nil, false, false
		}
		if r.in[r.at] == item(kindNil, 0) || r.in[r.at] == item(kindPointer, cutRest) {
			whole = r.in[r.at] == item(kindNil, 0)
			r.at++
			slices.SortFunc(fields, func(a, b field) int { return cmp.Compare(a.key, b.key) })
			return fields, whole, true
		}
		key, _, ok := r.value(depth)
		if !ok {
			return nil, false, false
		}
		value, _, ok := r.value(depth)
		if !ok {
			return nil, false, false
		}
		fields = append(fields, field{fieldKey(key), value})
	}
}

// fieldKey gives a key, which is written as a value, as it stands before an entry.
func fieldKey(key string) string {
	if name := strings.Trim(key, `"`); len(name) == len(key)-2 && isName(name) && !isKeyword[name] {
		return name
	}
	return "[" + key + "]"
}

// isKeyword has the words that Lua takes for no names.
var isKeyword = map[string]bool{
	"and": true, "break": true, "do": true, "else": true, "elseif": true, "end": true, "false": true, "for": true,
	"function": true, "goto": true, "if": true, "in": true, "local": true, "nil": true, "not": true, "or": true,
	"repeat": true, "return": true, "then": true, "true": true, "until": true, "while": true,
}
