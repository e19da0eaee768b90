package inspect

import (
	"slices"
	"strings"

	"lunarium/runtime/vm"
)

// This file goes from one version to another: what was written is done or taken back,
// and people are told what that came to.

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

// told is what people are told of a place: its value at the beginning and at the end
// of the way, and what the texts of these versions have there.
type told struct {
	name          string
	alone         bool  // no other place has the name
	in            []any // the places around it
	texts, values [2]vm.Value
	moved         bool
}

func (m *moves) quiet(f func()) {
	mute := m.mute
	m.mute = true
	f()
	m.mute = mute
}

// tellOf is tell for a place. Of one in a table that the service has exchanged for another,
// people are told that the other one differs.
func (m *moves) tellOf(p spot, texts, values [2]vm.Value) {
	if h := m.exchangedTable(p); h != nil {
		now := m.get(h.spot)
		m.tell(h.name, m.place(h.spot), [2]vm.Value{vm.False, vm.True}, [2]vm.Value{now, now})
		return
	}
	var in []any
	for h := p.in; h != nil; h = h.in {
		in = append(in, m.place(h.spot))
	}
	m.tellIn(in, p.name, m.place(p), texts, values)
}

// exchangedTable gives the outermost place around one that does not hold the table any more
// that it did; nil: all do.
func (m *moves) exchangedTable(p spot) (found *holder) {
	for h := p.in; h != nil; h = h.in {
		if m.get(h.spot).AsTable() != h.table {
			found = h
		}
	}
	return found
}

func (m *moves) tell(name string, id any, texts, values [2]vm.Value) {
	m.tellIn(nil, name, id, texts, values)
}

func (m *moves) tellIn(in []any, name string, id any, texts, values [2]vm.Value) {
	if m.mute || name == "" {
		return
	}
	t := m.told[id]
	if t == nil {
		t = &told{name: name, alone: namesOne(id), in: in, texts: texts, values: values}
		m.told[id] = t
		m.order = append(m.order, t)
	}
	t.texts[1], t.values[1] = texts[1], values[1]
	t.moved = t.moved || !same(values[0], values[1])
}

// namesOne tells whether only one place has the name of that with an id: an entry under an
// object is named by what kind of object that is.
func namesOne(id any) bool {
	f, ok := id.(fieldID)
	key, isValue := f.key.(vm.Value)
	return !ok || !isValue || key.Identity() == nil
}

// report tells what came of all moves together, and gives the names of what was not there
// before or is not there now.
func (m *moves) report(c *Change) (absent map[string]bool) {
	if !m.forth { // as on the way forth
		slices.Reverse(m.order)
	}
	absent = map[string]bool{}
	whole := map[string]bool{}  // names of what came or went
	others := map[string]bool{} // names of what is another thing now, or was there in between
	for _, t := range m.order {
		if !t.alone {
			continue
		}
		first, last := t.values[0], t.values[1]
		whole[t.name] = whole[t.name] || first.IsNil() != last.IsNil()
		absent[t.name] = absent[t.name] || first.IsNil() || last.IsNil()
		others[t.name] = others[t.name] || first.IsNil() || last.IsNil() || !same(first, last)
	}
	for _, list := range [][]string{c.NewFunctions, c.RemovedFunctions} {
		for _, name := range list {
			whole[name] = true
		}
	}
	var differ []string
	differing := map[string]bool{}
	for _, t := range m.order {
		first, last := t.values[0], t.values[1]
		moved := t.moved && !same(first, last)
		switch {
		case !moved && (same(t.texts[0], t.texts[1]) || same(last, t.texts[1])):
		case moved && m.movedAround(t):
		case partOf(t.name, whole): // told with that
		case moved && first.IsNil():
			c.Added = append(c.Added, t.name)
		case moved && last.IsNil():
			c.Dropped = append(c.Dropped, t.name)
		case whole[t.name] || partOf(t.name, others):
		case moved:
			c.Updated = append(c.Updated, t.name)
		default:
			differ = append(differ, t.name)
			differing[t.name] = true
		}
	}
	for _, name := range differ {
		if !partOf(name, differing) {
			c.Differs = append(c.Differs, name)
		}
	}
	return absent
}

// movedAround tells whether a place around one holds something else than at the beginning.
func (m *moves) movedAround(t *told) bool {
	return slices.ContainsFunc(t.in, func(id any) bool {
		around := m.told[id]
		return around != nil && around.moved && !same(around.values[0], around.values[1])
	})
}

// partOf tells whether a name is one of something in some places.
func partOf(name string, places map[string]bool) bool {
	for i, r := range name {
		if (strings.ContainsRune(".[:", r) || strings.HasPrefix(name[i:], ofMetatable)) && places[name[:i]] {
			return true
		}
	}
	return false
}
