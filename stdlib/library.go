package stdlib

import "lunarium/runtime/vm"

// function is one library function under the name that Lua code calls it by.
type function struct {
	name string
	run  func(*vm.Thread) int
}

// open makes a table of functions and stores it as the global name and in
// package.loaded.
func open(s *vm.State, name string, functions []function) *vm.Table {
	table := s.NewTable(0, len(functions))
	fill(s, table, functions)
	s.Globals.SetString(name, vm.TableValue(table))
	loaded(s).SetString(name, vm.TableValue(table))
	return table
}

// fill adds functions to a table.
func fill(s *vm.State, table *vm.Table, functions []function) {
	for _, f := range functions {
		table.SetString(f.name, s.NewFunction(f.name, f.run))
	}
}

// loaded gives package.loaded, which lives in the registry as _LOADED.
func loaded(s *vm.State) *vm.Table {
	if t := s.Registry.GetString("_LOADED").AsTable(); t != nil {
		return t
	}
	t := s.NewTable(0, 16)
	s.Registry.SetString("_LOADED", vm.TableValue(t))
	return t
}
