package vm

import "unsafe"

// This file adds up what a walk meets.

// Measure begins to measure what Memory.Bytes gives, in pieces. When Some has nothing
// more to look at, Bytes has the result: of a state that has not changed, the same;
// of one that has, with what came and went counted or not.
func (m Memory) Measure() *Walk {
	s := m.s
	w := &Walk{state: s, measure: &measurement{}}
	w.entry = func(k, v Value) { w.measure.entry(w, &w.tables[len(w.tables)-1], k, v) }
	s.eachRoot(w.add)
	for _, v := range s.collector.finalizable {
		w.add(v)
	}
	return w
}

// MeasureData begins to measure what a value takes with all that it leads to as data:
// through keys and values of tables, and nothing else. Weak entries lead nowhere but to strings.
func (m Memory) MeasureData(v Value) *Walk {
	w := &Walk{state: m.s, measure: &measurement{data: true}}
	w.entry = func(k, v Value) { w.measure.entry(w, &w.tables[len(w.tables)-1], k, v) }
	w.add(v)
	return w
}

// Bytes gives what a measurement has found so far.
func (w *Walk) Bytes() int { return w.measure.bytes }

// measurement adds up the bytes of what a walk meets, as the marker does. Weak
// entries are no way to what they hold.
type measurement struct {
	bytes   int
	data    bool    // functions, userdata and coroutines are not measured, nor what they lead to
	strings visited // those that are longer than a value
	cells   visited
	waiting map[unsafe.Pointer][]Value // of ephemeron entries, by a key that was not met
}

// measured is what a measurement notes of a table whose entries are gone through.
type measured struct {
	weakKeys, weakValues bool
	text                 int // bytes of strings that were counted for these entries
}

func (m *measurement) string(v Value) {
	if length := int(uint32(v.n)); length <= int(valueSize) || m.strings.add(v.p) {
		m.bytes += length
	}
}

// object counts an object itself, and the cells of a closure.
func (m *measurement) object(v Value) {
	m.bytes += objectBytes(v)
	if v.hi() != hiClosure {
		return
	}
	c := (*Closure)(v.p)
	for i := range c.Upvalues() {
		if cell := *c.upvalue(i); m.cells.add(unsafe.Pointer(cell)) {
			m.bytes += int(unsafe.Sizeof(*cell))
		}
	}
}

// objectBytes gives what an object itself takes.
func objectBytes(v Value) int {
	switch v.hi() {
	case hiTable:
		t := v.tab()
		return int(unsafe.Sizeof(*t)) + t.arrayBytes() + t.nodeBytes()
	case hiClosure:
		return closureBytes((*Closure)(v.p).Upvalues())
	case hiGo:
		if g := (*GoFunction)(v.p); !g.shared() {
			return int(unsafe.Sizeof(*g)) + g.Upvalues()*int(valueSize)
		}
	case hiUserdata:
		return int(unsafe.Sizeof(Userdata{})) + v.AsUserdata().Size()
	case hiThread:
		t := (*Thread)(v.p)
		return int(unsafe.Sizeof(*t)) + cap(t.stack)*int(valueSize) + cap(t.frames)*int(frameSize)
	}
	return 0
}

// entry goes on to what an entry of a table holds.
func (m *measurement) entry(w *Walk, p *partly, k, v Value) {
	before := m.bytes
	switch {
	case p.weakKeys && k.collectable() && !w.seen.has(k.p):
		if !p.weakValues {
			if m.waiting == nil {
				m.waiting = map[unsafe.Pointer][]Value{}
			}
			m.waiting[k.p] = append(m.waiting[k.p], v)
		} else if v.IsString() {
			m.string(v)
		}
	case p.weakValues:
		if !p.weakKeys || k.IsString() {
			w.add(k)
		}
		if v.IsString() {
			m.string(v)
		}
	default:
		w.add(k)
		w.add(v)
	}
	p.text += m.bytes - before
}

// release goes on to the ephemeron entries whose key was just met.
func (m *measurement) release(w *Walk, key Value) {
	values := m.waiting[key.p]
	delete(m.waiting, key.p)
	for _, v := range values {
		w.add(v)
	}
}

// collectable tells whether v is an object that a weak table may lose.
func (v Value) collectable() bool {
	if v.n < tagFloor || v.hi() < hiTable {
		return false
	}
	return v.hi() != hiGo || (*GoFunction)(v.p).id&isGoClosure != 0
}
