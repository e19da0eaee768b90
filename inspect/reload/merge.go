package reload

import "lunarium/runtime/vm"

// This file merges values: what the running service holds, what its old code began with,
// and what the new code begins with.

// valueAt merges a place.
func (m *merger) valueAt(p spot, was, fresh vm.Value) {
	m.in(&p, func() {
		before := p.get()
		if after := m.value(p.name, before, was, fresh); after != before {
			m.put(p, before, after)
		}
	})
}

// value gives what stands in a place after the reload. nil values are places that
// are not there.
func (m *merger) value(name string, now, was, fresh vm.Value) vm.Value {
	switch {
	case fresh.IsNil():
		return m.gone(name, now, was)
	case now.IsNil():
		return m.missing(name, was, fresh)
	case same(now, fresh):
		if fresh.Identity() == nil && !same(was, fresh) && (!was.IsNil() || m.knowsBase()) {
			m.differs(name, was, fresh) // as it will from the old text, after undo
		}
		return now
	case fresh.IsFunction():
		return m.function(name, now, was, fresh)
	case fresh.IsTable():
		return m.tableValue(name, now, was, fresh)
	case fresh.AsThread() != nil && now.AsThread() != nil && !m.brought[fresh.Identity()]:
		m.stays[fresh.Identity()] = now
		return now
	case fresh.AsUserdata() != nil:
		return m.userdata(name, now, was, fresh)
	}
	return m.plain(name, now, was, fresh)
}

// gone decides about a place that the new code does not have.
func (m *merger) gone(name string, now, was vm.Value) vm.Value {
	switch {
	case was.IsNil():
		return now
	case now.IsNil():
		m.differs(name, was, vm.Nil) // as it will from the old text, after undo
		return now
	case m.unchanged(now, was):
		return vm.Nil
	}
	m.differs(name, was, vm.Nil)
	return now
}

// missing decides about a place that the service does not have: the new code's own,
// unless the service took out what the old code put there.
func (m *merger) missing(name string, was, fresh vm.Value) vm.Value {
	if was.IsNil() {
		return fresh
	}
	if !m.sameText(was, fresh) {
		m.differs(name, was, fresh)
	}
	return vm.Nil
}

func (m *merger) plain(name string, now, was, fresh vm.Value) vm.Value {
	switch {
	case !was.IsNil() && m.sameText(was, fresh):
		return now
	case m.unchanged(now, was), now.IsFunction() && !m.match.knows(now):
		return fresh
	case now.IsTable() && now.AsTable().Count() == 0 && now.AsTable().Metatable() == nil:
		return fresh
	case now.IsTable():
		return m.refuse(name, now, fresh)
	case !was.IsNil() || m.knowsBase():
		m.differs(name, was, fresh)
	}
	return now
}

func (m *merger) userdata(name string, now, was, fresh vm.Value) vm.Value {
	if sameKind(now, fresh) { // what a library opened, such as a pool of connections
		m.stays[fresh.Identity()] = now
		return now
	}
	return m.unlessChanged(name, now, was, fresh)
}

// unlessChanged gives what the new code begins with where the service has left what the old
// one began with, and otherwise what stands there.
func (m *merger) unlessChanged(name string, now, was, fresh vm.Value) vm.Value {
	switch {
	case m.unchanged(now, was):
		return fresh
	case !m.sameText(was, fresh):
		m.differs(name, was, fresh)
	}
	return now
}

func (m *merger) function(name string, now, was, fresh vm.Value) vm.Value {
	if !now.IsFunction() {
		if m.unchanged(now, was) {
			return fresh
		}
		return m.refuse(name, now, fresh)
	}
	before, after := now.AsClosure(), fresh.AsClosure()
	switch {
	case after == nil:
		return m.goFunction(name, now, was, fresh)
	case before != nil && (!was.IsFunction() || was.AsClosure() != nil && was.AsClosure().Code() == before.Code()):
		return m.pair(name, before, was.AsClosure(), after)
	case was.IsFunction() && m.match.knows(now):
		return now // the service chose another of its own functions, which will be new there
	case was.IsFunction() && m.sameText(was, fresh) && !m.match.changedIn(was.AsClosure().Code()):
		m.differs(name, was, fresh) // a function from elsewhere, such as a patch
		return now
	}
	return fresh
}

