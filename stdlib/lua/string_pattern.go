package lua

import "strings"

// This file holds patterns, matched at one place.

// maxCaptures and maxDepth are the reference implementation's limits
// (LUA_MAXCAPTURES, MAXCCALLS). pollSteps is how many steps a match takes
// between two polls.
const (
	maxCaptures = 32
	maxDepth    = 200
	pollSteps   = 10_000
)

// Lengths of captures that are not a piece of the subject.
const (
	captureOpen     = -1
	capturePosition = -2
)

type capture struct{ start, length int }

// matcher runs one Lua pattern over one subject. Positions are byte offsets
// from 0. The zero value with subject, pattern, fail and poll set is ready.
type matcher struct {
	subject, pattern string
	fail             func(message string) // raises; does not return
	poll             func()               // called every pollSteps steps; may raise

	captures [maxCaptures]capture
	level    int // captures in use
	depth    int
	steps    int
	sets     [4]setEntry
}

// setEntry remembers the set of the pattern's bytes [start, end).
type setEntry struct {
	start, end int
	set        byteSet
}

// spend counts steps, so that a pattern that backtracks for ever can be
// interrupted.
func (m *matcher) spend(n int) {
	m.steps += n
	if m.steps >= pollSteps {
		m.steps = 0
		m.poll()
	}
}

// at gives the pattern's byte at p; 0 at its end.
func (m *matcher) at(p int) byte {
	if p < len(m.pattern) {
		return m.pattern[p]
	}
	return 0
}

// find looks for the first match at or after from and gives its bounds, or -1.
// start is where the pattern proper begins: 1 behind an anchor, or 0.
func (m *matcher) find(from, start int, anchored bool) (int, int) {
	m.depth = 0
	if anchored {
		m.level = 0
		if e := m.match(from, start); e >= 0 {
			return from, e
		}
		return -1, -1
	}
	var first byteSet
	literal, limited := m.startsLiteral(start), false
	if !literal {
		first, limited = m.firstBytes(start)
	}
	for s := from; s <= len(m.subject); s++ {
		if literal {
			skip := strings.IndexByte(m.subject[s:], m.pattern[start])
			if skip < 0 {
				return -1, -1
			}
			s += skip
		} else if limited {
			skip := first.index(m.subject[s:])
			if skip < 0 {
				return -1, -1
			}
			s += skip
		}
		m.level = 0
		if e := m.match(s, start); e >= 0 {
			return s, e
		}
	}
	return -1, -1
}

// startsLiteral tells whether every match starts with the byte at p.
func (m *matcher) startsLiteral(p int) bool {
	if p >= len(m.pattern) || m.pattern[p] == ')' || strings.IndexByte(specials, m.pattern[p]) >= 0 {
		return false
	}
	next := m.at(p + 1)
	return next != '*' && next != '?' && next != '-'
}

// firstBytes gives the bytes that a match can begin with; ok is false when that
// is not plain to see. It fails as the match itself would at once.
func (m *matcher) firstBytes(p int) (set byteSet, ok bool) {
	if m.at(p) == '(' {
		p++
	}
	if p >= len(m.pattern) {
		return set, false
	}
	switch c := m.pattern[p]; c {
	case '.', '(', ')', '$', '^':
		return set, false
	case '%':
		class := m.at(p + 1)
		if class == 'b' || class == 'f' || class-'0' <= 9 || p+1 == len(m.pattern) {
			return set, false
		}
		set = escapes[class]
	case '[':
		set = m.set(p).set
	default:
		set.addRange(c, c)
	}
	suffix := m.at(m.classEnd(p))
	return set, suffix != '*' && suffix != '?' && suffix != '-'
}

// specials has no ')': to find, one without a '(' is a plain byte; to match it
// is an error.
const specials = "^$*+?.([%-"

// isLiteral tells whether string.find takes a pattern as plain text.
func isLiteral(pattern string) bool { return !strings.ContainsAny(pattern, specials) }

