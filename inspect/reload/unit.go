package reload

import (
	"maps"
	"slices"
	"sort"

	"lunarium/inspect/live"
	"lunarium/runtime/bytecode"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file reloads the files of a service, as one transaction: the modules
// that it loaded with require, in the order in which they were loaded, and then
// its main file.

// units replaces files.
func (r *reload) units(units []unit) error {
	if len(units) == 0 {
		return r.unchanged()
	}
	m, err := r.merge(units)
	if err != nil {
		return err
	}
	if m == nil {
		return r.unchanged()
	}
	units = m.units
	m.functions = r.functions(m, units)
	r.change.functions(r.svc, m.functions)
	followed := newMoves(true)
	followed.step(&step{writes: m.writes}, true)
	followed.report(r.change)
	r.tellRunning(m.holders, m.match.replaces)
	r.tellStaying(m.holders, m.renewal())
	r.finish(func() service.Version {
		s := r.install(m)
		list, current := r.svc.Versions()
		now := list[current-1]
		return service.Version{Code: m.fresh.program.main, Impl: now.Impl, Holder: now.Holder, Step: s}
	})
	return nil
}

// merge works out what becomes of everything; nil when nothing has changed.
func (r *reload) merge(units []unit) (*merger, error) {
	modules := r.required()
	base, err := r.try(r.running(), func(*world) []module { return modules }, units, nil)
	if err != nil {
		if r.ctx.Err() != nil {
			return nil, err
		}
		base = nil // without it, every value counts as changed
	}
	if units = withoutLater(units, base); len(units) == 0 {
		return nil, nil
	}
	fresh, err := r.try(r.edited(units), func(w *world) []module { return needed(modules, w, base) }, units, nil)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(fresh.broken)) {
		changed := slices.ContainsFunc(units, func(u unit) bool { return u.module == name })
		if changed || base == nil || base.broken[name] == nil {
			return nil, fresh.broken[name]
		}
	}
	m := newMerger(r.st, base, fresh, r.counterparts(base, fresh, units), r.change)
	holders, err := r.find(m.match)
	if err != nil {
		return nil, err
	}
	m.units, m.holders, m.live = units, holders, fileVariables(holders.Functions())
	r.leaveOut(m)
	if err := r.everything(m, units); err != nil {
		return nil, err
	}
	return m, m.err
}

// counterparts pairs the functions of all files of both programs.
func (r *reload) counterparts(base, fresh *world, units []unit) counterparts {
	match := counterparts{}
	bySource := map[string]*vm.Code{}
	note := func(c *vm.Code) {
		if root := live.MainChunk(c); bySource[root.Proto().Source] == nil {
			bySource[root.Proto().Source] = root
		}
	}
	for _, u := range units {
		match.match(u.running, u.fresh)
	}
	if fresh.program.main == r.svc.Code() {
		match.same(r.svc.Code())
	}
	for _, m := range r.modules() {
		if match[m.chunk.Code()] == nil {
			match.match(m.chunk.Code(), fresh.program.files[m.path()])
		}
	}
	if base != nil {
		for _, c := range base.functions() {
			note(c.Code())
		}
	}
	for path, code := range r.svc.Files() {
		bySource["@"+path] = code
	}
	for _, c := range fresh.functions() { // what is run beside the program is no part of it
		root := live.MainChunk(c.Code())
		if before := bySource[root.Proto().Source]; before != nil && match[before] == nil && !fresh.edited[root] {
			match.match(before, root)
		}
	}
	return match
}

// everything merges the libraries' tables and the globals, the modules, the variables
// of files, and what the code registered.
func (r *reload) everything(m *merger, units []unit) error {
	u := m.fresh.Universe()
	type table struct {
		name            string
		now, was, fresh *vm.Table
	}
	list := []table{{"", r.st.Globals, nil, u.Globals()}}
	if m.base != nil {
		list[0].was = m.base.Universe().Globals()
	}
	u.Instances(r.st, func(name string, theirs, ours *vm.Table) {
		t := table{name, ours, nil, theirs}
		if m.base != nil {
			t.was = m.base.Universe().InstanceLike(u, theirs)
		}
		list = append(list, t)
	})
	if m.base != nil {
		u.Missing(r.st, m.base.Universe(), func(name string, theirs, ours, plain *vm.Table) {
			list = append(list, table{name, ours, theirs, plain})
		})
	}
	m.stays[vm.TableValue(u.Registry()).Identity()] = vm.TableValue(r.st.Registry)
	for _, t := range list {
		m.stays[vm.TableValue(t.fresh).Identity()] = vm.TableValue(t.now)
		m.taken[vm.TableValue(t.now).Identity()] = true
		if t.was != nil {
			m.begin(t.was, t.now)
		}
	}
	r.keptModules(m, units)
	files := r.fileMerges(m, units)
	r.claims(m, files)
	r.effects(m)
	for _, t := range list[1:] {
		if t.now == loadedModules(r.st) {
			r.mergeModules(m, t.now, t.was, t.fresh)
			continue
		}
		m.table(t.name, t.now, t.was, t.fresh)
	}
	r.chunks(m)
	for _, f := range files {
		m.file(f)
	}
	r.globals(m, units, list[0].was)
	m.types()
	if err := r.handlers(m); err != nil {
		return err
	}
	r.held(m)
	m.keyedFields()
	m.readStandings()
	return nil
}

// keptModules tells of the modules of the files that are exchanged.
func (r *reload) keptModules(m *merger, units []unit) {
	for _, module := range r.required() {
		t := loadedModules(r.st).GetString(module.name).AsTable()
		exchanged := slices.ContainsFunc(units, func(u unit) bool { return u.running == live.MainChunk(module.chunk.Code()) })
		if exchanged && m.leftOut[module.name] == nil && t != nil && isData(t) {
			r.change.Kept = append(r.change.Kept, module.name)
		}
	}
}

