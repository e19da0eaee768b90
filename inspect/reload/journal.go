package reload

import (
	"lunarium/inspect/live"
	"lunarium/runtime/vm"
)

// This file is what a reload wrote, so that it can be taken back and done again. A
// place that the service has changed since is left alone.

// write is a value in a place.
type write struct {
	spot
	values [2]vm.Value // before and after
	state  bool        // people are told of it
	forced bool        // whatever the value holds
	held   [2]*content // of the values
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

// content is what tables held.
type content struct {
	tables []*vm.Table
	held   [][]live.Entry
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
			add(e.Value)
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
			if !same(m.field(t, e.Key), e.Value) {
				return false
			}
		}
	}
	return true
}

// note has the writes remember what tables that are exchanged hold, see undoable.
func (s *step) note(side int, owned func(*vm.Table) bool) {
	for _, w := range s.writes {
		w.note(side, owned)
	}
}

// rekey has the writes follow the functions that were exchanged and are keys.
func (s *step) rekey(swap map[*vm.Closure]*vm.Closure) {
	for _, w := range s.writes {
		switch w := w.(type) {
		case *write:
			w.rekey(swap)
		case *standing:
			w.rekey(swap)
		case *sequenceWrite:
			(&step{writes: w.inner}).rekey(swap)
		}
	}
}

// always is what is moved whatever the service did meanwhile, and what holds nothing.
type always struct{}

func (always) settle(func(vm.Value) vm.Value) {}

func (always) note(int, func(*vm.Table) bool) {}

func (always) ready(*moves) bool { return true }

func (always) visit(func(vm.Value)) {}
