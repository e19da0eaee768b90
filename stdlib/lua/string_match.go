package lua

import (
	"strings"

	"lunarium/runtime/number"
	"lunarium/runtime/vm"
)

// This file holds find, match, gmatch and gsub.

// newMatcher gives a matcher that raises its errors on t. It is a plain value,
// so that it stays on Go's stack.
func newMatcher(t *vm.Thread, subject, pattern string) matcher {
	return matcher{
		subject: subject, pattern: pattern,
		fail: func(message string) { t.Errorf("%s", message) },
		poll: func() { t.Poll() },
	}
}

// anchor tells where the pattern proper begins: 1 when it starts with '^'.
func anchor(pattern string) (start int, anchored bool) {
	if pattern != "" && pattern[0] == '^' {
		return 1, true
	}
	return 0, false
}

// captured gives capture i, counted from 0, of the match [start, end); the
// match itself when there are no captures and i is 0.
func (m *matcher) captured(i, start, end int) vm.Value {
	if i >= m.level {
		if i != 0 {
			m.fail("invalid capture index")
		}
		return substring(m.subject, start, end)
	}
	c := m.captures[i]
	switch c.length {
	case captureOpen:
		m.fail("unfinished capture")
	case capturePosition:
		return vm.Int(c.start + 1)
	}
	return substring(m.subject, c.start, c.start+c.length)
}

// pushCaptures pushes all captures, or the whole match when there are none.
func (m *matcher) pushCaptures(t *vm.Thread, start, end int) int {
	n := max(m.level, 1)
	for i := range n {
		t.Push(m.captured(i, start, end))
	}
	return n
}

// searchStart reads argument 3, where to begin; ok is false beyond the end.
func searchStart(t *vm.Thread, length int) (from int, ok bool) {
	from = max(fromEnd(t.OptInteger(3, 1), length), 1) - 1
	return from, from <= length
}

func stringFind(t *vm.Thread) int {
	s, pattern := t.CheckString(1), t.CheckString(2)
	from, ok := searchStart(t, len(s))
	if !ok {
		return t.Return(vm.Nil)
	}
	if t.Arg(4).Truth() || isLiteral(pattern) {
		i := indexOf(t, s[from:], pattern)
		if i < 0 {
			return t.Return(vm.Nil)
		}
		return t.Return(vm.Int(from+i+1), vm.Int(from+i+len(pattern)))
	}
	m := newMatcher(t, s, pattern)
	begin, anchored := anchor(pattern)
	start, end := m.find(from, begin, anchored)
	if start < 0 {
		return t.Return(vm.Nil)
	}
	t.Push(vm.Int(start + 1))
	t.Push(vm.Int(end))
	if m.level == 0 {
		return 2
	}
	return 2 + m.pushCaptures(t, start, end)
}

// indexOf is strings.Index, piece by piece.
func indexOf(t *vm.Thread, s, pattern string) int {
	for from, to := range pieces(t, len(s)) {
		if i := strings.Index(s[from:min(to+len(pattern), len(s))], pattern); i >= 0 {
			return from + i
		}
	}
	if pattern == "" {
		return 0
	}
	return -1
}

func stringMatch(t *vm.Thread) int {
	s, pattern := t.CheckString(1), t.CheckString(2)
	from, ok := searchStart(t, len(s))
	if !ok {
		return t.Return(vm.Nil)
	}
	m := newMatcher(t, s, pattern)
	begin, anchored := anchor(pattern)
	start, end := m.find(from, begin, anchored)
	if start < 0 {
		return t.Return(vm.Nil)
	}
	return m.pushCaptures(t, start, end)
}

// stringGmatch gives an iterator, whose matcher lives as long as it does. A '^'
// has no special meaning in its pattern. As in the reference, the subject, the
// pattern and the place reached are its upvalues.
func stringGmatch(t *vm.Thread) int {
	subject, pattern := vm.String(t.CheckString(1)), vm.String(t.CheckString(2))
	g := &gmatch{}
	return t.Return(t.State().NewGoClosure("gmatch", g.next, subject, pattern, vm.Int(0)))
}

// gmatch is the matcher of one iterator and the thread it raises errors on.
type gmatch struct {
	matcher
	caller *vm.Thread
}

