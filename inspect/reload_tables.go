package inspect

import (
	"slices"

	"lunarium/runtime/number"
	"lunarium/runtime/vm"
)

// This file merges tables: key by key, and sequences as a whole.

func (m *merger) tableValue(name string, now, was, fresh vm.Value) vm.Value {
	if stays, known := m.stays[fresh.Identity()]; known {
		if h := m.homes[fresh.Identity()]; h.name == name && vm.Same(now, stays) {
			m.outside(func() { m.table(name, now.AsTable(), h.was, fresh.AsTable()) })
			return now
		}
		return m.reference(name, now, was, fresh, stays)
	}
	switch {
	case now.IsTable():
		if m.taken[now.Identity()] {
			return m.reference(name, now, was, fresh, vm.Nil)
		}
		m.table(name, now.AsTable(), was.AsTable(), fresh.AsTable())
		return now
	case now.IsFunction() || m.unchanged(now, was):
		return fresh
	}
	return m.refuse(name, now, fresh)
}

// reference decides about a place whose table stands elsewhere, too: which one does
// it refer to?
func (m *merger) reference(name string, now, was, fresh, stays vm.Value) vm.Value {
	switch {
	case vm.Same(now, stays):
		return now
	case m.unchanged(now, was):
		return fresh
	case !m.sameText(was, fresh):
		m.differs(name, was, fresh)
	}
	return now
}

// table merges a table of the new code into the running one, which stays.
func (m *merger) table(name string, now, was, fresh *vm.Table) {
	if m.visited[fresh] || now == fresh {
		return
	}
	m.visited[fresh] = true
	m.stand(now, was, fresh)
	if m.list != nil {
		m.list.records = append(m.list.records, now)
	}
	for _, e := range touched(fresh) {
		if e.key.IsString() && e.value.IsTable() {
			m.claim(fieldName(name, e.key), now.Get(e.key), entryOf(was, e.key), e.value)
		}
	}
	list := m.sequence(name, now, was, fresh)
	written := m.writtenAddresses(name, now, was, fresh)
	for _, e := range touched(fresh) {
		if !list.has(e.key) && !written[e.key] {
			m.field(name, now, was, e.key, e.value)
		}
	}
	for _, e := range touched(was) {
		switch {
		case list.has(e.key), written[e.key]:
		case e.key.Identity() == nil || e.key.IsString():
			if !fresh.Touches(e.key) {
				m.left(name, now, was, fresh, e.key)
			}
		case e.value.IsNil() || fresh.Get(e.key).IsNil():
			m.gones = append(m.gones, func() { m.keyGone(name, now, fresh, e) })
		}
	}
	m.metatable(name, now, was, fresh)
}

// stand notes that a running table stands for one of the new code.
func (m *merger) stand(now, was, fresh *vm.Table) {
	m.stays[vm.TableValue(fresh).Identity()] = vm.TableValue(now)
	m.taken[vm.TableValue(now).Identity()] = true
	if was != nil {
		m.began[vm.TableValue(was).Identity()] = vm.TableValue(now)
	}
}

// home is the place in which a table is merged, wherever else it stands.
type home struct {
	name string
	was  *vm.Table
}

// claim makes a place with a name the home of the table in it, before lists and other
// tables that hold it are merged. The place must be merged later.
func (m *merger) claim(name string, now, was, fresh vm.Value) {
	if _, known := m.stays[fresh.Identity()]; known || !now.IsTable() || !fresh.IsTable() || m.taken[now.Identity()] || m.list != nil {
		return
	}
	m.homes[fresh.Identity()] = home{name, was.AsTable()}
	m.stand(now.AsTable(), was.AsTable(), fresh.AsTable())
}

func entryOf(t *vm.Table, key vm.Value) vm.Value {
	if t == nil {
		return vm.Nil
	}
	return t.Get(key)
}

// keyGone merges an entry of the old code, under an object, that the new code may not
// have.
func (m *merger) keyGone(name string, now, fresh *vm.Table, was entry) {
	key := m.runningKey(now, was.key, m.unchanged)
	if key.IsNil() {
		return
	}
	stays := m.runningKey(fresh, was.key, func(fresh, was vm.Value) bool {
		if stands, known := m.stays[fresh.Identity()]; known {
			return vm.Same(stands, key)
		}
		return m.sameText(was, fresh)
	})
	if stays.IsNil() {
		m.fieldAt(name, now, key, was.value, vm.Nil)
	}
}

