package vm

import "unsafe"

// marks are what is noted in a table, userdata or thread, mostly by the collector.
type marks uint8

const (
	marked      marks = 1 << iota // reached; clear between cycles
	finalizable                   // its metatable had __gc when it was set
	lazy                          // a table that shows what a Template contains (see template.go)
)

// Closures and Go functions have no byte to spare: a bit of their sequence number
// says that they are marked.
const (
	markedBit = isGoClosure >> 1
	idBits    = markedBit - 1
)

// marker finds what can be reached and adds up its bytes. It visits objects in
// the order in which it found them, which depends on the program alone.
//
// Strings and cells have no room for a mark and are kept in sets; strings that
// are no longer than the value that refers to them are counted each time.
type marker struct {
	state     *State
	queue     []Value // everything marked; scanned up to next
	next      int
	strings   addressSet
	cells     addressSet
	chunks    addressSet // of code that counts
	bytes     int
	shrink    bool // give back unused room of stacks
	abandoned bool // a kill came in between

	// Tables whose weak entries are decided when all else is marked, in the
	// order in which they were found.
	weakValues, weakKeys, allWeak []*Table
	// waiting holds, for a key that is not marked, the values of ephemeron
	// entries under it.
	waiting map[unsafe.Pointer][]Value
}

// pollMark is the number of objects between looks for a kill.
const pollMark = 1 << 16

// roots marks where every search begins.
func (m *marker) roots() {
	m.state.eachRoot(m.add)
	for _, bytes := range m.state.collector.held {
		m.bytes += bytes()
	}
}

// eachRoot gives the values where every search for what can be reached begins.
func (s *State) eachRoot(add func(Value)) {
	add(TableValue(s.Globals))
	add(TableValue(s.Registry))
	for _, meta := range s.metas {
		add(TableValue(meta))
	}
	for _, i := range s.instances {
		add(TableValue(i.table))
	}
	if s.raised != nil {
		add(s.raised.Value)
	}
	if s.isolation != nil {
		add(TableValue(s.isolation.Handlers))
	}
	add(ThreadValue(s.task))
	add(ThreadValue(s.running))
	for _, v := range s.enter {
		add(v)
	}
	for _, v := range s.collector.pending {
		add(v)
	}
	for _, list := range s.collector.kept {
		for _, v := range *list {
			add(v)
		}
	}
	for _, r := range s.collector.roots {
		r.each(func(v *Value) { add(*v) })
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
	m.queue = append(m.queue, v)
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

// drain marks all that the marked objects refer to.
func (m *marker) drain() {
	for m.next < len(m.queue) && !m.abandoned {
		v := m.queue[m.next]
		m.next++
		if m.next%pollMark == 0 {
			m.abandoned = m.state.interrupt.Load()&InterruptKill != 0
		}
		m.scan(v)
	}
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
		m.bytes += int(unsafe.Sizeof(*u))
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
		m.addStrings(t)
	case values:
		m.weakValues = append(m.weakValues, t)
		m.scanWeakValues(t)
	case keys:
		m.weakKeys = append(m.weakKeys, t)
		m.scanEphemerons(t)
	default:
		m.scanElements(t)
		t.eachNode(func(n *node) { m.add(n.key); m.add(n.val) })
	}
}

func (m *marker) scanElements(t *Table) {
	if t.ptrs == nil || t.lazy() {
		return
	}
	for i := uint32(0); i < t.size; i++ {
		m.add(t.element(i))
	}
}

// addStrings counts the strings of a table that keeps nothing else.
func (m *marker) addStrings(t *Table) {
	t.entries(func(k, v Value) bool {
		if k.hi() == hiString {
			m.add(k)
		}
		if v.hi() == hiString {
			m.add(v)
		}
		return true
	})
}

func (m *marker) scanWeakValues(t *Table) {
	t.entries(func(k, v Value) bool {
		m.add(k)
		if v.hi() == hiString {
			m.add(v)
		}
		return true
	})
}

// scanEphemerons marks the values of entries whose keys are marked; the others
// wait for their keys.
func (m *marker) scanEphemerons(t *Table) {
	m.scanElements(t)
	t.eachNode(func(n *node) {
		if !unmarked(n.key) {
			m.add(n.key)
			m.add(n.val)
			return
		}
		if n.val.n < tagFloor || n.val.hi() < hiString {
			return
		}
		if m.waiting == nil {
			m.waiting = map[unsafe.Pointer][]Value{}
		}
		m.waiting[n.key.p] = append(m.waiting[n.key.p], n.val)
	})
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
	m.add(ThreadValue(t.resumer))
	m.add(ThreadValue(t.inner))
	if t.hook != nil {
		m.add(t.hook.fn)
	}
	if t.failure != nil {
		m.add(t.failure.Value)
	}
}

// stackEnd gives the address behind the values of a stack that are in use.
func (m *marker) stackEnd(t *Thread) uintptr {
	if t.frame == 0 {
		if t.status == threadDead {
			return t.bottom()
		}
		return t.top // not started: the function and its arguments
	}
	if t == m.state.running && m.state.collector.end != 0 {
		return m.state.collector.end
	}
	return t.extent()
}

// unmark ends a cycle.
func (m *marker) unmark() {
	for _, v := range m.queue {
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
}

// addressSet is a set of addresses: open addressing, 0 is an empty slot.
type addressSet struct {
	slots []uintptr
	count int
}

// add tells whether a was new.
func (s *addressSet) add(a uintptr) bool {
	if s.count*4 >= len(s.slots)*3 {
		s.grow()
	}
	if !s.place(a) {
		return false
	}
	s.count++
	return true
}

func (s *addressSet) place(a uintptr) bool {
	mask := uintptr(len(s.slots) - 1)
	for i := uintptr(hashWord(uint64(a))) & mask; ; i = (i + 1) & mask {
		switch s.slots[i] {
		case a:
			return false
		case 0:
			s.slots[i] = a
			return true
		}
	}
}

func (s *addressSet) grow() {
	old := s.slots
	s.slots = make([]uintptr, max(64, 2*len(old)))
	for _, a := range old {
		if a != 0 {
			s.place(a)
		}
	}
}
