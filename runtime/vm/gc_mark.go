package vm

import "unsafe"

// This file marks what can be reached.

// roots marks where every search begins.
func (m *marker) roots() {
	m.state.eachRoot(m.add)
	for _, bytes := range m.state.collector.held {
		m.bytes += bytes()
	}
}

// add marks a value.
func (m *marker) add(v Value) {
	if v.n < tagFloor {
		return
	}
	switch v.hi() {
	case hiString:
		m.addString(v)
		return
	case hiTable:
		t := v.tab()
		if t.marks&marked != 0 {
			return
		}
		t.marks |= marked
	case hiClosure:
		c := (*Closure)(v.p)
		if c.id&markedBit != 0 {
			return
		}
		c.id |= markedBit
	case hiGo:
		g := (*GoFunction)(v.p)
		if g.id&markedBit != 0 || g.shared() { // other states read a shared one now
			return
		}
		g.id |= markedBit
	case hiUserdata:
		u := (*Userdata)(v.p)
		if u.marks&marked != 0 {
			return
		}
		u.marks |= marked
	case hiThread:
		t := (*Thread)(v.p)
		if t.marks&marked != 0 {
			return
		}
		t.marks |= marked
	default:
		return
	}
	m.queue.push(v)
	if len(m.waiting) > 0 {
		m.release(v)
	}
}

// release marks the values of ephemeron entries whose key was just marked.
func (m *marker) release(key Value) {
	values := m.waiting[key.p]
	if values == nil {
		return
	}
	delete(m.waiting, key.p)
	for _, v := range values {
		m.add(v)
	}
}

func (m *marker) addString(v Value) {
	length := int(uint32(v.n))
	if length <= int(valueSize) || m.strings.add(uintptr(v.p)) {
		m.bytes += length
	}
}

// unmarked tells whether v is an object that a weak table loses: strings and
// what has no identity stay.
func unmarked(v Value) bool {
	if v.n < tagFloor {
		return false
	}
	switch v.hi() {
	case hiTable:
		return v.tab().marks&marked == 0
	case hiClosure:
		return (*Closure)(v.p).id&markedBit == 0
	case hiGo:
		// One without upvalues is a value, as the reference's light C functions are.
		return (*GoFunction)(v.p).id&(markedBit|isGoClosure) == isGoClosure
	case hiUserdata:
		return (*Userdata)(v.p).marks&marked == 0
	case hiThread:
		return (*Thread)(v.p).marks&marked == 0
	}
	return false
}

// some marks what marked objects refer to, for about so many objects and places
// of tables. It gives what is left of these; above 0 all is marked.
func (m *marker) some(places int) (left int) {
	for m.left = places; m.left > 0; {
		if m.part.table != nil {
			m.scanPart()
			continue
		}
		if m.next == m.queue.len() {
			return m.left
		}
		v := m.queue.at(m.next)
		m.next++
		m.left--
		m.scan(v)
	}
	return 0
}

func (m *marker) scan(v Value) {
	switch v.hi() {
	case hiTable:
		m.scanTable(v.tab())
	case hiClosure:
		m.scanClosure((*Closure)(v.p))
	case hiGo:
		g := (*GoFunction)(v.p)
		m.bytes += int(unsafe.Sizeof(*g))
		for i := range g.Upvalues() {
			m.bytes += int(valueSize)
			m.add(g.Upvalue(i))
		}
	case hiUserdata:
		u := (*Userdata)(v.p)
		m.bytes += int(unsafe.Sizeof(*u)) + u.Size()
		m.add(TableValue(u.Metatable))
		m.add(TableValue(u.User))
	case hiThread:
		m.scanThread((*Thread)(v.p))
	}
}