// left merges an entry that the old code made and the new one does not: what a
// template has there, such as a global that was wrapped, comes back.
func (m *merger) left(name string, now, was, fresh *vm.Table, key vm.Value) {
	before, began, given := now.Get(key), was.Get(key), fresh.Get(key)
	switch {
	case given.IsNil():
		m.field(name, now, was, key, vm.Nil)
	case vm.Same(before, given), vm.Same(m.began[began.Identity()], given), m.sameText(began, given):
	case m.unchanged(before, began):
		m.put(fieldSpot(fieldName(name, key), now, key), before, given).forced = true // it stands
	default:
		m.at = &spot{}
		*m.at = fieldSpot(fieldName(name, key), now, key)
		m.differs(m.at.name, began, given)
	}
}

// field merges one entry.
func (m *merger) field(name string, now, was *vm.Table, key, fresh vm.Value) {
	began := vm.Nil
	if was != nil {
		began = was.Get(key)
	}
	if key.Identity() == nil || key.IsString() {
		m.fieldAt(name, now, key, began, fresh)
		return
	}
	k := &keyed{name, now, was, key, fresh}
	if _, known := m.stays[key.Identity()]; known {
		m.keyedField(k)
		return
	}
	m.keyed = append(m.keyed, k)
}

// keyed is an entry whose key is an object of the new code.
type keyed struct {
	name       string
	now, was   *vm.Table
	key, fresh vm.Value
}

// keyedFields merges the entries whose keys stood for nothing when their tables were
// merged: those first whose keys stand for something now.
func (m *merger) keyedFields() {
	for len(m.keyed) > 0 {
		next := slices.IndexFunc(m.keyed, func(k *keyed) bool {
			_, known := m.stays[k.key.Identity()]
			return known
		})
		k := m.keyed[max(next, 0)]
		m.keyed = slices.Delete(m.keyed, max(next, 0), max(next, 0)+1)
		m.keyedField(k)
	}
	for _, gone := range m.gones {
		gone()
	}
}

// keyedField merges an entry under the running object that its key stands for.
func (m *merger) keyedField(k *keyed) {
	running, began := m.resolve(k.key), vm.Nil
	if vm.Same(running, k.key) {
		if found := m.runningKey(k.now, k.key, m.pairs); !found.IsNil() {
			running = found
			if before := found.AsClosure(); before != nil {
				m.pair(k.name, before, nil, k.key.AsClosure())
			}
		}
	}
	if k.was != nil {
		if found := m.runningKey(k.was, running, func(was, now vm.Value) bool { return m.unchanged(now, was) }); !found.IsNil() {
			began = k.was.Get(found)
		}
	}
	m.fieldAt(k.name, k.now, running, began, k.fresh)
}

// pairs tells whether a function of the new code is the counterpart of a running one.
func (m *merger) pairs(now, fresh vm.Value) bool {
	before, after := now.AsClosure(), fresh.AsClosure()
	return before != nil && after != nil && (before.Code() == after.Code() || m.match[before.Code()] == after.Code())
}

func (m *merger) fieldAt(name string, now *vm.Table, key, was, fresh vm.Value) {
	m.valueAt(fieldSpot(fieldName(name, key), now, key), was, fresh)
}

// runningKey finds the key of a table that stands for one of another world.
func (m *merger) runningKey(t *vm.Table, key vm.Value, same func(a, b vm.Value) bool) vm.Value {
	found := vm.Nil
	t.Touched(func(k, _ vm.Value) bool {
		if k.Identity() != nil && k.Type() == key.Type() && same(k, key) {
			found = k
		}
		return found.IsNil()
	})
	return found
}

func fieldName(name string, key vm.Value) string {
	if text, ok := key.AsString(); ok {
		if name == "" {
			return text
		}
		return name + "." + text
	}
	if f, ok := key.AsNumber(); ok {
		return name + "[" + number.Format(f) + "]"
	}
	return name + "[" + key.Type().String() + "]"
}

func (m *merger) metatable(name string, now, was, fresh *vm.Table) {
	st, began := m.st, vm.Nil
	if was != nil {
		began = vm.TableValue(was.Metatable())
	}
	m.valueAt(spot{
		name: name + "'s metatable", id: metatableID{now},
		get: func() vm.Value { return vm.TableValue(now.Metatable()) },
		set: func(v vm.Value) { st.SetMetatable(now, v.AsTable()) },
	}, began, vm.TableValue(fresh.Metatable()))
}

// metatableID is the id of a table's metatable.
type metatableID struct{ table *vm.Table }
