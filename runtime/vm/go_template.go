package vm

import (
	"hash/fnv"
	"slices"
	"unsafe"
)

// This file holds libraries' tables that are filled on demand.

// Template is what a library's table contains, made once and shared by all
// states: functions and constants, and recipes for what each state has of its
// own. It must not change any more once a state uses it.
//
// A state's table of a template (State.Instance) begins without entries. What
// is asked for and not there is copied from the template then, so that code
// finds everything, an assignment changes this state alone, and a service pays
// for what it uses.
type Template struct {
	name    string
	entries map[string]templateEntry
	names   []string // of the entries, in alphabetical order
}

type templateEntry struct {
	key   Value
	value Value
	make  func(*State) Value // when not nil: instead of value
}

// NewTemplate makes a template of a library's functions. The functions serve
// all states: what they need of one they get from Thread.State.
func NewTemplate(name string, functions ...Library) *Template {
	t := &Template{name: name, entries: map[string]templateEntry{}}
	for _, lib := range functions {
		for field, run := range lib {
			t.Set(field, SharedFunction(name, field, run))
		}
	}
	return t
}

// Set adds a constant: a shared function, a string, a number or a boolean.
func (t *Template) Set(field string, v Value) *Template {
	return t.add(field, templateEntry{value: v})
}

// Make adds what each state has of its own; make is called when the field is
// first asked for.
func (t *Template) Make(field string, make func(*State) Value) *Template {
	return t.add(field, templateEntry{make: make})
}

func (t *Template) add(field string, e templateEntry) *Template {
	e.key = String(field)
	if _, known := t.entries[field]; !known {
		i, _ := slices.BinarySearch(t.names, field)
		t.names = slices.Insert(t.names, i, field)
	}
	t.entries[field] = e
	return t
}

// Get gives a constant of the template, or nil.
func (t *Template) Get(field string) Value {
	if e, ok := t.entries[field]; ok && e.make == nil {
		return e.value
	}
	return Nil
}

// Names gives the fields in alphabetical order.
func (t *Template) Names() []string { return t.names }

// Name gives the library's name.
func (t *Template) Name() string { return t.name }

// peek is get for who only looks.
func (e *templateEntry) peek(s *State) Value {
	defer s.heap.grant()()
	return e.get(s)
}

func (e *templateEntry) get(s *State) Value {
	if e.make != nil {
		return e.make(s)
	}
	return e.value
}

// sharedBit is the highest bit in the sequence numbers of shared functions; no
// state makes that many objects.
const sharedBit = 55

// SharedFunction makes a Go function that belongs to no state. Its identity,
// as far as Lua can print or order it, depends on the names alone.
func SharedFunction(library, name string, run func(*Thread) int) Value {
	h := fnv.New32a()
	h.Write([]byte(library + "." + name))
	return FunctionValue(&GoFunction{Name: name, Run: run, id: 1<<sharedBit | uint64(h.Sum32())})
}

// shared tells whether the function is one of all states.
func (f *GoFunction) shared() bool { return f.id>>sharedBit == 1 }

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

// Of a lazy table, which has no array part, nums and ptrs are the template and
// the state. What was copied from the template, or assigned, is in the nodes; a
// node whose value is nil hides the template's entry.

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

// IsShared tells whether a value is a function that belongs to no state.
func IsShared(v Value) bool {
	g := v.AsGo()
	return g != nil && g.id&idBits>>sharedBit == 1
}