// match gives the end of the match of pattern[p:] at s, or -1.
func (m *matcher) match(s, p int) int {
	if m.depth == maxDepth {
		m.fail("pattern too complex")
	}
	m.depth++
	e := m.run(s, p)
	m.depth--
	return e
}

func (m *matcher) run(s, p int) int {
	for {
		if p == len(m.pattern) {
			return s
		}
		m.spend(1)
		switch m.pattern[p] {
		case '(':
			if m.at(p+1) == ')' {
				return m.openCapture(s, p+2, capturePosition)
			}
			return m.openCapture(s, p+1, captureOpen)
		case ')':
			return m.closeCapture(s, p+1)
		case '$':
			if p+1 == len(m.pattern) {
				if s == len(m.subject) {
					return s
				}
				return -1
			}
		case '%':
			next, end, handled := m.special(s, p)
			if handled {
				if next < 0 {
					return -1
				}
				s, p = next, end
				continue
			}
		}
		next, end, done := m.item(s, p)
		if done {
			return next
		}
		s, p = next, end
	}
}

// special matches %b, %f and %1 to %9 at p and gives where the subject and the
// pattern go on; the subject's place is -1 when it does not match.
func (m *matcher) special(s, p int) (next, end int, handled bool) {
	switch c := m.at(p + 1); {
	case c == 'b':
		return m.balance(s, p+2), p + 4, true
	case c == 'f':
		next, end = m.frontier(s, p+2)
		return next, end, true
	case c-'0' <= 9:
		return m.backReference(s, c), p + 2, true
	}
	return 0, 0, false
}

// item matches a single byte's class at p with its suffix. done means that next
// is the result of the whole match.
func (m *matcher) item(s, p int) (next, end int, done bool) {
	end = m.classEnd(p)
	suffix := m.at(end)
	switch suffix {
	case '*':
		return m.maxExpand(s, s, p, end), 0, true
	case '-':
		return m.minExpand(s, p, end), 0, true
	}
	if s >= len(m.subject) || !m.single(m.subject[s], p, end) {
		if suffix == '?' {
			return s, end + 1, false
		}
		return -1, 0, true
	}
	switch suffix {
	case '?':
		if e := m.match(s+1, end+1); e >= 0 {
			return e, 0, true
		}
		return s, end + 1, false
	case '+':
		return m.maxExpand(s, s+1, p, end), 0, true
	}
	return s + 1, end, false
}

// classEnd gives the end of the single-byte class at p.
func (m *matcher) classEnd(p int) int {
	switch m.pattern[p] {
	case '%':
		if p+1 == len(m.pattern) {
			m.fail("malformed pattern (ends with '%')")
		}
		return p + 2
	case '[':
		return m.set(p).end
	}
	return p + 1
}

// single tells whether c is in the class pattern[p:end].
func (m *matcher) single(c byte, p, end int) bool {
	switch m.pattern[p] {
	case '.':
		return true
	case '%':
		return escapes[m.pattern[p+1]].has(c)
	case '[':
		return m.set(p).set.has(c)
	}
	return m.pattern[p] == c
}

// set gives the set at p, where a '[' stands, read once and remembered.
func (m *matcher) set(p int) *setEntry {
	entry := &m.sets[p%len(m.sets)]
	if entry.end == 0 || entry.start != p {
		entry.start, entry.end = p, m.setEnd(p)
		entry.set = readSet(m.pattern, p, entry.end-1)
	}
	return entry
}

func (m *matcher) setEnd(p int) int {
	p++
	if m.at(p) == '^' {
		p++
	}
	for first := true; first || m.at(p) != ']'; first = false {
		if p >= len(m.pattern) {
			m.fail("malformed pattern (missing ']')")
		}
		if m.pattern[p] == '%' && p+1 < len(m.pattern) {
			p++
		}
		p++
	}
	return p + 1
}

// maxExpand matches the class pattern[p:end] as often as it can from s on, then
// gives back until the rest matches, but not below least.
func (m *matcher) maxExpand(s, least, p, end int) int {
	e := s + m.count(s, p)
	m.spend((e - s) >> 3)
	if end+1 == len(m.pattern) && e >= least {
		return e
	}
	for ; e >= least; e-- {
		if result := m.match(e, end+1); result >= 0 {
			return result
		}
	}
	return -1
}

