package snapshot

import (
	"fmt"

	"lunarium/inspect/live"
	"lunarium/inspect/plain"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file goes through a service's state, on its own thread, and writes it down.

// MostBytes is what a snapshot may take.
const MostBytes = 64 << 20

// TooLargeError says that a state takes more than a snapshot may.
type TooLargeError struct{ Service string }

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%s holds more than a snapshot may take, %d MB; \"heap %[1]s\" tells what is large", e.Service, MostBytes>>20)
}

// walk writes what the places of a service lead to: tables with their entries, functions of
// the program with the variables that no place is; of everything else a description.
type walk struct {
	*writer
	own    service.Self
	state  *vm.State
	places []live.Place
	numbers
	cells   map[vm.Cell]bool // variables that are written
	entries int
	work    *live.Work
	stirred func() bool // whether other code of the service has run; nil: none can
}

func newWalk(own service.Self, places []live.Place) *walk {
	return &walk{
		writer: newWriter(), own: own, state: own.State(), places: places,
		numbers: newNumbers(), cells: map[vm.Cell]bool{},
	}
}

// placesOf gives the places of a service's state: what dump names, what other files' names
// hide, and modules.
func placesOf(own service.Self, work *live.Work) []live.Place {
	names := live.NamesOf(own)
	names.Search(work, live.AnyName)
	return append(append(names.List(), names.Hidden()...), live.Modules(own.State())...)
}

// isGlobal tells whether a place is a global variable rather than one of functions, or a
// module.
func isGlobal(p live.Place) bool { return p.Cell == nil && placeOf(p.Name).before == nil }

// run goes through everything; false when the service did something else meanwhile.
func (w *walk) run() (whole bool, err error) {
	w.writer.count(uint64(len(w.places)))
	for _, p := range w.places {
		w.cells[p.Cell] = true
	}
	for _, p := range w.places {
		w.bytes(p.Name)
		w.item(w.itemOf(p.Get()))
		if isGlobal(p) {
			w.out = append(w.out, 1)
		} else {
			w.out = append(w.out, 0)
		}
	}
	w.cut()
	for i := 0; i < w.numbers.count; i++ {
		w.writeObject(w.object(i))
		if w.size > MostBytes {
			return false, &TooLargeError{w.own.Handle()}
		}
		if w.work.Rest(1); w.stirred != nil && w.stirred() {
			return false, nil
		}
	}
	return true, nil
}

// itemOf gives a value as an item; an object gets a number when it is met.
func (w *walk) itemOf(v vm.Value) item {
	kind := kindOf(v)
	if kind < plain.Table {
		return plainItem(v)
	}
	return item{kind: kind, object: w.of(v)}
}

func kindOf(v vm.Value) plain.Kind {
	switch v.Type() {
	case vm.TypeNil:
		return plain.Nil
	case vm.TypeBoolean:
		return plain.Boolean
	case vm.TypeNumber:
		return plain.Number
	case vm.TypeString:
		return plain.String
	case vm.TypeTable:
		return plain.Table
	case vm.TypeFunction:
		return plain.Function
	case vm.TypeThread:
		return plain.Thread
	}
	return plain.Userdata
}

func (w *walk) writeObject(v vm.Value) {
	kind := kindOf(v)
	switch t, c := v.AsTable(), v.AsClosure(); {
	case t != nil && !w.isLibrary(t):
		w.writeTable(t)
	case c != nil && live.OwnChunk(c.Code().Proto().Source):
		w.writeFunction(c)
	case t != nil:
		w.begin(kind, "library", v.Sequence(), -1, 0)
	default:
		described := live.Describe(nil, plain.DefaultLimits, v)[0]
		w.begin(kind, described.Text, v.Sequence(), -1, 0)
	}
}

// isLibrary tells whether a table is the program's own, or of the machine.
func (w *walk) isLibrary(t *vm.Table) bool {
	return t.Follows() || t == w.state.Globals || t == w.state.Registry || t == w.state.Registry.GetString("_LOADED").AsTable()
}

func (w *walk) writeTable(t *vm.Table) {
	meta := -1
	if m := t.Metatable(); m != nil {
		meta = w.itemOf(vm.TableValue(m)).object
	}
	n := t.Count()
	w.begin(plain.Table, "", vm.TableValue(t).Sequence(), meta, n)
	w.entries += n
	t.Entries(func(k, v vm.Value) bool {
		w.item(w.itemOf(k))
		w.item(w.itemOf(v))
		return true
	})
	w.work.Rest(t.Places())
}

// writeFunction writes a function with those of its variables that are not written yet. The
// next function that shares them has none.
func (w *walk) writeFunction(c *vm.Closure) {
	var variables []int
	for i := range c.Upvalues() {
		if cell := c.Cell(i); c.UpvalueName(i) != "_ENV" && !w.cells[cell] {
			w.cells[cell] = true
			variables = append(variables, i)
		}
	}
	v := vm.ClosureValue(c)
	w.begin(plain.Function, live.Describe(nil, plain.DefaultLimits, v)[0].Text, v.Sequence(), -1, len(variables))
	w.entries += len(variables)
	for _, i := range variables {
		w.item(item{kind: plain.String, text: c.UpvalueName(i)})
		w.item(w.itemOf(c.Upvalue(i)))
	}
}
