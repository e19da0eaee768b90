package vm

import "slices"

// This file knows where every search for what can be reached begins.

// AddRoots lets a library or the embedder name the values that it holds: each is
// called in every cycle and calls visit for the place of each of them, in which a
// reload may put another value. An owner that adds roots again, as a library that
// is opened anew, takes back those that it added before.
func (c Collector) AddRoots(owner string, each func(visit func(*Value))) {
	o := &c.s.collector
	o.roots = slices.DeleteFunc(o.roots, func(r roots) bool { return r.owner == owner })
	o.roots = append(o.roots, roots{owner, each})
}

// Roots names the values that owners hold by AddRoots, in the order in which the owners
// came: it is the one list of what leads into a state besides its globals and its registry.
// visit gets the owner and the place of the value.
func (c Collector) Roots(visit func(owner string, place *Value)) { c.s.namedRoots(visit) }

func (s *State) namedRoots(visit func(owner string, place *Value)) {
	for _, r := range s.collector.roots {
		r.each(func(place *Value) { visit(r.owner, place) })
	}
}

// eachRoot gives the values where every search for what can be reached begins.
func (s *State) eachRoot(add func(Value)) {
	add(TableValue(s.Globals))
	add(TableValue(s.Registry))
	for _, meta := range s.metas {
		add(TableValue(meta))
	}
	for _, i := range s.instances {
		add(TableValue(i.table))
	}
	if s.raised != nil {
		add(s.raised.Value)
	}
	if s.isolation != nil {
		add(TableValue(s.isolation.Handlers))
	}
	add(ThreadValue(s.task))
	add(ThreadValue(s.running))
	for _, v := range s.enter {
		add(v)
	}
	for _, v := range s.collector.pending {
		add(v)
	}
	for _, list := range s.collector.kept {
		for _, v := range *list {
			add(v)
		}
	}
	s.namedRoots(func(_ string, v *Value) { add(*v) })
}

// CountHeld has what each gives added to the state's memory at every measurement: bytes
// of what Go code holds for Lua code, and no table, stack or string shows.
func (m Memory) CountHeld(each func() int) { m.s.collector.held = append(m.s.collector.held, each) }

// eachBeside gives what a thread holds beside its stack.
func (t *Thread) eachBeside(add func(Value)) {
	add(ThreadValue(t.resumer))
	add(ThreadValue(t.inner))
	if t.hook != nil {
		add(t.hook.fn)
	}
	if t.failure != nil {
		add(t.failure.Value)
	}
}

// Keep has the values of a list in Go's hands live until release is called:
// defer t.Keep(&list)().
func (t *Thread) Keep(list *[]Value) (release func()) {
	c := &t.state.collector
	c.kept = append(c.kept, list)
	n := len(c.kept) - 1
	return func() { c.kept = c.kept[:n] }
}

// Suspend has nothing cleared and no finalizer run, however it is asked
// for, until resume is called: for an embedder that runs Lua code while it holds
// values which it can't name.
func (c Collector) Suspend() (resume func()) {
	s := c.s
	s.collector.suspended++
	return func() { s.collector.suspended-- }
}