// types merges the metatables of types other than tables.
func (m *merger) types() {
	for t := vm.Type(0); t < vm.Types; t++ {
		was := vm.Nil
		if m.base != nil {
			was = vm.TableValue(m.base.Universe().TypeMetatable(t))
		}
		m.merge(t.String()+" metatable",
			func() vm.Value { return vm.TableValue(m.st.TypeMetatable(t)) },
			func(v vm.Value) { m.st.SetTypeMetatable(t, v.AsTable()) },
			was, vm.TableValue(m.fresh.Universe().TypeMetatable(t)))
	}
}

// fileMerge is what is merged of one file's variables.
type fileMerge struct {
	unit
	reported        bool // people are told of them
	now, was, fresh variables
}

// fileMerges lists the files whose variables are merged.
func (r *reload) fileMerges(m *merger, units []unit) (list []fileMerge) {
	inverse := m.match.inverse()
	vars := m.fresh.variables()
	var codes []*vm.Code
	for _, u := range units {
		codes = append(codes, u.fresh)
	}
	for _, c := range m.fresh.functions() {
		if root := live.MainChunk(c.Code()); !slices.Contains(codes, root) {
			codes = append(codes, root)
		}
	}
	for _, root := range codes {
		before := inverse[root]
		if before == nil {
			continue
		}
		f := fileMerge{unit: unit{module: r.moduleOf(before)}, now: m.live[before], fresh: vars[root]}
		f.reported = slices.ContainsFunc(units, func(x unit) bool { return x.running == before })
		if m.base != nil {
			f.was = m.base.variables()[before]
		}
		list = append(list, f)
	}
	return list
}

// claims makes modules, variables and globals the homes of the tables in them.
func (r *reload) claims(m *merger, files []fileMerge) {
	claim := func(now, was, fresh *vm.Table) {
		for _, e := range touched(fresh) {
			if e.Key.IsString() {
				m.claim(fieldName("", e.Key), now.Get(e.Key), entryOf(was, e.Key), e.Value)
			}
		}
	}
	fresh := m.fresh.Universe()
	var modules, globals *vm.Table
	if m.base != nil {
		modules, globals = m.base.loaded(), m.base.Universe().Globals()
	}
	claim(loadedModules(r.st), modules, m.fresh.loaded())
	for _, f := range files {
		for _, key := range slices.Sorted(maps.Keys(f.fresh)) {
			before, known := f.now[key]
			if after := f.fresh[key]; known && key != environment && !before.many && !after.many {
				m.claim(f.place(key), before.value(), f.began(key), after.value())
			}
		}
	}
	claim(r.st.Globals, globals, fresh.Globals())
}

// began gives what the old code began with in a variable.
func (f *fileMerge) began(key string) vm.Value {
	if first, ok := f.was[key]; ok {
		return first.value()
	}
	return vm.Nil
}

// file merges the variables of one file.
func (m *merger) file(f fileMerge) {
	now, fresh, reported, u := f.now, f.fresh, f.reported, f.unit
	for _, key := range slices.Sorted(maps.Keys(fresh)) {
		after := fresh[key]
		before, known := now[key]
		if key == environment {
			if known && !before.many && !after.many {
				m.joins[after.cell()] = before.ref
			}
			continue
		}
		if !known {
			if reported && isState(after.value(), m.st) && !m.isModule(after.value()) {
				m.add(&declaration{name: u.place(key), has: [2]bool{false, true}})
			}
			continue
		}
		if before.many || after.many {
			continue
		}
		if reported && isState(before.value(), m.st) {
			m.report.Kept = append(m.report.Kept, u.place(key))
		}
		m.variable(u.place(key), before.ref, f.began(key), after.ref)
	}
	for _, key := range slices.Sorted(maps.Keys(now)) {
		if _, stays := fresh[key]; reported && !stays && key != environment && isState(now[key].value(), m.st) {
			m.add(&declaration{name: u.place(key), has: [2]bool{true, false}})
		}
	}
}

// isModule tells whether a value is what a module of the new code gives.
func (m *merger) isModule(v vm.Value) bool {
	for _, e := range touched(m.fresh.loaded()) {
		if vm.Same(e.Value, v) {
			return true
		}
	}
	return false
}

// globals merges the global variables.
func (r *reload) globals(m *merger, units []unit, was *vm.Table) {
	entries := touched(m.fresh.Universe().Globals())
	sort.SliceStable(entries, func(i, j int) bool { return live.KeyBefore(entries[i].Key, entries[j].Key) })
	for _, e := range entries {
		name, ok := e.Key.AsString()
		if now := r.st.Globals.Get(e.Key); ok && !e.Value.IsNil() && !live.IsGivenGlobal(name) && isState(now, m.st) && assigned(units, name) {
			r.change.Kept = append(r.change.Kept, name)
		}
	}
	m.table("", r.st.Globals, was, m.fresh.Universe().Globals())
}

// assigned tells whether the new code of some file assigns to a global.
func assigned(units []unit, name string) bool {
	return slices.ContainsFunc(units, func(u unit) bool { return assigns(u.fresh.Proto(), name) })
}

func assigns(p *bytecode.Proto, name string) bool {
	for pc, i := range p.Code {
		if i.Op() == bytecode.SETTABUP && bytecode.UpvalueName(p, i.A()) == "_ENV" && bytecode.KeyName(p, pc, i.B()) == name {
			return true
		}
	}
	return slices.ContainsFunc(p.Protos, func(nested *bytecode.Proto) bool { return assigns(nested, name) })
}
