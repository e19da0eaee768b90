package json

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"lunarium/runtime/message"
	"lunarium/runtime/number"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file holds encode.

// encode is json.encode(value [, options]). Errors name the place of the value
// that is in the way: "can't encode a function (at .players[3].greet)".
func (l *library) encode(t *vm.Thread) int {
	v := t.CheckAny(1)
	e := encoder{thread: t, encodeOptions: encodeOptions{depth: defaultDepth, size: defaultSize}}
	encodeTable.Read(t, 2, &e.encodeOptions)
	e.value(v)
	return t.Return(vm.Bytes(e.out))
}

type encoder struct {
	encodeOptions
	thread  *vm.Thread
	out     []byte
	path    []vm.Value  // keys that lead to the value
	above   []*vm.Table // tables that it is in
	members []member    // of the objects above
	count   int
}

// member is a field of an object.
type member struct {
	name  string
	key   vm.Value
	value vm.Value
}

// longestPlace bounds what an error says of a value's place, in bytes.
const longestPlace = 200

func (e *encoder) fail(format string, args ...any) {
	var where strings.Builder
	for _, key := range e.path {
		where.WriteString(message.Step(key))
	}
	text := fmt.Sprintf(format, args...)
	if place := where.String(); len(place) > longestPlace {
		text += " (at " + strings.ToValidUTF8(place[:longestPlace], "") + "…)"
	} else if place != "" {
		text += " (at " + place + ")"
	}
	e.thread.Errorf("can't encode %s", text)
}

// room demands that n more bytes fit, and makes room for them.
func (e *encoder) room(n int) {
	if len(e.out)+n > e.size {
		e.fail("more than %d bytes", e.size)
	}
	e.reserve(n)
}

// spare is what may be written without making room for it first: a number, a bracket.
const spare = 64

// reserve makes room for n bytes, and some to spare. The state's memory limit is asked
// before they are taken.
func (e *encoder) reserve(n int) {
	if n += spare; cap(e.out)-len(e.out) >= n {
		return
	}
	const doubled = 1 << 20 // larger ones grow by a quarter
	size := max(len(e.out)+n, cap(e.out)+min(cap(e.out), max(doubled, cap(e.out)/4)))
	e.thread.TakeMore(cap(e.out), size-cap(e.out))
	e.out = slices.Grow(e.out, size-len(e.out))
}

func (e *encoder) value(v vm.Value) {
	if e.count++; e.count%pollEvery == 0 {
		e.thread.Poll()
	}
	switch v.Type() {
	case vm.TypeNil:
		e.word("null")
	case vm.TypeBoolean:
		e.word(strconv.FormatBool(v.Truth()))
	case vm.TypeNumber:
		f, _ := v.AsNumber()
		e.number(f)
	case vm.TypeString:
		s, _ := v.AsString()
		e.text(s)
	case vm.TypeTable:
		e.table(v.AsTable())
	default:
		if isNull(v) {
			e.word("null")
			return
		}
		e.fail("a %s", v.Type())
	}
}

func (e *encoder) word(s string) {
	e.room(len(s))
	e.out = append(e.out, s...)
}

func (e *encoder) number(f float64) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		e.fail("the number %s", number.Format(f))
	}
	e.reserve(0)
	e.out = appendNumber(e.out, f)
	e.room(0)
}

// appendNumber writes the shortest digits that read back as f; exponents where
// ECMAScript, and encoding/json, have them.
func appendNumber(b []byte, f float64) []byte {
	if i := int64(f); float64(i) == f && -1e15 < f && f < 1e15 && (i != 0 || !math.Signbit(f)) {
		return strconv.AppendInt(b, i, 10)
	}
	if size := math.Abs(f); size != 0 && (size < 1e-6 || size >= 1e21) {
		b = strconv.AppendFloat(b, f, 'e', -1, 64)
		if n := len(b); n >= 4 && b[n-4] == 'e' && b[n-2] == '0' {
			b[n-2] = b[n-1] // e-09 is e-9
			b = b[:n-1]
		}
		return b
	}
	return strconv.AppendFloat(b, f, 'f', -1, 64)
}

const hexDigits = "0123456789abcdef"

// text writes a string. Only what must be escaped is.
func (e *encoder) text(s string) {
	e.room(len(s) + 2)
	e.out = append(e.out, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			e.reserve(len(s) - start)
			e.out = appendEscape(append(e.out, s[start:i]...), c)
			i++
			start = i
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			if !e.replace {
				e.fail("a string that is not UTF-8 from byte %d on", i+1)
			}
			e.reserve(len(s) - start)
			e.out = append(append(e.out, s[start:i]...), "\uFFFD"...)
			start = i + 1
		}
		i += n
	}
	e.out = append(append(e.out, s[start:]...), '"')
	e.room(0)
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\b':
		return append(b, '\\', 'b')
	case '\f':
		return append(b, '\\', 'f')
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

