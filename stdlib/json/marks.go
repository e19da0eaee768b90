package json

import (
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds null, and the marks of arrays and objects.

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
