package inspect

import (
	"sort"

	"lunarium/runtime/vm"
)

// Variable is a local variable that functions of a service hold as an upvalue:
// where its value is, under which name, and where it was declared.
type Variable struct {
	Name      string
	Cell      vm.Cell
	Closure   *vm.Closure // one that holds it, as upvalue Index
	Index     int
	FileLevel bool   // declared at the top of a file, not inside a function
	Chunk     string // of the function that holds it
	order     int
}

// Value gives the variable's value.
func (v *Variable) Value() vm.Value { return v.Closure.Upvalue(v.Index) }

// Set changes the variable for every function that shares it.
func (v *Variable) Set(value vm.Value) { v.Closure.SetUpvalue(v.Index, value) }

// Variables finds the local variables that a service's functions hold, by
// walking everything that can be reached from roots. Those of library files
// (whose chunk is not among the service's own) are included last; file-level
// ones come first, in the order in which they were found.
func Variables(roots []vm.Value) []Variable {
	w := walk(roots, func(vm.Value) {})
	sort.SliceStable(w.found, func(i, j int) bool {
		a, b := &w.found[i], &w.found[j]
		if a.FileLevel != b.FileLevel {
			return a.FileLevel
		}
		return a.order < b.order
	})
	return w.found
}

// walk visits everything that can be reached from roots, each once.
func walk(roots []vm.Value, visit func(vm.Value)) walker {
	w := walker{seen: map[vm.Identity]bool{}, cells: map[vm.Cell]bool{}}
	for _, root := range roots {
		w.push(root)
	}
	for len(w.work) > 0 {
		v := w.work[0]
		w.work = w.work[1:]
		visit(v)
		w.visit(v)
	}
	return w
}

type walker struct {
	seen  map[vm.Identity]bool
	cells map[vm.Cell]bool
	work  []vm.Value
	found []Variable
}

func (w *walker) push(v vm.Value) {
	if id := v.Identity(); id != nil && !w.seen[id] {
		w.seen[id] = true
		w.work = append(w.work, v)
	}
}

func (w *walker) visit(v vm.Value) {
	if t := v.AsTable(); t != nil {
		w.push(vm.TableValue(t.Metatable()))
		w.visitEntries(t)
		return
	}
	closure := v.AsClosure()
	if closure == nil {
		return
	}
	code := closure.Code()
	for i := range closure.Upvalues() {
		cell := closure.Cell(i)
		if !w.cells[cell] {
			w.cells[cell] = true
			if name := closure.UpvalueName(i); name != "" && name != "_ENV" {
				declarer := code.Declarer(i)
				w.found = append(w.found, Variable{
					Name: name, Cell: cell, Closure: closure, Index: i,
					FileLevel: declarer != nil && declarer.Parent() == nil,
					Chunk:     code.Proto().Source, order: len(w.found),
				})
			}
		}
		w.push(closure.Upvalue(i))
	}
}

// visitEntries goes on to what a table holds: functions in order of their
// keys, so that the variables are found in the same order each time, and then
// the rest.
func (w *walker) visitEntries(t *vm.Table) {
	var functions []entry
	t.Entries(func(k, v vm.Value) bool {
		if v.IsFunction() {
			functions = append(functions, entry{k, v})
		}
		return true
	})
	sort.SliceStable(functions, func(i, j int) bool { return keyBefore(functions[i].key, functions[j].key) })
	for _, e := range functions {
		w.push(e.value)
	}
	t.Entries(func(k, v vm.Value) bool {
		w.push(k)
		w.push(v)
		return true
	})
}