func (e *encoder) table(t *vm.Table) {
	if slices.Contains(e.above, t) {
		e.fail("a table that contains itself")
	}
	if len(e.above) == e.depth {
		e.fail("tables nested more than %d deep", e.depth)
	}
	e.above = append(e.above, t)
	switch kindOf(t) {
	case "array":
		e.array(t, e.arrayLength(t))
	case "object":
		e.object(t, true)
	default:
		e.unmarked(t)
	}
	e.above = e.above[:len(e.above)-1]
}

// unmarked writes a table without a mark: elements 1 to n are an array, names
// are an object, none at all are an empty object.
func (e *encoder) unmarked(t *vm.Table) {
	n := t.Len()
	if n == 0 {
		e.object(t, false)
		return
	}
	if other, _, _ := t.Next(vm.Int(n)); !other.IsNil() {
		e.mixed(other)
	}
	e.array(t, n)
}

// mixed says what is wrong with a table that has element 1 and another key.
func (e *encoder) mixed(other vm.Value) {
	if f, ok := other.AsNumber(); ok {
		e.fail("a table with holes, the elements 1 and %s among them; json.array or json.object say what it is", number.Format(f))
	}
	e.fail("a table with elements and the key %s; json.object makes it an object", keyText(other))
}

func keyText(key vm.Value) string {
	if s, ok := key.AsString(); ok {
		return visible.Quote(s)
	}
	if key.Type() == vm.TypeBoolean {
		return strconv.FormatBool(key.Truth())
	}
	return "of type " + key.Type().String()
}

// arrayLength gives the length of a marked array: its highest element, or the
// field n when there is one, as table.pack makes it.
func (e *encoder) arrayLength(t *vm.Table) int {
	highest, n := float64(t.Len()), -1.0
	t.Entries(func(k, v vm.Value) bool {
		f, isNumber := k.AsNumber()
		if isNumber && f >= 1 && f <= vm.MaxString && f == math.Trunc(f) {
			highest = max(highest, f)
			return true
		}
		if name, _ := k.AsString(); name == "n" {
			if size, ok := v.AsNumber(); ok && size >= 0 && size <= vm.MaxString && size == math.Trunc(size) {
				n = size
				return true
			}
		}
		if isNumber {
			e.fail("an array with the element %s", number.Format(f))
		}
		e.fail("an array with the key %s", keyText(k))
		return false
	})
	if n >= 0 && n < highest {
		e.fail("an array with n = %s and the element %s", number.Format(n), number.Format(highest))
	}
	return int(max(n, highest))
}

// array writes n elements; a marked one may have holes.
func (e *encoder) array(t *vm.Table, n int) {
	if n == 0 {
		e.word("[]")
		return
	}
	e.room(2 * n)
	holes := t.Metatable() != nil && kindOf(t) == "array"
	for i := 1; i <= n; i++ {
		e.separate(i == 1, '[')
		v := t.GetInt(i)
		e.path = append(e.path, vm.Int(i))
		if v.IsNil() && !holes {
			e.fail("a hole in an array; json.array writes it as null")
		}
		e.value(v)
		e.path = e.path[:len(e.path)-1]
	}
	e.end(']')
}

// object writes fields by name. numbers: number keys become names.
func (e *encoder) object(t *vm.Table, numbers bool) {
	base := len(e.members)
	t.Entries(func(k, v vm.Value) bool {
		name, ok := k.AsString()
		if f, isNumber := k.AsNumber(); isNumber && numbers && !math.IsInf(f, 0) {
			name, ok = string(appendNumber(nil, f)), true
		} else if isNumber {
			e.fail("a table with the element %s and no element 1; json.array or json.object say what it is", number.Format(f))
		}
		if !ok {
			e.fail("a table with the key %s", keyText(k))
		}
		e.members = append(e.members, member{name, k, v})
		return true
	})
	members := e.members[base:]
	if len(members) == 0 {
		e.word("{}")
		return
	}
	slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	for i, m := range members {
		if i > 0 && m.name == members[i-1].name {
			e.fail("an object with two keys %s, a number and a string", visible.Quote(m.name))
		}
		e.separate(i == 0, '{')
		e.path = append(e.path, m.key)
		e.text(m.name)
		e.out = append(e.out, ':')
		if e.indent != "" {
			e.out = append(e.out, ' ')
		}
		e.value(m.value)
		e.path = e.path[:len(e.path)-1]
	}
	clear(members)
	e.members = e.members[:base]
	e.end('}')
}

// separate begins an element: with the opening bracket or a comma.
func (e *encoder) separate(first bool, open byte) {
	if !first {
		open = ','
	}
	e.out = append(e.out, open)
	e.newline(len(e.above))
}

func (e *encoder) end(bracket byte) {
	e.newline(len(e.above) - 1)
	e.out = append(e.out, bracket)
	e.room(0)
}

func (e *encoder) newline(depth int) {
	if e.indent == "" {
		return
	}
	e.room(1 + depth*len(e.indent))
	e.out = append(e.out, '\n')
	for range depth {
		e.out = append(e.out, e.indent...)
	}
}
