package inspect

import (
	"math"

	"lunarium/runtime/vm"
)

// This file is what a reload wrote, so that it can be taken back and done again. A
// place that the service has changed since is left alone.

// undoable is something that a reload wrote.
type undoable interface {
	// settle makes what is to be written the running state's own.
	settle(resolve func(vm.Value) vm.Value)
	// note remembers what tables that are exchanged hold before the first move (side 0)
	// and after it (1), as far as they are nobody else's.
	note(side int, owned func(*vm.Table) bool)
	// ready tells whether the service has left alone what move would change.
	ready(m *moves) bool
	// move does what was written, or takes it back, if it is ready, and tells of it.
	move(m *moves)
	// visit names what is held to be written back.
	visit(visit func(vm.Value))
}

// spot is where a value stands: a field, a variable, a metatable, a registration.
type spot struct {
	name string // for people; "": nobody is told
	id   any    // equal for the same place in all versions
	get  func() vm.Value
	set  func(vm.Value)
	key  *vm.Value // of a field
	in   *holder   // of a field: the place of its table, if that has one
}

// holder is a place in which a table stands.
type holder struct {
	spot
	table *vm.Table
}

// fieldID is the id of a field.
type fieldID struct {
	table *vm.Table
	key   any
}

func idOfField(t *vm.Table, key vm.Value) fieldID {
	if text, ok := key.AsString(); ok {
		return fieldID{t, text}
	}
	return fieldID{t, key}
}

func fieldSpot(name string, t *vm.Table, key vm.Value) spot {
	at := &key
	return spot{
		name: name, id: idOfField(t, key), key: at,
		get: func() vm.Value { return t.Get(*at) },
		set: func(v vm.Value) { t.Set(*at, v) },
	}
}

// write is a value in a place.
type write struct {
	spot
	values [2]vm.Value // before and after
	state  bool        // people are told of it
	forced bool        // whatever the value holds
	held   [2]*content // of the values
}

// rekey follows functions that are keys and were exchanged.
func (p *spot) rekey(swap map[*vm.Closure]*vm.Closure) {
	if p.key == nil {
		return
	}
	if other := swap[p.key.AsClosure()]; other != nil {
		*p.key = vm.ClosureValue(other)
	}
}

func (w *write) settle(resolve func(vm.Value) vm.Value) { w.values[1] = resolve(w.values[1]) }

func (w *write) note(side int, owned func(*vm.Table) bool) {
	if !w.forced {
		w.held[side] = contentOf(owned, w.values[side])
	}
}

func (w *write) ready(m *moves) bool {
	return same(m.get(w.spot), w.values[m.from()]) && w.held[m.from()].whole(m)
}

func (w *write) move(m *moves) {
	now := m.get(w.spot)
	after := now
	if same(now, w.values[m.from()]) && w.held[m.from()].whole(m) {
		after = w.values[m.to()]
		m.set(w.spot, after)
	}
	if w.state || !same(after, w.values[m.to()]) {
		m.tellOf(w.spot, [2]vm.Value{w.values[m.from()], w.values[m.to()]}, [2]vm.Value{now, after})
	}
}

func (w *write) visit(visit func(vm.Value)) {
	visit(w.values[0])
	visit(w.values[1])
}

// standing is a place where the service has something else than both texts.
type standing struct {
	always
	spot
	texts [2]vm.Value
}

func (s *standing) move(m *moves) {
	now := m.get(s.spot)
	m.tellOf(s.spot, [2]vm.Value{s.texts[m.from()], s.texts[m.to()]}, [2]vm.Value{now, now})
}

func (s *standing) visit(visit func(vm.Value)) {
	visit(s.texts[0])
	visit(s.texts[1])
}

// declaration is a variable of a file that only one of the texts has.
type declaration struct {
	always
	name string
	has  [2]bool
}

func (d *declaration) move(m *moves) {
	values := [2]vm.Value{vm.Nil, vm.Nil}
	if d.has[m.from()] {
		values[0] = vm.True
	}
	if d.has[m.to()] {
		values[1] = vm.True
	}
	m.tell(d.name, "variable "+d.name, values, values)
}

// same is Same for what a place may hold: not-a-number is the same as itself.
func same(a, b vm.Value) bool {
	if vm.Same(a, b) {
		return true
	}
	x, okX := a.AsNumber()
	y, okY := b.AsNumber()
	return okX && okY && math.IsNaN(x) && math.IsNaN(y)
}

// content is what tables held.
type content struct {
	tables []*vm.Table
	held   [][]entry
}

// maxContent is how many tables below a value are remembered.
const maxContent = 10_000

// contentOf remembers what tables hold that are owned; nil when none is.
func contentOf(owned func(*vm.Table) bool, values ...vm.Value) *content {
	c := &content{}
	seen := map[*vm.Table]bool{}
	var add func(vm.Value)
	add = func(v vm.Value) {
		t := v.AsTable()
		if t == nil || seen[t] || len(seen) > maxContent || !owned(t) {
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
	if len(c.tables) == 0 {
		return nil
	}
	return c
}

// whole tells whether the tables still hold what they did.
func (c *content) whole(m *moves) bool {
	if c == nil {
		return true
	}
	for i, t := range c.tables {
		if m.count(t) != len(c.held[i]) {
			return false
		}
		for _, e := range c.held[i] {
			if !same(m.field(t, e.key), e.value) {
				return false
			}
		}
	}
	return true
}
