package lua

import (
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds the library table.

// tableFunctions are the functions of the library table.
var tableFunctions = kit.Library{Name: "table", Functions: []kit.Function{
	kit.Fn("concat", "list [, separator [, from [, to]]]", kit.None, "joins strings and numbers",
		tableConcat),
	kit.Fn("deepcopy", "value", kit.None, "copies a table and every table that it leads to",
		tableDeepcopy),
	kit.Fn("insert", "list, [position,] value", kit.None, "puts an element at a position, or at the end",
		tableInsert),
	kit.Fn("maxn", "table", kit.None, "gives the largest positive number among the keys",
		tableMaxn),
	kit.Fn("move", "from, first, last, to [, target]", kit.None, "copies elements to another place",
		tableMove),
	kit.Fn("pack", "...", kit.None, "makes a list of its arguments, with their number as n",
		tablePack),
	kit.Fn("remove", "list [, position]", kit.None, "takes an element away, and gives it",
		tableRemove),
	kit.Fn("sort", "list [, before]", kit.None, "sorts a list in place, by a function when one is given",
		tableSort),
	kit.Fn("unpack", "list [, from [, to]]", kit.None, "gives the elements",
		tableUnpack),
}}

// tableTemplate is the table library (manual section 6.5), with Lua 5.3's move
// and with deepcopy.
var tableTemplate = vm.NewTemplate("table", tableFunctions.Bound())

func tableInsert(t *vm.Thread) int {
	table, n := listLength(t, 1)
	switch t.NArgs() {
	case 2:
		table.SetInt(n+1, t.Arg(2))
	case 3:
		position := t.CheckInt32(2)
		if position < 1 || position > n+1 {
			t.ArgError(2, "position out of bounds")
		}
		for i := n + 1; i > position; i-- {
			table.SetInt(i, table.GetInt(i-1))
			pollAt(t, i)
		}
		table.SetInt(position, t.Arg(3))
	default:
		t.Errorf("wrong number of arguments to 'insert'")
	}
	return 0
}

func tableRemove(t *vm.Thread) int {
	table, n := listLength(t, 1)
	position := t.OptInt32(2, n)
	if position != n && (position < 1 || position > n+1) {
		t.ArgError(1, "position out of bounds")
	}
	removed := table.GetInt(position)
	for ; position < n; position++ {
		table.SetInt(position, table.GetInt(position+1))
		pollAt(t, position)
	}
	table.SetInt(position, vm.Nil)
	return t.Return(removed)
}

func tableConcat(t *vm.Thread) int {
	separator := t.OptString(2, "")
	table := t.CheckTable(1)
	first := t.OptInt32(3, 1)
	last := 0
	if t.Arg(4).IsNil() {
		_, last = listLength(t, 1)
	} else {
		last = t.CheckInt32(4)
	}
	if first > last {
		return t.Return(vm.String(""))
	}
	if first == last {
		return t.Return(vm.String(fieldText(t, table, first)))
	}
	out := reserve(t, nil, joinedSize(t, table, first, last, len(separator)))
	for i := first; ; i++ {
		pollAt(t, i)
		if s, ok := table.GetInt(i).AsString(); ok {
			for from, to := range pieces(t, len(s)) {
				out = put(t, out, s[from:to])
			}
		} else {
			out = put(t, out, fieldText(t, table, i))
		}
		if i == last {
			break
		}
		out = put(t, out, separator)
	}
	return t.Return(vm.Bytes(out))
}

// joinedSize estimates the length of a concatenation: exact when all elements
// are strings, 0 when there is an element that cannot be joined. It raises the
// error of a result that is too long.
func joinedSize(t *vm.Thread, table *vm.Table, first, last, separator int) int {
	const number = 8
	size := 0
	for i := first; ; i++ {
		pollAt(t, i)
		v := table.GetInt(i)
		if s, ok := v.AsString(); ok {
			size += len(s)
		} else if v.IsNumber() {
			size += number
		} else {
			return 0
		}
		if size > vm.MaxString {
			t.Errorf("resulting string too large")
		}
		if i == last {
			return size
		}
		size += separator
	}
}

func fieldText(t *vm.Thread, table *vm.Table, i int) string {
	v := table.GetInt(i)
	s, ok := vm.ToString(v)
	if !ok {
		t.Errorf("invalid value (%s) at index %d in table for 'concat'", v.Type(), i)
	}
	return s
}

func tablePack(t *vm.Thread) int {
	table := t.PackArgs(1, 1)
	table.SetString("n", vm.Int(t.NArgs()))
	return t.Return(vm.TableValue(table))
}

// maxUnpack is how many values one unpack may return; the machine's stack
// holds a million.
const maxUnpack = 999_000

func tableUnpack(t *vm.Thread) int {
	table := t.CheckTable(1)
	first := t.OptInt32(2, 1)
	last := 0
	if t.Arg(3).IsNil() {
		_, last = listLength(t, 1)
	} else {
		last = t.CheckInt32(3)
	}
	if first > last {
		return 0
	}
	n := last - first + 1
	if n <= 0 || n >= maxUnpack {
		t.Errorf("too many results to unpack")
	}
	for i := first; ; i++ {
		pollAt(t, i)
		t.Push(table.GetInt(i))
		if i == last {
			return n
		}
	}
}

func tableMaxn(t *vm.Thread) int {
	largest := 0.0
	seen := 0
	t.CheckTable(1).Entries(func(k, _ vm.Value) bool {
		seen++
		pollAt(t, seen)
		if f, ok := k.AsNumber(); ok && f > largest {
			largest = f
		}
		return true
	})
	return t.Return(vm.Number(largest))
}

// tableMove is Lua 5.3's table.move(a1, f, e, t [,a2]).
func tableMove(t *vm.Thread) int {
	source := t.Arg(1)
	t.CheckTable(1)
	first, last, to := t.CheckInt(2), t.CheckInt(3), t.CheckInt(4)
	target := source
	if !t.Arg(5).IsNil() {
		t.CheckTable(5)
		target = t.Arg(5)
	}
	if last < first {
		return t.Return(target)
	}
	const most = 1<<53 - 1
	if first <= 0 && last >= most+first {
		t.ArgError(3, "too many elements to move")
	}
	if to > most-(last-first) {
		t.ArgError(4, "destination wrap around")
	}
	get, set := accessors(t, source, target)
	if to > last || to <= first || !vm.Same(source, target) {
		for i := 0; i <= last-first; i++ {
			set(to+i, get(first+i))
			pollAt(t, i)
		}
	} else {
		for i := last - first; i >= 0; i-- {
			set(to+i, get(first+i))
			pollAt(t, i)
		}
	}
	return t.Return(target)
}

// accessors give element access that honours metamethods where there are any.
func accessors(t *vm.Thread, source, target vm.Value) (get func(int) vm.Value, set func(int, vm.Value)) {
	get, set = source.AsTable().GetInt, target.AsTable().SetInt
	if source.AsTable().Metatable() != nil {
		get = func(i int) vm.Value { return t.Index(source, vm.Int(i)) }
	}
	if target.AsTable().Metatable() != nil {
		set = func(i int, v vm.Value) { t.SetIndex(target, vm.Int(i), v) }
	}
	return get, set
}
