package reload

import (
	"slices"
	"strings"

	"lunarium/runtime/vm"
)

// This file tells people what the way from one version to another came to.

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
