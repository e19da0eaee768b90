package kit

import "lunarium/runtime/vm"

// This file holds objects: Go values in the hands of Lua code, their methods, and what a
// library keeps for them.

// Kind is a kind of objects, which wrap a T.
type Kind[T any] struct {
	Name string // what errors call it: "pool expected, got table"
	// Over says why an object can't be used any more, nil while it can; nil when all
	// always can.
	Over func(T) error
}

// New wraps a value for Lua code. The kind is told by the value's type alone: a
// metatable is what Lua code sees of it.
func (k Kind[T]) New(s *vm.State, data T, metatable *vm.Table) vm.Value {
	return vm.UserdataValue(s.NewUserdata(data, metatable))
}

// Of gives what a value wraps; false when it is not of the kind.
func (k Kind[T]) Of(v vm.Value) (data T, ok bool) {
	if u := v.AsUserdata(); u != nil {
		data, ok = u.Data.(T)
	}
	return data, ok
}

// Check demands an object of the kind as argument i, whether it can be used or not.
func (k Kind[T]) Check(t *vm.Thread, i int) T {
	data, ok := k.Of(t.Arg(i))
	if !ok {
		t.TypeError(i, k.Name)
	}
	return data
}

// CheckUsable demands an object of the kind that can be used as argument i.
func (k Kind[T]) CheckUsable(t *vm.Thread, i int) T {
	data := k.Check(t, i)
	if k.Over != nil {
		if err := k.Over(data); err != nil {
			t.Errorf("%s", err)
		}
	}
	return data
}

// Metatable makes the metatable of objects whose methods a library holds; meta are
// further metamethods.
func (l Library) Metatable(s *vm.State, meta vm.Library) *vm.Table {
	table := s.NewLibrary(meta)
	table.SetString("__index", vm.TableValue(s.NewLibrary(l.Bound())))
	return table
}

// VisitTables visits tables that a library keeps (vm.Collector.AddRoots).
func VisitTables(visit func(*vm.Value), tables ...*vm.Table) {
	for _, table := range tables {
		v := vm.TableValue(table)
		visit(&v)
	}
}