// count gives how many bytes from s on are in the class at p.
func (m *matcher) count(s, p int) int {
	if m.pattern[p] == '.' {
		return len(m.subject) - s
	}
	total := 0
	for {
		piece := m.subject[s+total : min(s+total+pollBytes, len(m.subject))]
		n := m.countIn(piece, p)
		total += n
		if n < pollBytes {
			return total
		}
		m.spend(pollSteps)
	}
}

// countIn gives how many bytes at the start of text are in the class at p.
func (m *matcher) countIn(text string, p int) int {
	i := 0
	switch c := m.pattern[p]; c {
	case '%':
		set := &escapes[m.pattern[p+1]]
		for i < len(text) && set.has(text[i]) {
			i++
		}
	case '[':
		set := &m.set(p).set
		for i < len(text) && set.has(text[i]) {
			i++
		}
	default:
		for i < len(text) && text[i] == c {
			i++
		}
	}
	return i
}

func (m *matcher) minExpand(s, p, end int) int {
	for {
		if e := m.match(s, end+1); e >= 0 {
			return e
		}
		if s >= len(m.subject) || !m.single(m.subject[s], p, end) {
			return -1
		}
		s++
		m.spend(1)
	}
}

func (m *matcher) openCapture(s, p, length int) int {
	if m.level >= maxCaptures {
		m.fail("too many captures")
	}
	m.captures[m.level] = capture{s, length}
	m.level++
	e := m.match(s, p)
	if e < 0 {
		m.level--
	}
	return e
}

func (m *matcher) closeCapture(s, p int) int {
	i := m.level - 1
	for i >= 0 && m.captures[i].length != captureOpen {
		i--
	}
	if i < 0 {
		m.fail("invalid pattern capture")
	}
	m.captures[i].length = s - m.captures[i].start
	e := m.match(s, p)
	if e < 0 {
		m.captures[i].length = captureOpen
	}
	return e
}

// balance matches %bxy, whose x stands at p.
func (m *matcher) balance(s, p int) int {
	if p+1 >= len(m.pattern) {
		m.fail("malformed pattern (missing arguments to '%b')")
	}
	opening, closing := m.pattern[p], m.pattern[p+1]
	if s >= len(m.subject) || m.subject[s] != opening {
		return -1
	}
	depth := 1
	for i := s + 1; i < len(m.subject); i++ {
		if (i-s)%pollBytes == 0 {
			m.spend(pollSteps)
		}
		switch m.subject[i] {
		case closing:
			depth--
			if depth == 0 {
				m.spend((i - s) >> 3)
				return i + 1
			}
		case opening:
			depth++
		}
	}
	m.spend((len(m.subject) - s) >> 3)
	return -1
}

// frontier matches %f[set], whose set stands at p. Beyond both ends of the
// subject a zero byte is imagined.
func (m *matcher) frontier(s, p int) (next, end int) {
	if m.at(p) != '[' {
		m.fail("missing '[' after '%f' in pattern")
	}
	entry := m.set(p)
	before, after := byte(0), byte(0)
	if s > 0 {
		before = m.subject[s-1]
	}
	if s < len(m.subject) {
		after = m.subject[s]
	}
	if !entry.set.has(before) && entry.set.has(after) {
		return s, entry.end
	}
	return -1, 0
}

// backReference matches what the capture with the given digit matched.
func (m *matcher) backReference(s int, digit byte) int {
	i := int(digit) - '1'
	if i < 0 || i >= m.level || m.captures[i].length == captureOpen {
		m.fail("invalid capture index %" + string(rune(digit)))
	}
	c := m.captures[i]
	if c.length == capturePosition || !strings.HasPrefix(m.subject[s:], m.subject[c.start:c.start+c.length]) {
		return -1
	}
	m.spend(c.length >> 3)
	return s + c.length
}
