package reload

import (
	"math"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file goes from one version to another: places, what was written in them, and how
// it is done or taken back.

// moves is one way between versions. When it is dry it is only followed: what would be
// written stands in it.
type moves struct {
	forth bool
	dry   bool
	over  map[any]vm.Value            // what was written, by place
	keys  map[*vm.Table][]vm.Value    // under which it was
	swap  map[*vm.Closure]*vm.Closure // functions by those that stand for them now
	first map[*vm.Closure]*vm.Closure // likewise, by those that stood for them first
	mute  bool
	told  map[any]*told
	order []*told
}

// step leads from one version of a service's code to the next, and back.
type step struct {
	writes    []undoable
	pairs     []pair       // functions of the old code and those that took their place
	match     counterparts // of the old code
	files     [2]map[string]*vm.Code
	kept      []string // variables that are state in both
	functions functionChange
	turn      *turn // of an implementation; nil: the functions of files are exchanged
}

type pair struct{ before, after *vm.Closure }

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

// ofMetatable stands after the name of what a metatable is of.
const ofMetatable = "'s metatable"

// metatableID is the id of a table's metatable.
type metatableID struct{ table *vm.Table }

// turn is the step from one implementation to another.
type turn struct {
	tables [2]*vm.Table // before and after
}

// told is what people are told of a place: its value at the beginning and at the end
// of the way, and what the texts of these versions have there.
type told struct {
	name          string
	alone         bool  // no other place has the name
	in            []any // the places around it
	texts, values [2]vm.Value
	moved         bool
}

func newMoves(dry bool) *moves {
	return &moves{
		dry: dry, over: map[any]vm.Value{}, keys: map[*vm.Table][]vm.Value{},
		swap: map[*vm.Closure]*vm.Closure{}, first: map[*vm.Closure]*vm.Closure{}, told: map[any]*told{},
	}
}

// from and to are the sides that a move leads from and to: 0 before, 1 after.
func (m *moves) from() int { return 1 - m.to() }

func (m *moves) to() int {
	if m.forth {
		return 1
	}
	return 0
}

// ordered gives what was written in the order in which it is to be moved.
func (m *moves) ordered(list []undoable) []undoable {
	if m.forth {
		return list
	}
	var reversed []undoable
	for i := len(list) - 1; i >= 0; i-- {
		reversed = append(reversed, list[i])
	}
	return reversed
}

// step moves all that a step wrote.
func (m *moves) step(s *step, forth bool) {
	m.forth = forth
	for _, w := range m.ordered(s.writes) {
		w.move(m)
	}
	for _, p := range s.pairs { // the functions are exchanged, too
		before, after := p.before, p.after
		if !forth {
			before, after = after, before
		}
		if m.dry && (forth || m.swap[before] == nil) {
			m.swap[before] = after
		}
		m.first[after] = m.firstOf(before)
	}
}

// firstOf gives the function in whose place one stands, at the beginning of the way.
func (m *moves) firstOf(c *vm.Closure) *vm.Closure {
	if first := m.first[c]; first != nil {
		return first
	}
	return c
}

// key gives the key that an entry had at the beginning of the way.
func (m *moves) key(key vm.Value) vm.Value {
	if c := key.AsClosure(); c != nil {
		return vm.ClosureValue(m.firstOf(c))
	}
	return key
}

// place is equal for the same place all the way.
func (m *moves) place(p spot) any {
	if f, ok := p.id.(fieldID); ok && p.key != nil && p.key.AsClosure() != nil {
		return idOfField(f.table, m.key(*p.key))
	}
	return p.id
}

// exchanged gives the function that stands for one after the steps that were followed.
func (m *moves) exchanged(v vm.Value) vm.Value {
	for range len(m.swap) {
		other := m.swap[v.AsClosure()]
		if other == nil {
			break
		}
		v = vm.ClosureValue(other)
	}
	return v
}

func (m *moves) get(p spot) vm.Value {
	if v, written := m.over[m.place(p)]; written {
		return v
	}
	if f, ok := p.id.(fieldID); ok && p.key != nil && m.dry {
		return m.exchanged(f.table.Get(m.key(*p.key)))
	}
	return m.exchanged(p.get())
}

func (m *moves) set(p spot, v vm.Value) {
	if !m.dry {
		p.set(v)
		return
	}
	id := m.place(p)
	if f, ok := id.(fieldID); ok && p.key != nil {
		if _, again := m.over[id]; !again {
			m.keys[f.table] = append(m.keys[f.table], m.key(*p.key))
		}
	}
	m.over[id] = v
}

func (m *moves) field(t *vm.Table, key vm.Value) vm.Value {
	if v, written := m.over[idOfField(t, m.key(key))]; written {
		return v
	}
	if m.dry {
		key = m.key(key)
	}
	return m.exchanged(t.Get(key))
}

// count gives how many entries a table has of its own.
func (m *moves) count(t *vm.Table) int {
	n := 0
	t.Touched(func(_, _ vm.Value) bool { n++; return true })
	for _, key := range m.keys[t] {
		before, after := t.Touches(key), !m.over[idOfField(t, key)].IsNil()
		switch {
		case before && !after:
			n--
		case after && !before:
			n++
		}
	}
	return n
}

// visit names what the step holds, as roots of the collector.
func (s *step) visit(visit func(vm.Value)) {
	if s.turn != nil {
		visit(vm.TableValue(s.turn.tables[0]))
		visit(vm.TableValue(s.turn.tables[1]))
	}
	for _, w := range s.writes {
		w.visit(visit)
	}
	for _, p := range s.pairs {
		visit(vm.ClosureValue(p.before))
		visit(vm.ClosureValue(p.after))
	}
}

// stepOf gives the step that led to a version; nil when there is none.
func stepOf(v service.Version) *step {
	s, _ := v.Step.(*step)
	return s
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

// rekey follows functions that are keys and were exchanged.
func (p *spot) rekey(swap map[*vm.Closure]*vm.Closure) {
	if p.key == nil {
		return
	}
	if other := swap[p.key.AsClosure()]; other != nil {
		*p.key = vm.ClosureValue(other)
	}
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