func (m *marker) scanClosure(c *Closure) {
	m.bytes += closureBytes(c.Upvalues())
	if chunk := c.code.chunk; chunk.owned && m.chunks.add(uintptr(unsafe.Pointer(chunk))) {
		m.bytes += chunk.bytes
	}
	for i := range c.Upvalues() {
		cell := *c.upvalue(i)
		if m.cells.add(uintptr(unsafe.Pointer(cell))) {
			m.bytes += int(unsafe.Sizeof(*cell))
		}
		m.add(cell.get())
	}
}

func (m *marker) scanTable(t *Table) {
	m.bytes += int(unsafe.Sizeof(*t)) + t.arrayBytes() + t.nodeBytes()
	m.add(TableValue(t.meta))
	keys, values := m.state.weakness(t)
	switch {
	case keys && values:
		m.allWeak = append(m.allWeak, t)
	case values:
		m.weakValues = append(m.weakValues, t)
	case keys:
		m.weakKeys = append(m.weakKeys, t)
	}
	m.part = partial{table: t, keys: keys, values: values}
	m.scanPart()
}

// scanPart scans the next places of the table that was begun.
func (m *marker) scanPart() {
	p := &m.part
	t := p.table
	if p.nodes != t.nodes { // who looks may have had a lazy table copy an entry
		p.nodes, p.at = t.nodes, 0
	}
	from := p.at
	to := from + min(uint32(max(m.left, minPart)), t.places()-from)
	m.left -= int(to - from)
	if t.ptrs != nil {
		for i := from; i < min(to, t.size); i++ {
			if v := t.element(i); !p.values || v.hi() == hiString {
				m.add(v)
			}
		}
	}
	for i := max(from, t.size); i < to; i++ {
		if n := t.node(i - t.size); !n.empty() && n.val.n != nilBits {
			m.scanNode(n, p.keys, p.values)
		}
	}
	if p.at = to; to == t.places() {
		m.part = partial{}
	}
}

// minPart is how many places of a table are scanned at least.
const minPart = 64

func (m *marker) scanNode(n *node, weakKeys, weakValues bool) {
	switch {
	case !weakKeys && !weakValues, weakKeys && !weakValues && !unmarked(n.key):
		m.add(n.key)
		m.add(n.val)
	case weakValues:
		if !weakKeys || n.key.hi() == hiString {
			m.add(n.key)
		}
		if n.val.hi() == hiString {
			m.add(n.val)
		}
	default: // an ephemeron waits for its key
		if n.val.n < tagFloor || n.val.hi() < hiString {
			return
		}
		if m.waiting == nil {
			m.waiting = map[unsafe.Pointer][]Value{}
		}
		m.waiting[n.key.p] = append(m.waiting[n.key.p], n.val)
	}
}

func (m *marker) scanThread(t *Thread) {
	end := m.stackEnd(t)
	for a := t.bottom(); a < end; a += valueSize {
		m.add(*t.at(a))
	}
	if m.shrink {
		t.shrink(end)
	}
	m.bytes += int(unsafe.Sizeof(*t)) + cap(t.stack)*int(valueSize) + cap(t.frames)*int(frameSize)
	t.eachBeside(m.add)
}

// stackEnd gives the address behind the values of a stack that are in use.
func (m *marker) stackEnd(t *Thread) uintptr {
	if t.frame == 0 {
		if t.status == threadDead {
			return t.bottom()
		}
		return t.top // not started: the function and its arguments
	}
	if t == m.running {
		return m.end
	}
	return t.extent()
}

// unmark takes the mark from the objects from i on, at most so many, and gives the
// number that are done.
func (m *marker) unmark(i, count int) int {
	end := min(i+count, m.queue.len())
	for ; i < end; i++ {
		v := m.queue.at(i)
		switch v.hi() {
		case hiTable:
			v.tab().marks &^= marked
		case hiClosure:
			(*Closure)(v.p).id &^= markedBit
		case hiGo:
			(*GoFunction)(v.p).id &^= markedBit
		case hiUserdata:
			(*Userdata)(v.p).marks &^= marked
		case hiThread:
			(*Thread)(v.p).marks &^= marked
		}
	}
	return end
}
