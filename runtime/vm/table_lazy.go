package vm

import "unsafe"

// This file fills tables from their templates on demand.

// instance is a state's table of a template.
type instance struct {
	template *Template
	table    *Table
}

// Instance gives the state's table of a template, the same one each time.
func (s *State) Instance(template *Template) *Table {
	for _, i := range s.instances {
		if i.template == template {
			return i.table
		}
	}
	t := s.NewTable(0, 0)
	t.marks |= ofLibrary
	s.Follow(t, template)
	if s.instances == nil {
		s.instances = make([]instance, 0, 4) // what a service uses at least
	}
	s.instances = append(s.instances, instance{template, t})
	return t
}

// Follow makes an empty table show what a template contains.
func (s *State) Follow(t *Table, template *Template) {
	t.marks |= lazy
	t.nums, t.ptrs = unsafe.Pointer(template), unsafe.Pointer(s)
}

// firstFetched is how many entries a lazy table gets room for at first.
const firstFetched = 2

func (t *Table) template() *Template { return (*Template)(t.nums) }

// fetch copies an entry that no node has yet from the template.
//
//go:noinline
func (t *Table) fetch(key Value, hash uint32) *node {
	e, ok := t.template().entries[key.str()]
	if !ok {
		return nil
	}
	defer t.heap.grant()()
	value := e.get((*State)(t.ptrs))
	if t.used >= t.limit() {
		t.rehash(e.key)
	}
	if t.lazy() { // rehash had no reason to fill the table
		t.insert(e.key, value, hash)
	}
	return t.findString(e.key, hash)
}

// fetched is fetch that gives noNode when the template has no such entry.
func (t *Table) fetched(key Value, hash uint32) *node {
	if n := t.fetch(key, hash); n != nil {
		return n
	}
	return &noNode
}

// fill copies everything that is not hidden from the template; the table is an
// ordinary one then, with room for one more entry.
//
//go:noinline
func (t *Table) fill() {
	names := t.template().names
	t.resizeNodes(t.used + uint32(len(names)) + 1)
	for _, name := range names {
		key := String(name)
		t.findString(key, hashBytes(key.p, uint32(key.n), t.heap.seed))
	}
	t.marks &^= lazy
	t.nums, t.ptrs = nil, nil
}

// rehashLazy is rehash for a lazy table: dead nodes hide entries of the
// template and can't be dropped before everything else is copied.
func (t *Table) rehashLazy() {
	live := uint32(0)
	t.entries(func(Value, Value) bool { live++; return true })
	if live < t.used {
		t.fill()
		return
	}
	t.resizeNodes(max(t.used+1, firstFetched))
}

// untouched calls f for each entry that is still the template's alone, until f
// returns false.
func (t *Table) untouched(f func(k, v Value) bool) {
	template, s := t.template(), (*State)(t.ptrs)
	for _, name := range template.names {
		e := template.entries[name]
		if t.hasNode(e.key) {
			continue
		}
		if v := e.peek(s); !f(e.key, v) {
			return
		}
	}
}

// hasNode tells whether a lazy table has a node, perhaps a dead one, for a
// string.
func (t *Table) hasNode(key Value) bool {
	t.marks &^= lazy
	n := t.findString(key, hashBytes(key.p, uint32(key.n), t.heap.seed))
	t.marks |= lazy
	return n != nil
}

// Touched calls f for the entries of a table that a template does not account for,
// until f returns false: in a table that follows one, what was copied from it or
// assigned. An entry that hides the template's has the value nil.
func (t *Table) Touched(f func(k, v Value) bool) {
	if !t.lazy() {
		t.entries(f)
		return
	}
	for i := uint32(0); t.used != 0 && i <= t.mask; i++ {
		if n := t.node(i); !n.empty() && !f(n.key, n.val) {
			return
		}
	}
}

// Follows tells whether a table follows a template, so that looking for an entry may
// copy it into the table.
func (t *Table) Follows() bool { return t.lazy() }

// Original gives what looks up a key in the template that a table follows, also when it
// follows it no longer; nil when it follows none.
func (t *Table) Original() func(key Value) Value {
	if !t.lazy() {
		return nil
	}
	template, s := t.template(), (*State)(t.ptrs)
	return func(key Value) Value {
		name, _ := key.AsString()
		if e, ok := template.entries[name]; ok {
			return e.peek(s)
		}
		return Nil
	}
}

// Touches tells whether Touched calls its function for a key.
func (t *Table) Touches(key Value) bool {
	if _, named := key.AsString(); named && t.lazy() {
		return t.hasNode(key)
	}
	return !t.Get(key).IsNil()
}
