package reload

import "lunarium/runtime/vm"

// This file is about lists: what a table holds under 1 … n is exchanged as a whole,
// with the records in it that nothing else holds, or not at all.

// sequencePart are the keys 1 … n of a table that is merged as a whole.
type sequencePart int

func (s sequencePart) has(key vm.Value) bool {
	f, ok := key.AsNumber()
	return ok && f >= 1 && f <= float64(s) && f == float64(int(f))
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
	text := before == after
	for i := 1; text && i <= after; i++ {
		text = m.sameText(was.GetInt(i), fresh.GetInt(i))
	}
	kept := text || now.GetInt(before+1).IsNil()
	for i := 1; !text && kept && i <= before; i++ {
		kept = m.unchanged(now.GetInt(i), was.GetInt(i))
	}
	switch {
	case !kept && !text:
		at := spot{name: name, id: fieldID{now, "\x00list"}, get: func() vm.Value { return textOfList(now, length(now)) }}
		m.add(&standing{spot: at, texts: [2]vm.Value{textOfList(was, before), textOfList(fresh, after)}})
		return part
	case text:
		for i := 1; i <= after; i++ {
			began, after := was.GetInt(i), fresh.GetInt(i)
			if v := now.GetInt(i); !sayNothing(began, after) && !v.IsNil() && m.unchanged(v, began) {
				m.valueAt(fieldSpot(name, now, vm.Int(i)), began, after)
			}
		}
		return part
	}
	s := &sequenceWrite{name: name, table: now, texts: [2]vm.Value{vm.False, vm.True}}
	for i := 1; i <= before; i++ {
		s.lists[0] = append(s.lists[0], now.GetInt(i))
	}
	for i := 1; i <= after; i++ {
		v := fresh.GetInt(i)
		if running := now.GetInt(i); i <= before && running.Type() == v.Type() && v.Identity() != nil && !v.IsString() {
			v = m.record(s, name, running, was.GetInt(i), v)
		}
		s.lists[1] = append(s.lists[1], v)
	}
	m.add(s)
	return part
}

// record merges an element of a list that is exchanged.
func (m *merger) record(s *sequenceWrite, name string, now, was, fresh vm.Value) vm.Value {
	list, at := m.list, m.at
	m.list, m.at = s, &spot{get: func() vm.Value { return now }}
	v := m.value(name, now, was, fresh)
	m.list, m.at = list, at
	return v
}
