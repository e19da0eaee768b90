package inspect

import (
	"fmt"

	"lunarium/runtime/vm"
)

// merger decides, place by place, what a reload puts where. It compares three
// things: what the running service holds, what its old code began with, and
// what the new code begins with. It changes nothing: install does, at the end.
type merger struct {
	st     *vm.State
	unit   unit
	fresh  *world
	refs   map[vm.Cell][]ref // who holds the variables of the new code
	steps  []func()
	batch  *batch
	paired map[any]bool
	report *Change
	err    error
}

func newMerger(st *vm.State, u unit, fresh *world, b *batch, report *Change) *merger {
	return &merger{
		st: st, unit: u, fresh: fresh, refs: holders(st, fresh.roots()), batch: b,
		paired: map[any]bool{}, report: report,
	}
}

// CarryError says which state a reload could not carry over.
type CarryError struct {
	Name         string // the place, such as "rooms" or "config.limits"
	Holds, Wants string // kinds of values
}

func (e *CarryError) Error() string {
	return fmt.Sprintf("the state cannot be carried: %s holds %s and is %s in the new code", e.Name, e.Holds, e.Wants)
}

func kindOf(v vm.Value) string {
	if t := v.AsTable(); t != nil {
		return fmt.Sprintf("a table (%d entries)", t.Count())
	}
	if v.IsNil() {
		return "nil"
	}
	return "a " + v.Type().String()
}

func (m *merger) refuse(name string, running, fresh vm.Value) vm.Value {
	if m.err == nil {
		m.err = &CarryError{name, kindOf(running), kindOf(fresh)}
	}
	return running
}

// choose gives what stands in a place after the reload. began is what the old
// code began with, nil when that is not known.
func (m *merger) choose(name string, running, began, fresh vm.Value) vm.Value {
	switch {
	case vm.Same(running, fresh):
		return running
	case fresh.IsFunction():
		return m.chooseFunction(name, running, began, fresh)
	case fresh.IsTable():
		return m.chooseTable(name, running, began, fresh)
	case sameKind(running, fresh):
		return running // what a library opened, such as a pool of connections
	case running.IsFunction():
		if fresh.IsNil() {
			return running
		}
		return fresh
	case running.IsTable() && !fresh.IsNil():
		if running.AsTable().Count() == 0 {
			return fresh
		}
		return m.refuse(name, running, fresh)
	case vm.Same(running, began):
		if !fresh.IsNil() {
			m.report.Updated = append(m.report.Updated, name)
		}
		return fresh
	}
	return running
}

// sameKind tells whether two values are a library's userdata of one kind.
func sameKind(a, b vm.Value) bool {
	x, y := a.AsUserdata(), b.AsUserdata()
	return x != nil && y != nil && x.Metatable != nil && x.Metatable == y.Metatable
}

func (m *merger) chooseFunction(name string, running, began, fresh vm.Value) vm.Value {
	switch {
	case running.IsNil() || !running.IsTable() && vm.Same(running, began):
		return fresh
	case !running.IsFunction():
		return m.refuse(name, running, fresh)
	}
	before, after := running.AsClosure(), fresh.AsClosure()
	if before == nil || after == nil {
		if before == nil && after == nil && running.AsGo().Name == fresh.AsGo().Name {
			return running // what a library made, such as a lock
		}
		return fresh
	}
	if rootOf(after.Code()) != m.fresh.code && before.Code() == after.Code() {
		return running // likewise, of a library written in Lua
	}
	m.pair(name, before, began.AsClosure(), after)
	m.swap(before, after)
	return fresh
}

// swap makes whoever else holds a function of the old code, under another name
// or in another module, hold the new one.
func (m *merger) swap(before, after *vm.Closure) {
	id := any(vm.ClosureValue(before).Identity())
	if _, done := m.batch.swapped[id]; !done && rootOf(before.Code()) == m.unit.running {
		m.batch.swapped[id] = vm.ClosureValue(after)
	}
}

func (m *merger) chooseTable(name string, running, began, fresh vm.Value) vm.Value {
	switch {
	case running.IsTable():
		if !isLibrary(fresh, m.st) {
			m.table(name, running.AsTable(), began.AsTable(), fresh.AsTable())
			return running
		}
		return fresh
	case running.IsFunction() || vm.Same(running, began):
		return fresh
	case running.IsNil():
		return running
	}
	return m.refuse(name, running, fresh)
}

// pair carries the variables that a function holds beside its file's.
func (m *merger) pair(name string, running, began, fresh *vm.Closure) {
	for i := range fresh.Upvalues() {
		upvalue := fresh.UpvalueName(i)
		if upvalue == "" || upvalue == "_ENV" || m.paired[fresh.Cell(i)] || m.isFile(fresh, i) {
			continue
		}
		j := inner(running, upvalue)
		if j < 0 {
			continue
		}
		m.paired[fresh.Cell(i)] = true
		was := vm.Nil
		if began != nil {
			if k := inner(began, upvalue); k >= 0 {
				was = began.Upvalue(k)
			}
		}
		m.variable(name+": "+upvalue, ref{running, j}, was, ref{fresh, i})
	}
}

// isResult tells whether v is what the unit's module gives.
func (m *merger) isResult(v vm.Value) bool {
	return m.unit.module != "" && vm.Same(v, m.fresh.result())
}

func (m *merger) isFile(c *vm.Closure, i int) bool {
	return rootOf(c.Code()) == m.fresh.code && fileKey(c.Code(), i) != ""
}

// inner finds an upvalue that is not one of its file's variables; -1: none.
func inner(c *vm.Closure, name string) int {
	for i := range c.Upvalues() {
		if c.UpvalueName(i) == name && fileKey(c.Code(), i) == "" {
			return i
		}
	}
	return -1
}

