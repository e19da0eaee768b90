package vm

import (
	"hash/fnv"
	"slices"
)

// This file is what libraries' tables contain.

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

// SharedFunction makes a Go function that belongs to no state. Its identity,
// as far as Lua can print or order it, depends on the names alone.
func SharedFunction(library, name string, run func(*Thread) int) Value {
	h := fnv.New32a()
	h.Write([]byte(library + "." + name))
	return FunctionValue(&GoFunction{Name: name, Run: run, id: 1<<sharedBit | uint64(h.Sum32())})
}

// shared tells whether the function is one of all states.
func (f *GoFunction) shared() bool { return f.id>>sharedBit == 1 }

// Of a lazy table, which has no array part, nums and ptrs are the template and
// the state. What was copied from the template, or assigned, is in the nodes; a
// node whose value is nil hides the template's entry.

// IsShared tells whether a value is a function that belongs to no state.
func IsShared(v Value) bool {
	g := v.AsGo()
	return g != nil && g.id&idBits>>sharedBit == 1
}
