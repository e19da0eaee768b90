package host

import (
	"strconv"

	"lunarium/runtime/vm"
)

// This file is where libraries keep the Lua functions that they call when
// something happens outside: the handlers of requests and subscriptions. They
// lie in a Lua table, not in Go, so that a reload finds them and can put new
// code in their place.

const heldKey = "_HELD"

// Hold keeps a handler under a name, such as "http 127.0.0.1:8080", until
// Release. The key is what Held finds it by: the name, with a number when it is
// taken. Not real: the code is only tried (vm.Isolation), and nothing must be opened.
func Hold(s *vm.State, name string, handler vm.Value) (key string, real bool) {
	table, isolation := held(s, true), s.Isolation()
	if isolation != nil {
		table = isolation.Handlers
	}
	key = name
	for n := 2; !table.GetString(key).IsNil(); n++ {
		key = name + "#" + strconv.Itoa(n)
	}
	table.SetString(key, handler)
	return key, isolation == nil
}

// Held gives the handler of a key as it is now; nil when it was released.
func Held(s *vm.State, key string) vm.Value {
	if table := held(s, false); table != nil {
		return table.GetString(key)
	}
	return vm.Nil
}

// Release forgets the handler of a key.
func Release(s *vm.State, key string) {
	if table := held(s, false); table != nil {
		table.SetString(key, vm.Nil)
	}
}

// HeldTable gives all handlers by key; nil when none was ever held.
func HeldTable(s *vm.State) *vm.Table { return held(s, false) }

func held(s *vm.State, make bool) *vm.Table {
	table := s.Registry.GetString(heldKey).AsTable()
	if table == nil && make {
		table = s.NewTable(0, 1)
		s.Registry.SetString(heldKey, vm.TableValue(table))
	}
	return table
}
