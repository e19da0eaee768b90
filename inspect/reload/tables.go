package reload

import (
	"lunarium/inspect/live"
	"lunarium/runtime/vm"
)

// This file merges tables: key by key, and sequences as a whole.

func (m *merger) tableValue(name string, now, was, fresh vm.Value) vm.Value {
	if stays, known := m.stays[fresh.Identity()]; known {
		if h := m.homes[fresh.Identity()]; h.name == name && vm.Same(now, stays) {
			m.otherTable(name, now, was, fresh)
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
		m.otherTable(name, now, was, fresh)
		m.table(name, now.AsTable(), m.oldTable(now, was), fresh.AsTable())
		return now
	case now.IsFunction() || m.unchanged(now, was):
		return fresh
	}
	return m.refuse(name, now, fresh)
}

// oldTable gives the table of the old code that a running one stands for, when was is in its
// place; nil: that stands elsewhere, or there is none.
func (m *merger) oldTable(now, was vm.Value) *vm.Table {
	if stands, known := m.began[was.Identity()]; known && !vm.Same(stands, now) {
		return nil
	}
	return was.AsTable()
}

// otherTable notes that the service has a table of its own in a place, if it has one, which
// differs from the old text after undo.
func (m *merger) otherTable(name string, now, was, fresh vm.Value) {
	if m.oldTable(now, was) == nil && (!was.IsNil() || m.knowsBase()) {
		m.differs(name, was, fresh)
	}
}

// reference decides about a place whose table stands elsewhere, too: which one does
// it refer to?
func (m *merger) reference(name string, now, was, fresh, stays vm.Value) vm.Value {
	if !vm.Same(now, stays) {
		return m.unlessChanged(name, now, was, fresh)
	}
	if (!was.IsNil() || m.knowsBase()) && !m.sameText(was, fresh) {
		m.differs(name, was, fresh) // as it will from the old text, after undo
	}
	return now
}

// table merges a table of the new code into the running one, which stays.
func (m *merger) table(name string, now, was, fresh *vm.Table) {
	if now == fresh || m.visited.Has(vm.TableValue(fresh)) {
		return
	}
	m.visited.Add(vm.TableValue(fresh))
	m.stand(now, was, fresh)
	if m.list != nil {
		m.list.records = append(m.list.records, now)
	}
	eachTouched(fresh, func(key, value vm.Value) {
		if key.IsString() && value.IsTable() {
			m.claim(fieldName(name, key), now.Get(key), entryOf(was, key), value)
		}
	})
	list := m.sequence(name, now, was, fresh)
	written := m.writtenAddresses(name, now, was, fresh)
	eachTouched(fresh, func(key, value vm.Value) {
		if !list.has(key) && !written[key] {
			m.field(name, now, was, key, value)
		}
	})
	eachTouched(was, func(key, value vm.Value) {
		switch {
		case list.has(key), written[key]:
		case key.Identity() == nil || key.IsString():
			if !fresh.Touches(key) {
				m.left(name, now, was, fresh, key)
			}
		case value.IsNil() || fresh.Get(key).IsNil():
			m.goneLater(name, now, fresh, live.Entry{Key: key, Value: value})
		}
	})
	m.metatable(name, now, was, fresh)
}

// goneLater merges an entry of the old code, under an object, when all keys of the new code
// stand for what they may.
func (m *merger) goneLater(name string, now, fresh *vm.Table, was live.Entry) {
	at := m.at
	m.gones = append(m.gones, func() { m.in(at, func() { m.keyGone(name, now, fresh, was) }) })
}

// stand notes that a running table stands for one of the new code.
func (m *merger) stand(now, was, fresh *vm.Table) {
	m.stays[vm.TableValue(fresh).Identity()] = vm.TableValue(now)
	m.taken[vm.TableValue(now).Identity()] = true
	if was != nil {
		m.begin(was, now)
	}
}

// begin notes that a running table stands for one that the old code began with.
func (m *merger) begin(was, now *vm.Table) {
	m.began[vm.TableValue(was).Identity()] = vm.TableValue(now)
	m.stood.Add(vm.TableValue(now))
}

// claim makes a place with a name the home of the table in it, before lists and other
// tables that hold it are merged. The place must be merged later.
func (m *merger) claim(name string, now, was, fresh vm.Value) {
	if _, known := m.stays[fresh.Identity()]; known || !now.IsTable() || !fresh.IsTable() || m.taken[now.Identity()] || m.list != nil {
		return
	}
	before := m.oldTable(now, was)
	m.homes[fresh.Identity()] = home{name, before}
	m.stand(now.AsTable(), before, fresh.AsTable())
}

func entryOf(t *vm.Table, key vm.Value) vm.Value {
	if t == nil {
		return vm.Nil
	}
	return t.Get(key)
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
		m.put(m.fieldIn(fieldName(name, key), now, key), before, given).forced = true // it stands
	default:
		p := m.fieldIn(fieldName(name, key), now, key)
		m.in(&p, func() { m.differs(p.name, began, given) })
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
	k := &keyed{at: m.at, name: name, now: now, was: was, key: key, fresh: fresh, began: vm.Nil}
	if _, known := m.stays[key.Identity()]; known {
		m.keyedField(k)
		return
	}
	m.keyed = append(m.keyed, k)
}

func (m *merger) fieldAt(name string, now *vm.Table, key, was, fresh vm.Value) {
	if sayNothing(was, fresh) {
		return
	}
	m.valueAt(m.fieldIn(fieldName(name, key), now, key), was, fresh)
}

func (m *merger) metatable(name string, now, was, fresh *vm.Table) {
	st, began := m.st, vm.Nil
	if was != nil {
		began = vm.TableValue(was.Metatable())
	}
	if sayNothing(began, vm.TableValue(fresh.Metatable())) {
		return
	}
	m.valueAt(spot{
		name: name + ofMetatable, id: metatableID{now},
		get: func() vm.Value { return vm.TableValue(now.Metatable()) },
		set: func(v vm.Value) { st.SetMetatable(now, v.AsTable()) },
	}, began, vm.TableValue(fresh.Metatable()))
}

// keyedField merges an entry, under the running object that its key stands for.
func (m *merger) keyedField(k *keyed) {
	keys, began := m.keysOf(k), vm.Nil
	m.findBegan(k, keys, true)
	m.findBegan(k, keys, false)
	if !k.began.IsNil() {
		began = k.was.Get(k.began)
	}
	key := k.key
	if running := m.running(key); k.now.Touches(running) || vm.Same(m.resolve(key), running) {
		key = running // until it is exchanged; a new entry is the new one's
	}
	m.in(k.at, func() { m.fieldAt(k.name, k.now, key, began, k.fresh) })
}

// keyGone merges an entry of the old code, under an object, that the new code may not
// have.
func (m *merger) keyGone(name string, now, fresh *vm.Table, was live.Entry) {
	if m.paired[was.Key.Identity()] {
		return
	}
	key := m.runningKey(now, was.Key, m.unchanged)
	if key.IsNil() {
		return
	}
	stays := m.runningKey(fresh, was.Key, func(fresh, was vm.Value) bool {
		if stands, known := m.stays[fresh.Identity()]; known {
			return vm.Same(stands, key)
		}
		return m.sameText(was, fresh)
	})
	if stays.IsNil() {
		m.fieldAt(name, now, key, was.Value, vm.Nil)
	}
}
