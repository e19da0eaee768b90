package json

import (
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// library is the module in one state.
type library struct {
	null          vm.Value
	array, object *vm.Table // the metatables that json.array and json.object set
}

// null is what json.null wraps.
type null struct{}

var nulls = kit.Kind[null]{Name: "null"}

// kindField is the field of a metatable that says what encode makes of its
// tables, "array" or "object". dkjson uses the same name.
const kindField = "__jsontype"

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

// mark gives a table the metatable of its kind; without a table a new one.
func (l *library) mark(t *vm.Thread, kind *vm.Table) int {
	if t.Arg(1).IsNil() {
		table := t.State().NewTable(0, 0)
		t.State().SetMetatable(table, kind)
		return t.Return(vm.TableValue(table))
	}
	table := t.CheckTable(1)
	if meta := table.Metatable(); meta != nil && meta != l.array && meta != l.object {
		t.ArgError(1, `the table has a metatable; set its field "`+kindField+`"`)
	}
	t.State().SetMetatable(table, kind)
	return t.Return(t.Arg(1))
}

// kindOf gives "array", "object", or "" for a table without a mark.
func kindOf(table *vm.Table) string {
	if meta := table.Metatable(); meta != nil {
		kind, _ := meta.GetString(kindField).AsString()
		return kind
	}
	return ""
}

func isNull(v vm.Value) bool {
	_, is := nulls.Of(v)
	return is
}
