package reload

import (
	"cmp"
	"maps"
	"slices"

	"lunarium/inspect/live"
	"lunarium/runtime/vm"
)

// This file names a file's functions and variables for people, and tells what is
// state.

// nameFunctions adds a file's functions by name, with a fingerprint of what
// they do: what a module gives, variables, members of tables, globals, handlers.
func nameFunctions(found map[string]string, named map[*vm.Code]bool, u unit, code *vm.Code, w *world) {
	n := newNamer(found, named, code)
	globals := w.Universe().Globals()
	n.seen.Add(vm.TableValue(globals)) // whatever else leads to them, such as _G
	if u.module != "" {
		n.note("", u.module, w.loaded().GetString(u.module), 4)
	}
	vars := w.variables()[code]
	for _, key := range slices.Sorted(maps.Keys(vars)) {
		if key != environment {
			n.note("", u.place(key), vars[key].value(), 4)
		}
	}
	n.members("", globals, 4)
	handlers := w.allHandlers()
	for _, name := range slices.Sorted(maps.Keys(handlers)) {
		n.note("", name, handlers[name], 3)
	}
	n.walk()
	innerFunctions(found, named, w.functions(), code)
}

// tableFunctions is nameFunctions for the functions that a table holds, whatever
// file they are from.
func tableFunctions(found map[string]string, t *vm.Table) {
	n := newNamer(found, map[*vm.Code]bool{}, nil)
	n.members("", t, 4)
	n.walk()
}

// namer names functions. A table that several ways lead to is gone through on the
// shortest one: those that are found are gone through one after the other.
type namer struct {
	found map[string]string
	named map[*vm.Code]bool // those that were found
	file  *vm.Code          // whose functions are wanted; nil: all
	seen  vm.Objects        // tables
	next  []*namedTable     // to be gone through
}

// namedTable is a table that was found.
type namedTable struct {
	prefix, name string // together
	table        *vm.Table
	depth        int
}

func newNamer(found map[string]string, named map[*vm.Code]bool, file *vm.Code) *namer {
	return &namer{found: found, named: named, file: file}
}

func (n *namer) walk() {
	for ; len(n.next) > 0; n.next = n.next[1:] {
		t := n.next[0]
		if n.seen.Has(vm.TableValue(t.table)) {
			continue
		}
		n.seen.Add(vm.TableValue(t.table))
		n.members(t.prefix+t.name+".", t.table, t.depth-1)
		n.note(t.prefix, t.name, vm.TableValue(t.table.Metatable()), t.depth-1)
	}
}

// note notes what stands under a name. That is put together for what leads to functions:
// there may be very many records.
func (n *namer) note(prefix, name string, v vm.Value, depth int) {
	if c := v.AsClosure(); c != nil {
		if n.file == nil || live.MainChunk(c.Code()) == n.file {
			n.found[prefix+name] = fingerprint(c.Code().Proto())
			n.named[c.Code()] = true
		}
		return
	}
	if t := v.AsTable(); t != nil && depth > 0 && (t.Metatable() != nil || hasMembers(t)) {
		n.next = append(n.next, &namedTable{prefix, name, t, depth})
	}
}

func (n *namer) members(prefix string, t *vm.Table, depth int) {
	var list []member
	eachMember(t, func(m member) bool { list = append(list, m); return true })
	slices.SortFunc(list, func(a, b member) int {
		return cmp.Or(cmp.Compare(len(a.name), len(b.name)), cmp.Compare(a.name, b.name))
	})
	for _, m := range list {
		n.note(prefix, m.name, m.value, depth)
	}
}

// member is a function or a table that a table holds by name.
type member struct {
	name  string
	value vm.Value
}

// eachMember calls f for the members of a table until f returns false.
func eachMember(t *vm.Table, f func(member) bool) {
	t.Touched(func(key, value vm.Value) bool {
		name, ok := key.AsString()
		return !ok || value.AsClosure() == nil && !value.IsTable() || f(member{name, value})
	})
}

func hasMembers(t *vm.Table) (has bool) {
	eachMember(t, func(member) bool { has = true; return false })
	return has
}

// innerFunctions adds the functions of a file that only other functions hold,
// by themselves or in tables.
func innerFunctions(found map[string]string, named map[*vm.Code]bool, functions []*vm.Closure, file *vm.Code) {
	inner := map[string]string{}
	note := func(name string, v vm.Value) {
		if c := v.AsClosure(); c != nil && live.MainChunk(c.Code()) == file {
			inner[name] = fingerprint(c.Code().Proto())
			named[c.Code()] = true
		}
	}
	for _, c := range functions {
		for i := range c.Upvalues() {
			name, held := c.UpvalueName(i), c.Upvalue(i)
			if name == "" || fileKey(c.Code(), i) != "" {
				continue
			}
			note(name, held)
			for _, e := range touched(held.AsTable()) {
				if key, ok := e.Key.AsString(); ok {
					note(name+"."+key, e.Value)
				}
			}
		}
	}
	for name, print := range inner {
		if _, known := found[name]; !known {
			found[name] = print
		}
	}
}

// isState tells whether a variable's value is state, and not a function, a
// library, or a table of functions by name.
func isState(v vm.Value, st *vm.State) bool {
	if v.IsNil() || v.IsFunction() || live.IsLibrary(v, st) {
		return false
	}
	t := v.AsTable()
	if t == nil {
		return true
	}
	for _, e := range touched(loadedModules(st)) {
		if vm.Same(e.Value, v) {
			return false
		}
	}
	functions, data := members(t)
	return functions == 0 || data > 0
}

// isData tells whether a table holds more than functions by name.
func isData(t *vm.Table) bool {
	_, data := members(t)
	return data > 0
}

// members counts what a table holds. Itself counts as a function, and a function that no
// name leads to, such as a handler in a list, as data.
func members(t *vm.Table) (functions, data int) {
	t.Entries(func(key, member vm.Value) bool {
		if member.IsFunction() && key.IsString() || member.AsTable() == t {
			functions++
		} else {
			data++
		}
		return true
	})
	return functions, data
}