func (g *gmatch) next(t *vm.Thread) int {
	self := t.Self()
	subject, _ := vm.ToString(self.Upvalue(0))
	pattern, _ := vm.ToString(self.Upvalue(1))
	reached, _ := t.ToNumber(self.Upvalue(2))
	if t != g.caller || pattern != g.pattern {
		g.caller = t
		g.matcher = newMatcher(t, subject, pattern)
	}
	g.subject = subject
	start, end := -1, -1
	if reached >= 0 {
		start, end = g.find(int(min(reached, vm.MaxString)), 0, false)
	}
	if start < 0 {
		self.SetUpvalue(2, vm.Int(len(subject)+1))
		return 0
	}
	next := end
	if end == start {
		next++
	}
	self.SetUpvalue(2, vm.Int(next))
	return g.pushCaptures(t, start, end)
}

func stringGsub(t *vm.Thread) int {
	s, pattern, replacement := t.CheckString(1), t.CheckString(2), t.Arg(3)
	limit := t.OptInteger(4, len(s)+1)
	if !replacement.IsString() && !replacement.IsNumber() && !replacement.IsTable() && !replacement.IsFunction() {
		t.ArgError(3, "string/function/table expected")
	}
	if limit < 0 {
		limit = len(s) + 1 // as in the reference, whose count is unsigned
	}
	m := newMatcher(t, s, pattern)
	begin, anchored := anchor(pattern)
	out, count := m.replace(t, begin, anchored, replacement, limit)
	if out == nil {
		return t.Return(vm.String(s), vm.Int(count))
	}
	return t.Return(vm.Bytes(out), vm.Int(count))
}

// replace gives the subject with up to limit matches replaced, nil when it
// stays as it is, and the number of matches.
func (m *matcher) replace(t *vm.Thread, begin int, anchored bool, replacement vm.Value, limit int) (out []byte, count int) {
	text, isText := vm.ToString(replacement)
	copied := 0 // the subject up to here is in out
	for from := 0; count < limit; {
		start, end := m.find(from, begin, anchored)
		if start < 0 {
			break
		}
		count++
		if out == nil {
			out = reserve(t, nil, len(m.subject)+16)
		}
		out = put(t, out, m.subject[copied:start])
		if isText {
			out = m.expand(t, out, text, start, end)
		} else {
			out = m.substitute(t, out, replacement, start, end)
		}
		if len(out) > vm.MaxString {
			m.fail("resulting string too large")
		}
		copied, from = end, end
		if end == start {
			from++
		}
		if anchored || from > len(m.subject) {
			break
		}
	}
	if out == nil {
		return nil, 0
	}
	return put(t, out, m.subject[copied:]), count
}

// expand appends a replacement string, in which %0 to %9 stand for captures.
func (m *matcher) expand(t *vm.Thread, out []byte, text string, start, end int) []byte {
	for {
		i := strings.IndexByte(text, '%')
		if i < 0 {
			return put(t, out, text)
		}
		out = put(t, out, text[:i])
		c := byte(0)
		if i+1 < len(text) {
			c = text[i+1]
		}
		switch {
		case c == '%' && i+1 < len(text):
			out = append(out, '%')
		case c == '0':
			out = put(t, out, m.subject[start:end])
		case c-'1' < 9:
			out = m.appendCapture(t, out, int(c-'1'), start, end)
		default:
			m.fail("invalid use of '%' in replacement string")
		}
		text = text[i+2:]
	}
}

func (m *matcher) appendCapture(t *vm.Thread, out []byte, i, start, end int) []byte {
	if i < m.level && m.captures[i].length >= 0 {
		c := m.captures[i]
		return put(t, out, m.subject[c.start:c.start+c.length])
	}
	s, _ := vm.ToString(m.captured(i, start, end))
	return put(t, out, s)
}

// substitute appends what a function or a table gives for the match.
func (m *matcher) substitute(t *vm.Thread, out []byte, replacement vm.Value, start, end int) []byte {
	var v vm.Value
	if table := replacement.AsTable(); table != nil {
		v = t.Index(replacement, m.captured(0, start, end))
	} else {
		var room [4]vm.Value
		args := room[:0]
		for i := range max(m.level, 1) {
			args = append(args, m.captured(i, start, end))
		}
		v = t.Call1(replacement, args...)
	}
	if !v.Truth() {
		return put(t, out, m.subject[start:end])
	}
	if s, ok := v.AsString(); ok {
		return put(t, out, s)
	}
	f, ok := v.AsNumber()
	if !ok {
		m.fail("invalid replacement value (a " + v.Type().String() + ")")
	}
	return number.Append(out, f)
}