// variable makes the new code share a running variable.
func (m *merger) variable(name string, running ref, began vm.Value, fresh ref) {
	before := running.value()
	v := m.choose(name, before, began, fresh.value())
	refs := m.refs[fresh.closure.Cell(fresh.index)]
	m.steps = append(m.steps, func() {
		if v = m.resolve(v); v != before {
			running.closure.SetUpvalue(running.index, v)
		}
		for _, r := range refs {
			r.closure.Join(r.index, running.closure, running.index)
		}
	})
}

// resolve gives the running table for one of the new code that it stands for.
func (m *merger) resolve(v vm.Value) vm.Value {
	if id := v.Identity(); id != nil && v.IsTable() {
		if stays, ok := m.batch.replaced[any(id)]; ok {
			return stays
		}
	}
	return v
}

// table brings a running table up to date: functions are the new code's, data
// stays, but for named constants that only the code has changed.
func (m *merger) table(name string, running, began, fresh *vm.Table) {
	id := any(vm.TableValue(fresh).Identity())
	if _, done := m.batch.replaced[id]; done || running == fresh {
		return
	}
	m.batch.replaced[id] = vm.TableValue(running)
	for _, e := range entriesOf(fresh) {
		m.entry(name, running, began, e)
	}
	if began != nil {
		for _, e := range entriesOf(began) {
			now := running.Get(e.key)
			if e.value.IsFunction() && now.IsFunction() && fresh.Get(e.key).IsNil() {
				m.steps = append(m.steps, func() { running.Set(e.key, vm.Nil) })
			}
		}
	}
	m.metatable(name, running, began, fresh)
}

func (m *merger) metatable(name string, running, began, fresh *vm.Table) {
	before, after := running.Metatable(), fresh.Metatable()
	switch {
	case after == nil || before == after:
	case before == nil:
		m.steps = append(m.steps, func() {
			m.st.SetMetatable(running, m.resolve(vm.TableValue(after)).AsTable())
		})
	default:
		var first *vm.Table
		if began != nil {
			first = began.Metatable()
		}
		m.table(name+"'s metatable", before, first, after)
	}
}

func (m *merger) entry(name string, running, began *vm.Table, fresh entry) {
	now, was := running.Get(fresh.key), vm.Nil
	if began != nil {
		was = began.Get(fresh.key)
	}
	key, named := fresh.key.AsString()
	switch {
	case now.IsNil():
		if !fresh.value.IsFunction() && (began == nil || !was.IsNil()) {
			return // the service took it out
		}
		m.put(running, fresh.key, fresh.value)
		return
	case !named && !fresh.value.IsFunction() && !fresh.value.IsTable():
		return
	}
	if v := m.choose(name+"."+key, now, was, fresh.value); v != now {
		m.put(running, fresh.key, v)
	}
}

func (m *merger) put(t *vm.Table, key, v vm.Value) {
	m.steps = append(m.steps, func() { t.Set(key, m.resolve(v)) })
}

// files merges the variables of a file.
func (m *merger) files(running, began, fresh variables) {
	for _, key := range sortedNames(fresh) {
		after := fresh[key]
		before, known := running[key]
		if !known {
			if isState(after.value(), m.st) && !m.isResult(after.value()) {
				m.report.Added = append(m.report.Added, m.unit.place(key))
			}
			continue
		}
		was := vm.Nil
		if first, ok := began[key]; ok {
			was = first.value()
		}
		if isState(before.value(), m.st) {
			m.report.Kept = append(m.report.Kept, m.unit.place(key))
		}
		m.variable(m.unit.place(key), before.ref, was, after.ref)
	}
	for _, key := range sortedNames(running) {
		if _, stays := fresh[key]; !stays && isState(running[key].value(), m.st) {
			m.report.Dropped = append(m.report.Dropped, m.unit.place(key))
		}
	}
}

// globals merges what the file's code writes to global names.
func (m *merger) globals(began, fresh *vm.Table) {
	globals := m.st.Globals
	entries, _ := sortedEntries(fresh, 1<<30)
	for _, e := range entries {
		name, _ := e.key.AsString()
		now, was := globals.Get(e.key), vm.Nil
		if began != nil {
			was = began.Get(e.key)
		}
		switch {
		case now.IsNil():
			if isState(e.value, m.st) {
				m.report.Added = append(m.report.Added, name)
			}
			m.put(globals, e.key, e.value)
		default:
			if isState(now, m.st) {
				m.report.Kept = append(m.report.Kept, name)
			}
			m.put(globals, e.key, m.choose(name, now, was, e.value))
		}
	}
	if began == nil {
		return
	}
	entries, _ = sortedEntries(began, 1<<30)
	for _, e := range entries {
		if fresh.Get(e.key).IsNil() && !globals.Get(e.key).IsNil() {
			if name, _ := e.key.AsString(); isState(globals.Get(e.key), m.st) {
				m.report.Dropped = append(m.report.Dropped, name)
			}
			m.steps = append(m.steps, func() { globals.Set(e.key, vm.Nil) })
		}
	}
}

// install does what was decided. Nothing in it can fail.
func (m *merger) install() {
	substitute(m.st, m.fresh.roots(), func(v vm.Value) (vm.Value, bool) {
		stays := m.resolve(v)
		return stays, stays != v
	})
	for _, step := range m.steps {
		step()
	}
	if m.fresh.main.Upvalues() > 0 {
		m.fresh.main.SetUpvalue(0, vm.TableValue(m.st.Globals))
	}
	for list, entries := range m.fresh.required {
		for _, e := range entries {
			m.st.Registry.GetString(list).AsTable().Set(e.key, e.value)
		}
	}
}
