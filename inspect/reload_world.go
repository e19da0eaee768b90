package inspect

import (
	"bytes"
	"fmt"
	"sort"
	"strings"

	"lunarium/runtime/bytecode"
	"lunarium/runtime/vm"
)

// ref is upvalue index of a closure.
type ref struct {
	closure *vm.Closure
	index   int
}

func (r ref) value() vm.Value { return r.closure.Upvalue(r.index) }

// slot is a local variable of a file's outermost block.
type slot struct {
	ref
	name string
}

// variables are a file's outermost variables by name and, for those that share
// a name, their order.
type variables map[string]slot

// survey walks everything that can be reached from roots, short of the
// libraries.
type survey struct {
	st     *vm.State
	seen   map[any]bool
	work   []vm.Value
	inTab  func(t *vm.Table)
	inFunc func(c *vm.Closure)
}

func (s *survey) push(v vm.Value) {
	if id := any(v.Identity()); v.Identity() != nil && !s.seen[id] && (v.IsTable() || v.AsClosure() != nil) {
		s.seen[id] = true
		s.work = append(s.work, v)
	}
}

// builtIn tells whether a loaded module is one of the program's own.
func builtIn(module entry, st *vm.State) bool {
	name, _ := module.key.AsString()
	return name == "skynet" || strings.HasPrefix(name, "skynet.") || isLibrary(module.value, st)
}

// explore calls inTab and inFunc for each table and closure before it goes on
// into them.
func explore(st *vm.State, roots []vm.Value, inTab func(*vm.Table), inFunc func(*vm.Closure)) {
	s := &survey{st: st, seen: map[any]bool{}, inTab: inTab, inFunc: inFunc}
	s.seen[any(vm.TableValue(st.Globals).Identity())] = true
	if loaded := st.Registry.GetString("_LOADED").AsTable(); loaded != nil {
		s.seen[any(vm.TableValue(loaded).Identity())] = true
		for _, e := range entriesOf(loaded) {
			if id := e.value.Identity(); id != nil && builtIn(e, st) {
				s.seen[any(id)] = true
			}
		}
	}
	for _, v := range roots {
		s.push(v)
	}
	for len(s.work) > 0 {
		v := s.work[0]
		s.work = s.work[1:]
		s.visit(v)
	}
}

func (s *survey) visit(v vm.Value) {
	if t := v.AsTable(); t != nil {
		s.inTab(t)
		s.push(vm.TableValue(t.Metatable()))
		t.Entries(func(k, v vm.Value) bool { s.push(k); s.push(v); return true })
		return
	}
	c := v.AsClosure()
	s.inFunc(c)
	for i := range c.Upvalues() {
		s.push(c.Upvalue(i))
	}
}

// substitute replaces values wherever tables and closures hold them.
func substitute(st *vm.State, roots []vm.Value, other func(vm.Value) (vm.Value, bool)) {
	explore(st, roots, func(t *vm.Table) {
		for _, e := range entriesOf(t) {
			if v, ok := other(e.value); ok {
				t.Set(e.key, v)
			}
		}
		if v, ok := other(vm.TableValue(t.Metatable())); ok && v.IsTable() {
			st.SetMetatable(t, v.AsTable())
		}
	}, func(c *vm.Closure) {
		for i := range c.Upvalues() {
			if v, ok := other(c.Upvalue(i)); ok {
				c.SetUpvalue(i, v)
			}
		}
	})
}

// holders finds which closures hold which variables.
func holders(st *vm.State, roots []vm.Value) map[vm.Cell][]ref {
	found := map[vm.Cell][]ref{}
	explore(st, roots, func(*vm.Table) {}, func(c *vm.Closure) {
		for i := range c.Upvalues() {
			found[c.Cell(i)] = append(found[c.Cell(i)], ref{c, i})
		}
	})
	return found
}

// fileVariables finds the variables of a file's outermost block.
func fileVariables(st *vm.State, roots []vm.Value, file *vm.Code) variables {
	found := variables{}
	explore(st, roots, func(*vm.Table) {}, func(c *vm.Closure) {
		if rootOf(c.Code()) != file {
			return
		}
		for i := range c.Upvalues() {
			key := fileKey(c.Code(), i)
			if _, known := found[key]; key != "" && !known {
				found[key] = slot{ref{c, i}, c.UpvalueName(i)}
			}
		}
	})
	return found
}

func rootOf(c *vm.Code) *vm.Code {
	for c.Parent() != nil {
		c = c.Parent()
	}
	return c
}

// fileKey gives the key of upvalue i among its file's variables, "" when it is
// not one of the outermost block.
func fileKey(c *vm.Code, i int) string {
	name := c.Proto().Upvalues[i].Name
	for c.Parent() != nil {
		u := c.Proto().Upvalues[i]
		if u.InStack {
			if c.Parent().Parent() != nil {
				return ""
			}
			return outermost(c.Parent().Proto(), int(u.Index), name)
		}
		c, i = c.Parent(), int(u.Index)
	}
	return ""
}

