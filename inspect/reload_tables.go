package inspect

import (
	"slices"

	"lunarium/runtime/number"
	"lunarium/runtime/vm"
)

// This file merges tables: key by key, and sequences as a whole.

func (m *merger) tableValue(name string, now, was, fresh vm.Value) vm.Value {
	if stays, known := m.stays[fresh.Identity()]; known {
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
		m.differs(name)
	}
	return now
}

// table merges a table of the new code into the running one, which stays.
func (m *merger) table(name string, now, was, fresh *vm.Table) {
	if m.visited[fresh] || now == fresh {
		return
	}
	m.visited[fresh] = true
	m.stays[vm.TableValue(fresh).Identity()] = vm.TableValue(now)
	m.taken[vm.TableValue(now).Identity()] = true
	if was != nil {
		m.began[vm.TableValue(was).Identity()] = vm.TableValue(now)
	}
	list := m.sequence(name, now, was, fresh)
	for _, e := range touched(fresh) {
		if !list.has(e.key) {
			m.field(name, now, was, e.key, e.value)
		}
	}
	for _, e := range touched(was) {
		switch {
		case list.has(e.key):
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
		m.putField(now, key, before, given).content = &content{} // it stands
	default:
		m.differs(fieldName(name, key))
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
	before := now.Get(key)
	if after := m.value(fieldName(name, key), before, was, fresh); after != before {
		m.putField(now, key, before, after)
	}
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
	before, began := now.Metatable(), vm.Nil
	if was != nil {
		began = vm.TableValue(was.Metatable())
	}
	after := m.value(name+"'s metatable", vm.TableValue(before), began, vm.TableValue(fresh.Metatable()))
	if after.AsTable() != before {
		m.put(func() vm.Value { return vm.TableValue(now.Metatable()) },
			func(v vm.Value) { m.st.SetMetatable(now, v.AsTable()) }, vm.TableValue(before), after)
	}
}

// sequencePart are the keys 1 … n of a table that is merged as a whole.
type sequencePart int

func (s sequencePart) has(key vm.Value) bool {
	f, ok := key.AsNumber()
	return ok && f >= 1 && f <= float64(s) && f == float64(int(f))
}

// length counts the keys 1, 2, … of a table.
func length(t *vm.Table) int {
	n := 0
	for t != nil && !t.GetInt(n+1).IsNil() {
		n++
	}
	return n
}

// sequence merges what a table holds under 1 … n, and gives the largest n of old and
// new code. A sequence that the service has changed stays as it is; one that it has
// not is the new code's.
func (m *merger) sequence(name string, now, was, fresh *vm.Table) sequencePart {
	before, after := length(was), length(fresh)
	part := sequencePart(max(before, after))
	if part == 0 {
		return 0
	}
	same := before == after
	for i := 1; same && i <= after; i++ {
		same = m.sameText(was.GetInt(i), fresh.GetInt(i))
	}
	kept := now.GetInt(before + 1).IsNil()
	for i := 1; kept && i <= before; i++ {
		kept = m.unchanged(now.GetInt(i), was.GetInt(i))
	}
	switch {
	case !kept && !same:
		m.differs(name)
		return part
	case same:
		for i := 1; i <= after; i++ {
			if v := now.GetInt(i); !v.IsNil() && m.unchanged(v, was.GetInt(i)) {
				m.element(name, now, was, fresh, i)
			}
		}
		return part
	}
	m.report.Updated = append(m.report.Updated, name)
	s := &sequenceWrite{table: now}
	for i := 1; i <= before; i++ {
		s.before = append(s.before, now.GetInt(i))
	}
	for i := 1; i <= after; i++ {
		v := fresh.GetInt(i)
		if running := now.GetInt(i); i <= before && running.Type() == v.Type() && v.Identity() != nil && !v.IsString() {
			v = m.quiet(func() vm.Value { return m.value(name, running, was.GetInt(i), v) })
		}
		s.after = append(s.after, v)
	}
	m.writes = append(m.writes, s)
	return part
}

// element merges an element of a sequence that the text did not change.
func (m *merger) element(name string, now, was, fresh *vm.Table, i int) {
	before := now.GetInt(i)
	if after := m.value(name, before, was.GetInt(i), fresh.GetInt(i)); after != before {
		m.putField(now, vm.Int(i), before, after)
	}
}

// quiet merges parts of what is reported already.
func (m *merger) quiet(merge func() vm.Value) vm.Value {
	report := *m.report
	v := merge()
	*m.report = report
	return v
}