func (m *merger) goFunction(name string, now, was, fresh vm.Value) vm.Value {
	if g := now.AsGo(); g != nil && m.sameText(was, fresh) && alikeGo(now, fresh) {
		m.stays[fresh.Identity()] = now // what a library made, such as a router's method
		outer := m.at
		for i := range min(g.Upvalues(), fresh.AsGo().Upvalues()) {
			m.at = &spot{id: goUpvalueID{g, i}, get: func() vm.Value { return g.Upvalue(i) }}
			m.value("", g.Upvalue(i), vm.Nil, fresh.AsGo().Upvalue(i))
		}
		m.at = outer
		return now
	}
	if m.unchanged(now, was) {
		return fresh
	}
	if !m.sameText(was, fresh) {
		m.differs(name, was, fresh)
	}
	return now
}

// goUpvalueID is the id of what a library's function keeps.
type goUpvalueID struct {
	function *vm.GoFunction
	index    int
}

// pair has a function of the new code take the place of a running one, and gives the
// one that stands in that place then.
func (m *merger) pair(name string, before, was, after *vm.Closure) vm.Value {
	old := vm.ClosureValue(before).Identity()
	id := vm.ClosureValue(after).Identity()
	if before.Code() == after.Code() {
		if _, known := m.stays[id]; !known && !m.taken[old] {
			m.taken[old] = true
			m.stays[id] = vm.ClosureValue(before)
			m.upvalues(name, before, was, after)
		}
		if stays := m.stays[id]; vm.Same(stays, vm.ClosureValue(before)) {
			return stays
		}
		return vm.ClosureValue(after)
	}
	if m.match[before.Code()] == nil && !m.match.gives(after.Code()) && m.match.knows(vm.ClosureValue(before)) {
		m.match.match(before.Code(), after.Code()) // the place tells
	}
	if m.match[before.Code()] != after.Code() {
		return vm.ClosureValue(after)
	}
	if m.swap[before] == nil && !m.taken[id] {
		m.taken[id] = true
		m.swap[before], m.instead[after] = after, before
		m.upvalues(name, before, was, after)
	}
	if m.swap[before] == nil {
		return vm.ClosureValue(before) // one of many of its kind: a new one is made for it
	}
	return vm.ClosureValue(after)
}

// upvalues has the variables that a function holds beside its file's shared with the
// running one.
func (m *merger) upvalues(name string, before, was, after *vm.Closure) {
	stays := map[int]bool{} // of the running function's
	defer func() { m.lostUpvalues(name, before, stays) }()
	for i := range after.Upvalues() {
		if fileKey(after.Code(), i) != "" {
			continue
		}
		j := m.match.matchingUpvalue(before, after.Code(), i)
		if j < 0 {
			m.declare(name+": "+after.UpvalueName(i), ref{after, i}, true)
			continue
		}
		stays[j] = true
		began := vm.Nil
		if was != nil {
			if k := m.match.matchingUpvalue(was, after.Code(), i); k >= 0 {
				began = was.Upvalue(k)
			}
		}
		m.variable(name+": "+after.UpvalueName(i), ref{before, j}, began, ref{after, i})
	}
}

// lostUpvalues tells of the variables that a running function holds beside its file's
// and that the new one does not have.
func (m *merger) lostUpvalues(name string, before *vm.Closure, stay map[int]bool) {
	for j := range before.Upvalues() {
		if fileKey(before.Code(), j) == "" && !stay[j] {
			m.declare(name+": "+before.UpvalueName(j), ref{before, j}, false)
		}
	}
}

// declare tells of a variable of functions that comes or goes, once.
func (m *merger) declare(name string, at ref, comes bool) {
	if _, known := m.joins[at.cell()]; known || m.lost[at.cell()] || !isState(at.value(), m.st) {
		return
	}
	m.lost[at.cell()] = true
	m.outside(func() { m.add(&declaration{name: name, has: [2]bool{!comes, comes}}) })
}

// variable has the new code share a running variable.
func (m *merger) variable(name string, now ref, was vm.Value, fresh ref) {
	cell := fresh.closure.Cell(fresh.index)
	if _, known := m.joins[cell]; known {
		return
	}
	m.joins[cell] = now
	m.outside(func() {
		m.valueAt(spot{
			name: name, id: now.cell(), get: now.value,
			set: func(v vm.Value) { now.closure.SetUpvalue(now.index, v) },
		}, was, fresh.value())
	})
}