// outermost names the variable in a register of a main chunk. Variables that
// live until its end occupy the registers in the order of their declaration.
func outermost(p *bytecode.Proto, register int, name string) string {
	index, same := 0, 0
	for _, local := range p.Locals {
		if local.EndPC < len(p.Code) {
			continue
		}
		if index == register {
			if local.Name != name {
				return ""
			}
			if same > 0 {
				return fmt.Sprintf("%s#%d", name, same+1)
			}
			return name
		}
		if local.Name == name {
			same++
		}
		index++
	}
	return ""
}

// nameFunctions adds a file's functions by name, with a fingerprint of what
// they do: what a module gives, variables, members of tables, globals, handlers.
func nameFunctions(found map[string]string, st *vm.State, u unit, code *vm.Code, w *world, vars variables) {
	n := namer{found, code, map[*vm.Table]bool{}}
	if u.module != "" {
		n.note(u.module, w.result(), 4)
	}
	for _, key := range sortedNames(vars) {
		n.note(u.place(key), vars[key].value(), 4)
	}
	if w.env != nil {
		n.members("", w.env, 4)
	}
	for name, handler := range w.allHandlers() {
		n.note(name, handler, 3)
	}
	innerFunctions(found, st, w.roots(), code)
}

// tableFunctions is nameFunctions for the functions that a table holds, whatever
// file they are from.
func tableFunctions(found map[string]string, t *vm.Table) {
	n := namer{found, nil, map[*vm.Table]bool{}}
	n.members("", t, 4)
}

// place names a variable of the unit's file for people.
func (u unit) place(name string) string {
	if u.module == "" {
		return name
	}
	return u.module + ": " + name
}

type namer struct {
	found map[string]string
	file  *vm.Code // whose functions are wanted; nil: all
	seen  map[*vm.Table]bool
}

func (n *namer) note(name string, v vm.Value, depth int) {
	if c := v.AsClosure(); c != nil {
		if n.file == nil || rootOf(c.Code()) == n.file {
			n.found[name] = fingerprint(c.Code().Proto())
		}
		return
	}
	if t := v.AsTable(); t != nil && depth > 0 && !n.seen[t] {
		n.seen[t] = true
		n.members(name+".", t, depth-1)
		n.note(name, vm.TableValue(t.Metatable()), depth-1)
	}
}

func (n *namer) members(prefix string, t *vm.Table, depth int) {
	for _, e := range entriesOf(t) {
		if key, ok := e.key.AsString(); ok {
			n.note(prefix+key, e.value, depth)
		}
	}
}

// innerFunctions adds the functions of a file that only other functions hold,
// by themselves or in tables.
func innerFunctions(found map[string]string, st *vm.State, roots []vm.Value, file *vm.Code) {
	inner := map[string]string{}
	note := func(name string, v vm.Value) {
		if c := v.AsClosure(); c != nil && rootOf(c.Code()) == file {
			inner[name] = fingerprint(c.Code().Proto())
		}
	}
	explore(st, roots, func(*vm.Table) {}, func(c *vm.Closure) {
		for i := range c.Upvalues() {
			name, held := c.UpvalueName(i), c.Upvalue(i)
			if name == "" || name == "_ENV" || fileKey(c.Code(), i) != "" {
				continue
			}
			note(name, held)
			if t := held.AsTable(); t != nil {
				for _, e := range entriesOf(t) {
					if key, ok := e.key.AsString(); ok {
						note(name+"."+key, e.value)
					}
				}
			}
		}
	})
	for name, print := range inner {
		if _, known := found[name]; !known {
			found[name] = print
		}
	}
}

func sortedNames[V any](m map[string]V) []string {
	list := make([]string, 0, len(m))
	for name := range m {
		list = append(list, name)
	}
	sort.Strings(list)
	return list
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
// library, or a table of functions.
func isState(v vm.Value, st *vm.State) bool {
	if v.IsNil() || v.IsFunction() || isLibrary(v, st) {
		return false
	}
	t := v.AsTable()
	if t == nil {
		return true
	}
	for _, e := range registered(st, "_LOADED") {
		if vm.Same(e.value, v) {
			return false
		}
	}
	functions, data := members(t)
	return functions == 0 || data > 0
}

// isData tells whether a table holds more than functions.
func isData(t *vm.Table) bool {
	_, data := members(t)
	return data > 0
}

// members counts what a table holds, itself counting as a function.
func members(t *vm.Table) (functions, data int) {
	t.Entries(func(_, member vm.Value) bool {
		if member.IsFunction() || member.AsTable() == t {
			functions++
		} else {
			data++
		}
		return true
	})
	return functions, data
}
