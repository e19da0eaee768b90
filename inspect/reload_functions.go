package inspect

import (
	"maps"
	"slices"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file tells what becomes of functions.

// functionChange is what becomes of the functions of the files that are exchanged.
type functionChange struct {
	was, now map[string]string // by name: what they do, as fingerprints
	units    []unit
	match    counterparts
	started  map[string]bool // fingerprints of start functions: a note tells of them
}

// functions gathers what becomes of the functions of the changed files.
func (r *reload) functions(m *merger, units []unit) functionChange {
	f := functionChange{map[string]string{}, map[string]string{}, units, m.match, map[string]bool{}}
	for _, u := range units {
		if m.base != nil {
			nameFunctions(f.was, u, u.running, m.base)
		}
		nameFunctions(f.now, u, u.fresh, m.fresh)
	}
	for _, name := range sortedNames(m.leftOut) {
		nameFunctions(f.was, unit{module: name}, m.leftOut[name], m.base)
	}
	for _, module := range r.broughtModules(m) {
		nameFunctions(f.now, unit{module: module.name}, module.chunk.Code(), m.fresh)
	}
	for _, start := range []vm.Value{r.svc.Start(), m.fresh.Start()} {
		if c := startFunction(start).AsClosure(); c != nil {
			f.started[fingerprint(c.Code().Proto())] = true
		}
	}
	return f
}

// reversed is the change that takes this one back.
func (f functionChange) reversed() functionChange {
	back := functionChange{f.now, f.was, nil, f.match.inverse(), f.started}
	for _, u := range f.units {
		back.units = append(back.units, unit{module: u.module, running: u.fresh, fresh: u.running})
	}
	return back
}

// then is the change that this one and the next one are together.
func (f functionChange) then(next functionChange) functionChange {
	both := functionChange{maps.Clone(f.was), maps.Clone(f.now), nil, counterparts{}, maps.Clone(f.started)}
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
	return both
}

// functions lists functions by what becomes of them.
func (c *Change) functions(s *service.Service, f functionChange) {
	for _, name := range sortedNames(f.now) {
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
	for _, name := range sortedNames(f.was) {
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
}
