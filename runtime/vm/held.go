package vm

import "strconv"

// This file is where libraries keep the Lua functions that they call when
// something happens outside: the handlers of requests and subscriptions. They
// lie in a Lua table, not in Go, so that a reload finds them and can put new
// code in their place.

const heldKey = "_HELD"

// Hold keeps a handler under a name, such as "http 127.0.0.1:8080", until
// Release. The key is what Held finds it by: the name, with a number when it is
// taken. Not real: the code is only tried (Isolation), and nothing must be opened.
func (s *State) Hold(name string, handler Value) (key string, real bool) {
	table := s.held(true)
	if s.isolation != nil {
		table = s.isolation.Handlers
	}
	key = name
	for n := 2; !table.GetString(key).IsNil(); n++ {
		key = name + "#" + strconv.Itoa(n)
	}
	table.SetString(key, handler)
	return key, s.isolation == nil
}

// Held gives the handler of a key as it is now; nil when it was released.
func (s *State) Held(key string) Value {
	if table := s.held(false); table != nil {
		return table.GetString(key)
	}
	return Nil
}

// Release forgets the handler of a key.
func (s *State) Release(key string) {
	if table := s.held(false); table != nil {
		table.SetString(key, Nil)
	}
}

// HeldTable gives all handlers by key; nil when none was ever held.
func (s *State) HeldTable() *Table { return s.held(false) }

func (s *State) held(make bool) *Table {
	table := s.Registry.GetString(heldKey).AsTable()
	if table == nil && make {
		table = s.NewTable(0, 1)
		s.Registry.SetString(heldKey, TableValue(table))
	}
	return table
}
