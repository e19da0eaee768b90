package inspect

import (
	"bytes"
	"cmp"
	"maps"
	"slices"

	"lunarium/runtime/bytecode"
	"lunarium/runtime/vm"
)

// This file names a file's functions and variables for people, and tells what is
// state.

// nameFunctions adds a file's functions by name, with a fingerprint of what
// they do: what a module gives, variables, members of tables, globals, handlers.
func nameFunctions(found map[string]string, named map[*vm.Code]bool, u unit, code *vm.Code, w *world) {
	n := newNamer(found, named, code)
	globals := w.Universe().Globals()
	n.seen[globals] = true // whatever else leads to them, such as _G
	if u.module != "" {
		n.note(u.module, w.loaded().GetString(u.module), 4)
	}
	vars := w.variables()[code]
	for _, key := range slices.Sorted(maps.Keys(vars)) {
		if key != environment {
			n.note(u.place(key), vars[key].value(), 4)
		}
	}
	n.members("", globals, 4)
	handlers := w.allHandlers()
	for _, name := range slices.Sorted(maps.Keys(handlers)) {
		n.note(name, handlers[name], 3)
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

// place names a variable of the unit's file for people.
func (u unit) place(name string) string {
	if u.module == "" {
		return name
	}
	return u.module + ": " + name
}

// namer names functions. A table that several ways lead to is gone through on the
// shortest one: those that are found are gone through one after the other.
type namer struct {
	found map[string]string
	named map[*vm.Code]bool // those that were found
	file  *vm.Code          // whose functions are wanted; nil: all
	seen  map[*vm.Table]bool
	next  []func() // goes through a table that was found
}

func newNamer(found map[string]string, named map[*vm.Code]bool, file *vm.Code) *namer {
	return &namer{found: found, named: named, file: file, seen: map[*vm.Table]bool{}}
}

func (n *namer) walk() {
	for ; len(n.next) > 0; n.next = n.next[1:] {
		n.next[0]()
	}
}

func (n *namer) note(name string, v vm.Value, depth int) {
	if c := v.AsClosure(); c != nil {
		if n.file == nil || rootOf(c.Code()) == n.file {
			n.found[name] = fingerprint(c.Code().Proto())
			n.named[c.Code()] = true
		}
		return
	}
	if t := v.AsTable(); t != nil && depth > 0 {
		n.next = append(n.next, func() {
			if n.seen[t] {
				return
			}
			n.seen[t] = true
			n.members(name+".", t, depth-1)
			n.note(name, vm.TableValue(t.Metatable()), depth-1)
		})
	}
}

func (n *namer) members(prefix string, t *vm.Table, depth int) {
	type member struct {
		name  string
		value vm.Value
	}
	var list []member
	t.Touched(func(key, value vm.Value) bool {
		if name, ok := key.AsString(); ok {
			list = append(list, member{name, value})
		}
		return true
	})
	slices.SortFunc(list, func(a, b member) int {
		return cmp.Or(cmp.Compare(len(a.name), len(b.name)), cmp.Compare(a.name, b.name))
	})
	for _, m := range list {
		n.note(prefix+m.name, m.value, depth)
	}
}

// innerFunctions adds the functions of a file that only other functions hold,
// by themselves or in tables.
func innerFunctions(found map[string]string, named map[*vm.Code]bool, functions []*vm.Closure, file *vm.Code) {
	inner := map[string]string{}
	note := func(name string, v vm.Value) {
		if c := v.AsClosure(); c != nil && rootOf(c.Code()) == file {
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
				if key, ok := e.key.AsString(); ok {
					note(name+"."+key, e.value)
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

// fingerprint is equal for functions that differ in their place only.
func fingerprint(p *bytecode.Proto) string {
	c := placeless(p)
	names := ""
	for i, u := range p.Upvalues {
		names += u.Name + ","
		c.Upvalues[i].InStack, c.Upvalues[i].Index = false, 0
	}
	return names + string(bytecode.Dump(c, true))
}

// ownText is equal for functions that differ in their place, or in the functions
// written inside them, only.
func ownText(p *bytecode.Proto) string {
	c := *p
	c.Protos = nil
	return fingerprint(&c)
}

// sameText tells whether two chunks were compiled from the same text, whatever
// the name of their file.
func sameText(a, b *bytecode.Proto) bool {
	return bytes.Equal(bytecode.Dump(nameless(a), false), bytecode.Dump(nameless(b), false))
}

func nameless(p *bytecode.Proto) *bytecode.Proto {
	c := *p
	c.Source = ""
	c.Protos = make([]*bytecode.Proto, len(p.Protos))
	for i, nested := range p.Protos {
		c.Protos[i] = nameless(nested)
	}
	return &c
}

func placeless(p *bytecode.Proto) *bytecode.Proto {
	c := *p
	c.LineDefined, c.LastLineDefined = 0, 0
	c.Upvalues = append([]bytecode.UpvalueDesc(nil), p.Upvalues...)
	c.Protos = make([]*bytecode.Proto, len(p.Protos))
	for i, nested := range p.Protos {
		c.Protos[i] = placeless(nested)
	}
	return &c
}

// isState tells whether a variable's value is state, and not a function, a
// library, or a table of functions by name.
func isState(v vm.Value, st *vm.State) bool {
	if v.IsNil() || v.IsFunction() || isLibrary(v, st) {
		return false
	}
	t := v.AsTable()
	if t == nil {
		return true
	}
	for _, e := range touched(loadedModules(st)) {
		if vm.Same(e.value, v) {
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
