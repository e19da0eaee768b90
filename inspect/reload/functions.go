package reload

import (
	"maps"
	"slices"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file tells what becomes of functions.

// functions gathers what becomes of the functions of the changed files.
func (r *reload) functions(m *merger, units []unit) functionChange {
	f := functionChange{was: map[string]string{}, now: map[string]string{}, units: units, match: m.match, started: map[string]bool{}}
	named := map[*vm.Code]bool{}
	var olds, news []*vm.Code // files
	before := func(u unit, file *vm.Code) {
		olds = append(olds, file)
		nameFunctions(f.was, named, u, file, m.base)
	}
	after := func(u unit, file *vm.Code) {
		news = append(news, file)
		nameFunctions(f.now, named, u, file, m.fresh)
	}
	for _, u := range units {
		if m.base != nil {
			before(u, u.running)
		}
		after(u, u.fresh)
	}
	for _, name := range slices.Sorted(maps.Keys(m.leftOut)) {
		before(unit{module: name}, m.leftOut[name])
	}
	for _, module := range r.broughtModules(m) {
		after(unit{module: module.name}, module.chunk.Code())
	}
	for _, start := range []vm.Value{r.svc.Start(), m.fresh.Start()} {
		if c := startFunction(start).AsClosure(); c != nil {
			f.started[fingerprint(c.Code().Proto())] = true
		}
	}
	f.removed = f.loose(m.base, olds, named, m.match)
	f.added = f.loose(m.fresh, news, named, m.match.inverse())
	return f
}

// reversed is the change that takes this one back.
func (f functionChange) reversed() functionChange {
	back := functionChange{was: f.now, now: f.was, match: f.match.inverse(), started: f.started, added: f.removed, removed: f.added}
	for _, u := range f.units {
		back.units = append(back.units, unit{module: u.module, running: u.fresh, fresh: u.running})
	}
	return back
}

// then is the change that this one and the next one are together.
func (f functionChange) then(next functionChange) functionChange {
	both := functionChange{was: maps.Clone(f.was), now: maps.Clone(f.now), match: counterparts{}, started: maps.Clone(f.started)}
	for name, print := range next.was {
		_, had := f.was[name]
		if _, has := f.now[name]; !had && !has {
			both.was[name] = print
		}
		delete(both.now, name)
	}
	maps.Copy(both.now, next.now)
	maps.Copy(both.started, next.started)
	for before, between := range f.match {
		if after := next.match[between]; after != nil {
			both.match[before] = after
		}
	}
	seen := map[string]bool{}
	for _, u := range append(slices.Clone(f.units), next.units...) {
		if source := u.running.Proto().Source; !seen[source] {
			seen[source] = true
			both.units = append(both.units, u)
		}
	}
	both.thenLoose(f, next)
	return both
}

// functions lists functions by what becomes of them.
func (c *Change) functions(s service.Reloading, f functionChange) {
	for _, name := range slices.Sorted(maps.Keys(f.now)) {
		old, known := f.was[name]
		switch {
		case !known:
			c.NewFunctions = append(c.NewFunctions, name)
		case old != f.now[name]:
			c.ChangedFunctions = append(c.ChangedFunctions, name)
		default:
			c.SameFunctions = append(c.SameFunctions, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.was)) {
		if _, stays := f.now[name]; !stays {
			c.RemovedFunctions = append(c.RemovedFunctions, name)
		}
	}
	named := maps.Clone(f.started)
	for _, print := range f.was {
		named[print] = true
	}
	for _, u := range f.units {
		f.match.unnamed(s, u.running, named, &c.ChangedFunctions)
	}
	c.NewFunctions = append(c.NewFunctions, places(s, f.added)...)
	c.RemovedFunctions = append(c.RemovedFunctions, places(s, f.removed)...)
}

// broughtModules lists those that the service does not have yet.
func (r *reload) broughtModules(m *merger) []module {
	chunks := r.st.Registry.GetString("_CHUNKS").AsTable()
	return slices.DeleteFunc(filesAmong(modulesOf(m.fresh.Universe().Registry())), func(m module) bool {
		return chunks != nil && !chunks.GetString(m.name).IsNil()
	})
}
