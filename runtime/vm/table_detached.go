package vm

// This file holds tables that belong to no state yet.

// Detached makes tables that belong to no state yet, for the states of one
// seed; State.Adopt gives them to one. It may be used by any goroutine.
type Detached struct{ heap heap }

// NewDetached makes a maker of detached tables.
func NewDetached(seed uint32) *Detached { return &Detached{heap{seed: seed}} }

// Table makes a table with room for elements and fields.
func (d *Detached) Table(elements, fields int) *Table {
	return newTableSized(&d.heap, 0, elements, fields)
}

// Detached makes the tables that the state sends to others.
func (s *State) Detached() *Detached {
	if s.detached == nil {
		s.detached = NewDetached(s.seed)
	}
	return s.detached
}

// Adopt gives the detached tables among values, and those inside them, to the
// state, and the strings to its account.
func (s *State) Adopt(values []Value) {
	for _, v := range values {
		s.adopt(v)
	}
}

// Weight gives the bytes that detached values take, as the state that adopts them will
// count them.
func Weight(values []Value) int {
	n := len(values) * int(valueSize)
	for _, v := range values {
		n += weight(v)
	}
	return n
}

func weight(v Value) int {
	switch v.hi() {
	case hiString:
		return int(uint32(v.n))
	case hiTable:
		t := v.tab()
		n := objectSize + t.arrayBytes() + t.nodeBytes()
		t.Entries(func(k, v Value) bool {
			n += weight(k) + weight(v)
			return true
		})
		return n
	}
	return 0
}

func (s *State) adopt(v Value) {
	switch v.hi() {
	case hiString:
		s.heap.take(int(uint32(v.n)))
	case hiTable:
		if t := v.tab(); t.id() == 0 {
			s.adoptTable(t)
		}
	}
}

func (s *State) adoptTable(t *Table) {
	s.ids++
	t.setID(s.ids)
	t.heap = &s.heap
	s.heap.takeFor(TableValue(t), t.arrayBytes()+t.nodeBytes())
	if t.ptrs != nil {
		for i := uint32(0); i < t.size; i++ {
			s.adopt(t.element(i))
		}
	}
	for i := uint32(0); t.used != 0 && i <= t.mask; i++ {
		s.adopt(t.node(i).val)
	}
}
