package live

import (
	"sort"

	"lunarium/runtime/vm"
)

// This file finds the local variables that functions hold, by walking what can be
// reached.

// Variable is a local variable that functions of a service hold as an upvalue:
// where its value is, under which name, and where it was declared.
type Variable struct {
	Name      string
	Cell      vm.Cell
	Closure   *vm.Closure // one that holds it, as upvalue Index
	Index     int
	FileLevel bool   // declared at the top of a file, not inside a function
	Chunk     string // of the function that holds it
}

// Value gives the variable's value.
func (v *Variable) Value() vm.Value { return v.Closure.Upvalue(v.Index) }

// Set changes the variable for every function that shares it.
func (v *Variable) Set(value vm.Value) { v.Closure.SetUpvalue(v.Index, value) }

// variableAt describes upvalue i of a function.
func variableAt(c *vm.Closure, i int) Variable {
	code := c.Code()
	declarer := code.Declarer(i)
	return Variable{
		Name: c.UpvalueName(i), Cell: c.Cell(i), Closure: c, Index: i,
		FileLevel: declarer != nil && declarer.Parent() == nil,
		Chunk:     code.Proto().Source,
	}
}

// Variables finds the local variables that a service's functions hold, by
// walking everything that can be reached from roots. File-level ones come first,
// in the order in which they were found.
func Variables(roots []vm.Value) []Variable {
	w := newWalker(0, 0)
	w.walk(roots, func(vm.Value) {})
	sort.SliceStable(w.found, func(i, j int) bool { return w.found[i].FileLevel && !w.found[j].FileLevel })
	return w.found
}

// Walk visits everything that can be reached from roots, each once.
func Walk(roots []vm.Value, visit func(vm.Value)) { newWalker(0, 0).walk(roots, visit) }

// walker visits what can be reached, what is nearer first and functions before
// tables.
type walker struct {
	places  int  // of tables that it looks at, 0: all
	longest int  // places of a table that it looks into, 0: any number
	left    bool // something was left out for that

	seen   map[vm.Identity]bool
	cells  map[vm.Cell]bool
	code   []vm.Value // functions that were not visited yet
	data   []vm.Value // the rest, likewise
	looked int
	found  []Variable
}

func newWalker(places, longest int) *walker {
	return &walker{places: places, longest: longest, seen: map[vm.Identity]bool{}, cells: map[vm.Cell]bool{}}
}

func (w *walker) walk(roots []vm.Value, visit func(vm.Value)) {
	for _, root := range roots {
		w.push(root)
	}
	for {
		queue := &w.code
		if len(w.code) == 0 {
			queue = &w.data
		}
		if len(*queue) == 0 {
			return
		}
		if w.places > 0 && w.looked > w.places {
			w.left = true
			return
		}
		v := (*queue)[0]
		*queue = (*queue)[1:]
		visit(v)
		w.visit(v)
	}
}

func (w *walker) push(v vm.Value) {
	id := v.Identity()
	if id == nil || w.seen[id] {
		return
	}
	w.seen[id] = true
	if v.IsFunction() {
		w.code = append(w.code, v)
	} else {
		w.data = append(w.data, v)
	}
}

func (w *walker) visit(v vm.Value) {
	w.looked++
	switch v.Type() {
	case vm.TypeTable:
		t := v.AsTable()
		w.push(vm.TableValue(t.Metatable()))
		if w.longest > 0 && t.Places() > w.longest {
			w.left = true
			return
		}
		w.looked += t.Places()
		w.visitEntries(t)
	case vm.TypeFunction:
		w.visitFunction(v)
	case vm.TypeThread:
		for _, value := range v.AsThread().Debug().Values() {
			w.looked++
			w.push(value)
		}
	case vm.TypeUserdata:
		if u := v.AsUserdata(); u != nil {
			w.push(vm.TableValue(u.Metatable))
			w.push(vm.TableValue(u.User))
		}
	}
}

func (w *walker) visitFunction(v vm.Value) {
	if g := v.AsGo(); g != nil {
		for i := range g.Upvalues() {
			w.push(g.Upvalue(i))
		}
		return
	}
	closure := v.AsClosure()
	for i := range closure.Upvalues() {
		w.looked++
		if cell := closure.Cell(i); !w.cells[cell] {
			w.cells[cell] = true
			if name := closure.UpvalueName(i); name != "" && name != "_ENV" {
				w.found = append(w.found, variableAt(closure, i))
			}
		}
		w.push(closure.Upvalue(i))
	}
}

// visitEntries goes on to what a table holds: functions in order of their
// keys, so that the variables are found in the same order each time, and then
// the rest.
func (w *walker) visitEntries(t *vm.Table) {
	var functions []Entry
	t.Entries(func(k, v vm.Value) bool {
		if v.IsFunction() {
			functions = append(functions, Entry{k, v})
		}
		return true
	})
	sort.SliceStable(functions, func(i, j int) bool { return KeyBefore(functions[i].Key, functions[j].Key) })
	for _, e := range functions {
		w.push(e.Value)
	}
	t.Entries(func(k, v vm.Value) bool {
		w.push(k)
		w.push(v)
		return true
	})
}

func MainChunk(c *vm.Code) *vm.Code {
	for c.Parent() != nil {
		c = c.Parent()
	}
	return c
}
