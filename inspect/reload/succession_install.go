package reload

import (
	"maps"
	"slices"

	"lunarium/inspect/live"
	"lunarium/runtime/vm"
)

// This file puts the functions of a new implementation in the place of the old one's,
// wherever they are held.

// replace has the new functions stand wherever old ones are held, once the service has
// the new implementation. What stays old is noted, by a dry run as well.
func (r *reload) replace(s *succession) error {
	holders, err := r.findImplementations(s.old, slices.Collect(maps.Keys(s.tables)))
	if err != nil {
		return err
	}
	n := &renewal{
		st: r.st, match: s.match, swap: s.swap, becomes: s,
		other: func(root *vm.Code) variables { return s.files[root] },
	}
	for _, c := range holders.Functions() {
		if s.swap[c] == nil && s.match[c.Code()] != nil && s.outlives(c) {
			if fresh := n.closure(c); fresh != nil {
				s.swap[c] = fresh
			}
		}
	}
	if !r.dry {
		for _, c := range holders.Functions() {
			s.rejoin(c)
		}
		holders.Replace(func(c *vm.Closure) *vm.Closure { return s.swap[c] })
		s.reclassify(r.st, holders.Instances)
	}
	r.tellStaying(holders, n)
	r.tellHeld(holders, s)
	r.tellRunning(holders, func(c *vm.Code) bool { return live.MainChunk(c) == s.old && s.old != s.fresh })
	return nil
}

// reclassify makes objects of the old implementation's classes objects of the new one's.
func (s *succession) reclassify(st *vm.State, instances []*vm.Table) {
	for _, t := range instances {
		if now := s.tables[t.Metatable()]; now != nil {
			st.SetMetatable(t, now)
		}
		if now := s.tables[t.GetString("__index").AsTable()]; now != nil && s.tables[t] == nil {
			t.Set(vm.String("__index"), vm.TableValue(now))
		}
	}
}

// findImplementations searches the service for functions of the running implementation
// and of those before it, and for objects of classes.
func (r *reload) findImplementations(running *vm.Code, classes []*vm.Table) (*vm.Holders, error) {
	files := map[*vm.Code]bool{running: true}
	list, _ := r.svc.Versions()
	for _, v := range list {
		if v.Impl != nil {
			files[v.Impl] = true
		}
	}
	return r.search(func(c *vm.Code) vm.Interest {
		if files[live.MainChunk(c)] {
			return vm.Replaceable
		}
		return vm.Unwanted
	}, classes...)
}

// tellHeld notes the functions of the old file that something still holds and that the new
// one does not have: they go on, with the state of the new implementation.
func (r *reload) tellHeld(holders *vm.Holders, s *succession) {
	var held []*vm.Code
	known := map[*vm.Code]bool{}
	for _, task := range r.svc.LoadedTimeouts() { // of the old file: they are taken back
		if c := task.Function().AsClosure(); c != nil {
			known[c.Code()] = true
		}
	}
	for _, c := range holders.Functions() {
		if live.MainChunk(c.Code()) == s.old && s.match[c.Code()] == nil && !known[c.Code()] {
			known[c.Code()] = true
			held = append(held, c.Code())
		}
	}
	if len(held) > 0 {
		r.note("still held, though the new file does not have it: %s", fewOf(places(r.svc, held), ", "))
	}
}
