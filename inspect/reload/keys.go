package reload

import (
	"cmp"
	"slices"

	"lunarium/inspect/live"
	"lunarium/runtime/vm"
)

// This file merges entries under objects: tables, functions and the like, such as the
// listeners in a set. Often no other place leads to them, so that what they are tells
// which running one stands for which of the new code.

// keyedFields merges the entries whose keys stood for nothing when their tables were
// merged: those first whose keys stand for something now, then those whose counterparts
// are alike, then those whose counterparts are of the same kind, then what is new. What
// is merged on the way may tell more, and bring more entries.
func (m *merger) keyedFields() {
	settled := []func(k *keyed) bool{
		func(*keyed) bool { return false },
		func(k *keyed) bool { return m.pairKey(k, true) },
		func(k *keyed) bool { return m.pairKey(k, false) },
		func(*keyed) bool { return true },
	}
	for i := 0; i < len(settled); i++ {
		list := m.keyed
		m.keyed = nil
		slices.SortStableFunc(list, func(a, b *keyed) int { return madeBefore(a.key, b.key) })
		var later []*keyed
		for _, k := range list {
			if m.running(k.key).IsNil() && !settled[i](k) {
				later = append(later, k)
				continue
			}
			m.keyedField(k)
		}
		if len(m.keyed) > 0 {
			i = -1 // from the beginning
		}
		m.keyed = append(m.keyed, later...)
	}
	for _, gone := range m.gones {
		gone()
	}
}

// running gives the running object that one of the new code stands for or replaces; nil
// when it is not known.
func (m *merger) running(fresh vm.Value) vm.Value {
	if stays, known := m.stays[fresh.Identity()]; known {
		return stays
	}
	return vm.ClosureValue(m.instead[fresh.AsClosure()])
}

// pairKey has the key of an entry stand for the running one that the old code made for the
// same, and tells whether it is known now what became of it.
func (m *merger) pairKey(k *keyed, alike bool) bool {
	keys := m.keysOf(k)
	m.findBegan(k, keys, alike)
	now := vm.Nil
	if !k.began.IsNil() {
		now = firstOf(keys.now, func(v vm.Value, alike bool) bool { return m.free(v) && m.stillKey(v, k.began, alike) })
	} else if !alike {
		now = firstOf(keys.now, func(v vm.Value, _ bool) bool { return m.pairs(v, k.key) && m.free(v) })
	}
	if now.IsNil() {
		return !k.began.IsNil() // the service took it out
	}
	keys.now = slices.DeleteFunc(keys.now, func(v vm.Value) bool { return vm.Same(v, now) })
	name := fieldName(k.name, k.key)
	switch {
	case now.IsTable():
		m.table(name, now.AsTable(), k.began.AsTable(), k.key.AsTable())
	case now.AsClosure() != nil:
		m.pair(name, now.AsClosure(), k.began.AsClosure(), k.key.AsClosure())
	default:
		m.stays[k.key.Identity()] = now
	}
	return true
}

// free tells whether a running object stands for nothing yet.
func (m *merger) free(v vm.Value) bool { return !m.taken[v.Identity()] && m.swap[v.AsClosure()] == nil }

// findBegan finds the key of the old code that was made for the same as an entry's.
func (m *merger) findBegan(k *keyed, keys *objectKeys, alike bool) {
	if !k.began.IsNil() {
		return
	}
	k.began = firstOf(keys.was, func(was vm.Value, _ bool) bool { return m.sameKey(was, k.key, alike) })
	if !k.began.IsNil() {
		keys.was = slices.DeleteFunc(keys.was, func(v vm.Value) bool { return vm.Same(v, k.began) })
		m.paired[k.began.Identity()] = true
	}
}

// firstOf gives the first of the values that are alike, else the first that are of the same
// kind, as a test tells; nil when there is none.
func firstOf(list []vm.Value, test func(v vm.Value, alike bool) bool) vm.Value {
	for _, alike := range []bool{true, false} {
		for _, v := range list {
			if test(v, alike) {
				return v
			}
		}
	}
	return vm.Nil
}

// sameKey tells whether the old and the new code made two keys for the same.
func (m *merger) sameKey(was, fresh vm.Value, alike bool) bool {
	if now, known := m.began[was.Identity()]; known {
		return vm.Same(now, m.running(fresh))
	}
	before, after := was.AsClosure(), fresh.AsClosure()
	switch {
	case was.Type() != fresh.Type():
		return false
	case before != nil && after != nil:
		return m.pairs(was, fresh) && (!alike || m.ownVariables(before, after, m.sameText))
	case alike:
		return m.sameText(was, fresh)
	}
	return sharesFunction(was.AsTable(), fresh.AsTable(), m.pairs)
}

// stillKey tells whether a running key is the one that the old code made.
func (m *merger) stillKey(now, was vm.Value, alike bool) bool {
	before, began := now.AsClosure(), was.AsClosure()
	switch {
	case now.Type() != was.Type():
		return false
	case before != nil && began != nil:
		return before.Code() == began.Code() && (!alike || m.ownVariables(before, began, m.unchanged))
	case alike:
		return m.unchanged(now, was)
	}
	return sharesFunction(now.AsTable(), was.AsTable(), m.unchanged) || sameFields(now.AsTable(), was.AsTable())
}

// ownVariables tells whether the variables that two functions hold beside their file's are
// alike.
func (m *merger) ownVariables(before, after *vm.Closure, alike func(a, b vm.Value) bool) bool {
	for i := range after.Upvalues() {
		if fileKey(after.Code(), i) != "" {
			continue
		}
		if j := m.match.matchingUpvalue(before, after.Code(), i); j < 0 || !alike(before.Upvalue(j), after.Upvalue(i)) {
			return false
		}
	}
	return true
}

// sharesFunction tells whether two tables have the same function in some field.
func sharesFunction(a, b *vm.Table, same func(a, b vm.Value) bool) bool {
	return a != nil && slices.ContainsFunc(touched(b), func(e live.Entry) bool {
		return e.Key.IsString() && e.Value.AsClosure() != nil && a.Get(e.Key).AsClosure() != nil && same(a.Get(e.Key), e.Value)
	})
}

// sameFields tells whether two tables have the same fields, whatever is in them.
func sameFields(a, b *vm.Table) bool {
	list := touched(b)
	return a != nil && b != nil && len(touched(a)) == len(list) && !slices.ContainsFunc(list, func(e live.Entry) bool {
		return a.Get(e.Key).IsNil()
	})
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

func (m *merger) keysOf(k *keyed) *objectKeys {
	if m.objects[k.now] == nil {
		m.objects[k.now] = &objectKeys{now: objectsIn(k.now), was: objectsIn(k.was)}
	}
	return m.objects[k.now]
}

func objectsIn(t *vm.Table) (list []vm.Value) {
	for _, e := range touched(t) {
		if e.Key.Identity() != nil && !e.Key.IsString() && !e.Value.IsNil() {
			list = append(list, e.Key)
		}
	}
	slices.SortFunc(list, madeBefore)
	return list
}

// madeBefore compares two objects of one state by when they were made.
func madeBefore(a, b vm.Value) int {
	x, y := vm.Address(a), vm.Address(b)
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y))
}

// pairs tells whether a function of the new code is the counterpart of one of the old code.
func (m *merger) pairs(before, fresh vm.Value) bool {
	a, b := before.AsClosure(), fresh.AsClosure()
	return a != nil && b != nil && (a.Code() == b.Code() || m.match[a.Code()] == b.Code())
}
