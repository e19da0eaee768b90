package vm

import "slices"

// This file is what Lua code sees of a state, put aside for another.

// Universe is what Lua code sees of a state and reaches everything from: the
// globals, the registry, the libraries' tables, the metatables of types, and what
// the libraries keep. A state has one; code can be tried in another one, which
// begins empty, so that no write of it reaches a table, a variable or a metatable
// that was there before: nothing in one universe refers to the other. Objects of
// both are of one state, and what was made in the one may be put into the other.
type Universe struct {
	globals, registry *Table
	data              any
	metas             [typeCount]*Table
	instances         []instance
	roots             []roots
	isolation         *Isolation
	first, last       uint64 // sequence numbers of the objects made in it
}

// NewUniverse makes one without libraries.
func (s *State) NewUniverse(isolation *Isolation) *Universe {
	u := &Universe{isolation: isolation, first: s.ids + 1}
	u.globals, u.registry = s.NewTable(0, 0), s.NewTable(0, 0)
	return u
}

// Enter has code run in the universe until leave is called. It must not be
// called, nor leave, while a task runs.
func (s *State) Enter(u *Universe) (leave func()) {
	outer := &Universe{}
	s.exchange(outer)
	s.exchange(u)
	s.collector.roots = append(s.collector.roots, roots{"the universe outside", func(visit func(*Value)) {
		outer.visit(visit)
	}})
	return func() {
		c := &s.collector
		c.roots = c.roots[:len(c.roots)-1]
		u.last = s.ids
		s.exchange(u)
		s.exchange(outer)
	}
}

// exchange puts a universe in place of the state's, and the state's in its place.
func (s *State) exchange(u *Universe) {
	s.Globals, u.globals = u.globals, s.Globals
	s.Registry, u.registry = u.registry, s.Registry
	s.data, u.data = u.data, s.data
	s.metas, u.metas = u.metas, s.metas
	s.instances, u.instances = u.instances, s.instances
	s.collector.roots, u.roots = u.roots, s.collector.roots
	s.isolation, u.isolation = u.isolation, s.isolation
	s.last = nil
}

// visit names what the universe is reached from.
func (u *Universe) visit(visit func(*Value)) {
	tables := []*Table{u.globals, u.registry}
	tables = append(tables, u.metas[:]...)
	for _, i := range u.instances {
		tables = append(tables, i.table)
	}
	if u.isolation != nil {
		tables = append(tables, u.isolation.Handlers)
	}
	for _, t := range tables {
		v := TableValue(t)
		visit(&v)
	}
	for _, r := range u.roots {
		r.each(visit)
	}
}

// Globals and Registry give the universe's tables, while it is not entered.
func (u *Universe) Globals() *Table { return u.globals }

func (u *Universe) Registry() *Table { return u.registry }

// Made tells whether an object was made in the universe.
func (u *Universe) Made(v Value) bool {
	id := v.Sequence()
	return id >= u.first && id <= u.last
}

// TypeMetatable gives the metatable that all values of a type share.
func (u *Universe) TypeMetatable(t Type) *Table { return u.metas[t] }

// Instances calls f for each library's table in the universe and the one that
// stands for it in the state, which is made if it was not needed yet.
func (u *Universe) Instances(s *State, f func(name string, theirs, ours *Table)) {
	for _, i := range u.instances {
		f(i.template.name, i.table, s.Instance(i.template))
	}
}

// Missing calls f for each library's table that another universe has and this one did
// not need: the other's, the state's own, and one as the library makes it.
func (u *Universe) Missing(s *State, other *Universe, f func(name string, theirs, ours, plain *Table)) {
	for _, i := range other.instances {
		if slices.ContainsFunc(u.instances, func(own instance) bool { return own.template == i.template }) {
			continue
		}
		plain := s.NewTable(0, 0)
		s.Follow(plain, i.template)
		f(i.template.name, i.table, s.Instance(i.template), plain)
	}
}

// InstanceLike gives the universe's table of the template of one of another's
// tables; nil when it has none.
func (u *Universe) InstanceLike(other *Universe, table *Table) *Table {
	for _, i := range other.instances {
		if i.table != table {
			continue
		}
		for _, own := range u.instances {
			if own.template == i.template {
				return own.table
			}
		}
	}
	return nil
}

// Merge makes the state keep what libraries of the universe keep, for objects that
// go over: those that were opened there under an owner that the state has none of,
// or all but the given ones.
func (u *Universe) Merge(s *State, all bool, but string) {
	for _, r := range u.roots {
		known := false
		for _, own := range s.collector.roots {
			known = known || own.owner == r.owner
		}
		if r.owner != but && (all || !known) {
			s.collector.roots = append(s.collector.roots, roots{r.owner, r.each})
		}
	}
}

// EachInstance calls f for each library's table in the universe.
func (u *Universe) EachInstance(f func(*Table)) {
	for _, i := range u.instances {
		f(i.table)
	}
}
