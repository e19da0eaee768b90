package vm

import (
	"maps"
	"slices"
)

// This file holds sets of Go functions, as tables of one state.

// Library is a set of Go functions under the names that Lua code calls them by.
type Library map[string]func(*Thread) int

// NewLibrary makes a table of a library's functions for this state alone: for
// functions that hold something of it, and modules that few states load. What
// every state has is a Template.
func (s *State) NewLibrary(lib Library) *Table {
	t := s.NewTable(0, len(lib))
	t.marks |= ofLibrary
	s.addLibrary(t, lib)
	return t
}

// IsLibrary tells whether the table was made of a library's functions (State.NewLibrary,
// State.Instance), whatever was put into it since.
func (t *Table) IsLibrary() bool { return t.marks&ofLibrary != 0 }

// addLibrary adds a library's functions to a table.
func (s *State) addLibrary(t *Table, lib Library) {
	for _, name := range slices.Sorted(maps.Keys(lib)) {
		t.SetString(name, s.NewFunction(name, lib[name]))
	}
}
