package inspect

import "lunarium/runtime/vm"

// This file is what a reload wrote, so that it can be taken back and done again. A
// place that the service has changed since is left alone.

// undoable is something that a reload wrote.
type undoable interface {
	// settle makes what is to be written the running state's own.
	settle(resolve func(vm.Value) vm.Value)
	// do writes, when nobody has changed the place since undo, and undo takes it
	// back, when nobody has changed it since do.
	do()
	undo()
	// visit names what is held to be written back.
	visit(visit func(vm.Value))
}

// write is a value in a place.
type write struct {
	get           func() vm.Value
	set           func(vm.Value)
	before, after vm.Value
	content       *content  // of after
	key           *vm.Value // of a field
}

// rekey follows functions that are keys and were exchanged.
func (w *write) rekey(swap map[*vm.Closure]*vm.Closure) {
	if w.key == nil {
		return
	}
	if other := swap[w.key.AsClosure()]; other != nil {
		*w.key = vm.ClosureValue(other)
	}
}

func (w *write) settle(resolve func(vm.Value) vm.Value) {
	if stays := resolve(w.after); stays != w.after {
		w.after, w.content = stays, &content{} // what it holds is the service's own
	}
}

func (w *write) do() {
	if vm.Same(w.get(), w.before) {
		w.set(w.after)
		if w.content == nil {
			w.content = contentOf(w.after)
		}
	}
}

func (w *write) undo() {
	if vm.Same(w.get(), w.after) && w.content.whole() {
		w.set(w.before)
	}
}

func (w *write) visit(visit func(vm.Value)) {
	visit(w.before)
	visit(w.after)
}

// sequenceWrite is the content of a list.
type sequenceWrite struct {
	table         *vm.Table
	before, after []vm.Value
	content       *content
}

func (s *sequenceWrite) settle(resolve func(vm.Value) vm.Value) {
	for i, v := range s.after {
		s.after[i] = resolve(v)
	}
}

func (s *sequenceWrite) do() {
	if s.replace(s.before, s.after) && s.content == nil {
		s.content = contentOf(s.after...)
	}
}

func (s *sequenceWrite) undo() {
	if s.content.whole() {
		s.replace(s.after, s.before)
	}
}

func (s *sequenceWrite) replace(from, to []vm.Value) bool {
	if !s.table.GetInt(len(from) + 1).IsNil() {
		return false
	}
	for i, v := range from {
		if !vm.Same(s.table.GetInt(i+1), v) {
			return false
		}
	}
	for i := range max(len(from), len(to)) {
		v := vm.Nil
		if i < len(to) {
			v = to[i]
		}
		s.table.SetInt(i+1, v)
	}
	return true
}

func (s *sequenceWrite) visit(visit func(vm.Value)) {
	for _, v := range append(s.before, s.after...) {
		visit(v)
	}
}

// content is what tables that a reload brought held then.
type content struct {
	tables []*vm.Table
	held   [][]entry
}

// maxContent is how many tables below a value are remembered.
const maxContent = 10_000

// contentOf remembers what tables hold; nil when the values are none.
func contentOf(values ...vm.Value) *content {
	c := &content{}
	seen := map[*vm.Table]bool{}
	var add func(vm.Value)
	add = func(v vm.Value) {
		t := v.AsTable()
		if t == nil || seen[t] || len(seen) > maxContent {
			return
		}
		seen[t] = true
		list := touched(t)
		c.tables, c.held = append(c.tables, t), append(c.held, list)
		for _, e := range list {
			add(e.value)
		}
	}
	for _, v := range values {
		add(v)
	}
	return c
}

// whole tells whether the tables still hold what they did.
func (c *content) whole() bool {
	if c == nil {
		return true
	}
	for i, t := range c.tables {
		now := touched(t)
		if len(now) != len(c.held[i]) {
			return false
		}
		for _, e := range c.held[i] {
			if !vm.Same(t.Get(e.key), e.value) {
				return false
			}
		}
	}
	return true
}
