package json

import (
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds the module and its functions.

// Open makes the module's table.
func Open(s *vm.State) vm.Value {
	l := &library{array: s.NewTable(0, 1), object: s.NewTable(0, 1)}
	l.array.SetString(kindField, vm.String("array"))
	l.object.SetString(kindField, vm.String("object"))
	meta := s.NewLibrary(vm.Library{"__tostring": func(t *vm.Thread) int { return t.Return(vm.String("null")) }})
	l.null = nulls.New(s, null{}, meta)
	s.Collector().AddRoots("json", func(visit func(*vm.Value)) {
		visit(&l.null)
		kit.VisitTables(visit, l.array, l.object)
	})
	table := s.NewLibrary(l.functions().Bound())
	table.SetString("null", l.null)
	return vm.TableValue(table)
}

// functions are the module's.
func (l *library) functions() kit.Library {
	return kit.Library{Name: "json", Functions: []kit.Function{
		kit.Fn("encode", "value [, options]", kit.None, "gives a value as JSON",
			l.encode),
		kit.Fn("decode", "text [, options]", kit.None, "gives the value of JSON",
			l.decode),
		kit.Fn("array", "[table]", kit.None, "has a table encoded as an array",
			func(t *vm.Thread) int { return l.mark(t, l.array) }),
		kit.Fn("object", "[table]", kit.None, "has a table encoded as an object",
			func(t *vm.Thread) int { return l.mark(t, l.object) }),
	}}
}

// Declarations gives what the module consists of.
func Declarations() []kit.Library { return []kit.Library{(*library)(nil).functions()} }
