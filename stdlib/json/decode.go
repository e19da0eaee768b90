package json

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file holds decode.

// decode is json.decode(text [, options]). Errors tell line and column in
// characters and the byte, all counted from 1.
func (l *library) decode(t *vm.Thread) int {
	d := decoder{thread: t, state: t.State(), library: l, in: t.CheckString(1), decodeOptions: decodeOptions{
		null: l.null, depth: defaultDepth, size: defaultSize, values: defaultValues,
	}}
	decodeTable.Read(t, 2, &d.decodeOptions)
	if len(d.in) > d.size {
		t.Errorf("invalid JSON: %d bytes; the limit is %d", len(d.in), d.size)
	}
	if strings.HasPrefix(d.in, "\uFEFF") {
		d.fail(0, "a byte order mark")
	}
	d.space()
	v := d.value()
	d.space()
	if d.at < len(d.in) {
		d.fail(d.at, "%s after the value", d.found(d.at))
	}
	return t.Return(v)
}

func (d *decoder) value() vm.Value {
	if d.count++; d.count%pollEvery == 0 {
		d.thread.Poll()
	}
	if d.count > d.values {
		d.fail(d.at, "more than %d values", d.values)
	}
	switch c := d.peek(); c {
	case '{':
		return d.object()
	case '[':
		return d.array()
	case '"':
		s, shared := d.text()
		if shared {
			s = strings.Clone(s)
		}
		d.thread.Take(len(s))
		return vm.String(s)
	case 't':
		return d.word("true", vm.True)
	case 'f':
		return d.word("false", vm.False)
	case 'n':
		return d.word("null", d.null)
	default:
		if c == '-' || isDigit(c) {
			return d.number()
		}
	}
	d.fail(d.at, "a value expected, found %s", d.found(d.at))
	return vm.Nil
}

func (d *decoder) word(word string, v vm.Value) vm.Value {
	for i := range len(word) {
		if d.at+i >= len(d.in) || d.in[d.at+i] != word[i] {
			d.fail(d.at+i, "%s expected, found %s", word, d.found(d.at+i))
		}
	}
	d.at += len(word)
	return v
}

// enter begins an array or object, whose elements go on the stack from base on.
func (d *decoder) enter() (base int) {
	if d.nested++; d.nested > d.depth {
		d.fail(d.at, "nested more than %d deep", d.depth)
	}
	d.at++
	d.space()
	return len(d.stack)
}

// leave ends one: the elements are off the stack.
func (d *decoder) leave(base int) {
	d.nested--
	clear(d.stack[base:])
	d.stack = d.stack[:base]
}

const (
	bytesOfValue = 16
	// bytesOfTable is what a table takes besides its elements.
	bytesOfTable = 64
)

// push puts an element on the stack. Nobody but the decoder holds what it makes, so that
// it asks for the memory as it goes on.
func (d *decoder) push(v vm.Value) {
	if len(d.stack) == cap(d.stack) {
		more := max(16, cap(d.stack)/2)
		d.thread.Take(more * bytesOfValue)
		d.stack = slices.Grow(d.stack, more)
	}
	d.stack = append(d.stack, v)
}

// more reads what follows an element: a comma, or the closing bracket.
func (d *decoder) more(bracket byte) bool {
	d.space()
	switch d.peek() {
	case ',':
		d.at++
		d.space()
		return true
	case bracket:
		d.at++
		return false
	}
	d.fail(d.at, "',' or '%c' expected, found %s", bracket, d.found(d.at))
	return false
}

func (d *decoder) array() vm.Value {
	base := d.enter()
	if d.peek() == ']' {
		d.at++
	} else {
		for more := true; more; more = d.more(']') {
			v := d.value()
			d.push(v)
		}
	}
	elements := d.stack[base:]
	d.thread.Take(bytesOfTable)
	t := d.state.NewTable(len(elements), 0)
	for i, v := range elements {
		t.SetInt(i+1, v)
	}
	d.state.SetMetatable(t, d.library.array)
	d.leave(base)
	return vm.TableValue(t)
}

func (d *decoder) object() vm.Value {
	base := d.enter()
	var places []int // of the keys, where they have to be unique
	if d.peek() == '}' {
		d.at++
	} else {
		for more := true; more; more = d.more('}') {
			if d.unique {
				places = append(places, d.at)
			}
			key := d.name()
			d.space()
			if d.peek() != ':' {
				d.fail(d.at, "':' expected after the key, found %s", d.found(d.at))
			}
			d.at++
			d.space()
			v := d.value()
			d.push(key)
			d.push(v)
		}
	}
	members := d.stack[base:]
	d.thread.Take(bytesOfTable)
	t := d.state.NewTable(0, len(members)/2)
	for i := 0; i < len(members); i += 2 {
		if d.unique && !t.Get(members[i]).IsNil() {
			name, _ := members[i].AsString()
			d.fail(places[i/2], "the key %s for the second time", visible.Quote(name))
		}
		t.Set(members[i], members[i+1])
	}
	d.leave(base)
	return vm.TableValue(t)
}

const (
	mostNames   = 1024
	longestName = 64
)

// name reads a key.
func (d *decoder) name() vm.Value {
	if d.peek() != '"' {
		d.fail(d.at, "a key in quotes expected, found %s", d.found(d.at))
	}
	s, shared := d.text()
	if known, ok := d.names[s]; ok {
		return known
	}
	if shared {
		s = strings.Clone(s)
	}
	d.thread.Take(len(s))
	v := vm.String(s)
	if len(s) <= longestName && len(d.names) < mostNames {
		if d.names == nil {
			d.names = map[string]vm.Value{}
		}
		d.names[s] = v
	}
	return v
}

func (d *decoder) digits() {
	if !isDigit(d.peek()) {
		d.fail(d.at, "a digit expected, found %s", d.found(d.at))
	}
	for isDigit(d.peek()) {
		d.at++
	}
}

// number reads a number: a float64, or, as the options say, the digits of an
// integer beyond 2^53 as a string.
func (d *decoder) number() vm.Value {
	start := d.at
	if d.peek() == '-' {
		d.at++
	}
	if d.peek() == '0' {
		d.at++
		if isDigit(d.peek()) {
			d.fail(d.at, "a digit after a leading 0")
		}
	} else {
		d.digits()
	}
	whole := true
	if d.peek() == '.' {
		whole = false
		d.at++
		d.digits()
	}
	if c := d.peek(); c == 'e' || c == 'E' {
		whole = false
		d.at++
		if c := d.peek(); c == '+' || c == '-' {
			d.at++
		}
		d.digits()
	}
	return d.convert(start, d.in[start:d.at], whole)
}

func (d *decoder) convert(start int, text string, whole bool) vm.Value {
	const always = 15 // so many digits are exact
	if whole && len(text) <= always {
		i, _ := strconv.ParseInt(text, 10, 64)
		if i != 0 || text[0] != '-' {
			return vm.Int(int(i))
		}
	}
	if whole && d.bigStrings && len(text) > always {
		if i, err := strconv.ParseInt(text, 10, 64); err != nil || i > 1<<53 || i < -1<<53 {
			return vm.String(strings.Clone(text))
		}
	}
	f, _ := strconv.ParseFloat(text, 64)
	if math.IsInf(f, 0) {
		d.fail(start, "a number beyond 1.8e308")
	}
	return vm.Number(f)
}
