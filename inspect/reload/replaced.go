package reload

import (
	"context"
	"fmt"

	"lunarium/inspect/live"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file counts as a version what a service has replaced by itself.

// Replaced counts as a version of a service's code that the service itself has put another
// implementation into the variable that held old: a table with handle_message, as in the
// tutorial. It gives the version's number.
func Replaced(own service.Self, old vm.Value) (number int, err error) {
	s, was := own.Reloading(), implementation(old)
	r := &reload{ctx: context.Background(), svc: s, st: s.State(), change: &Change{Service: s.Name()}}
	defer r.st.Collector().Suspend()()
	v, code, ok := r.holder()
	if was == nil || !ok || v.Value().AsTable() == old.AsTable() {
		return 0, fmt.Errorf("%s keeps no table with handle_message in a variable in the place of the old one", s.Handle())
	}
	r.st.Collector().AddRoots(live.VersionsOwner, r.visitVersions)
	r.tellFunctions(old.AsTable(), was, v.Value().AsTable(), code)
	r.finish(func() service.Version {
		list, current := s.Versions()
		if now := &list[current-1]; now.Impl == nil {
			now.Impl, now.Holder = was, v.Name
		}
		return service.Version{Code: s.Code(), Impl: code, Holder: v.Name, Own: true}
	})
	if sameText(was.Proto(), code.Proto()) {
		list, current := s.Versions()
		list[current-1].Changes = "the same text again"
	}
	return r.change.Version, nil
}

// tellFunctions compares the functions of two implementations that the service holds.
func (r *reload) tellFunctions(old *vm.Table, was *vm.Code, fresh *vm.Table, code *vm.Code) {
	before, after := map[string]string{}, map[string]string{}
	tableFunctions(before, old)
	tableFunctions(after, fresh)
	innerFunctions(before, map[*vm.Code]bool{}, functionsBehind(old, was).found, was)
	innerFunctions(after, map[*vm.Code]bool{}, functionsBehind(fresh, code).found, code)
	r.change.functions(r.svc, functionChange{was: before, now: after, started: map[string]bool{}})
}

// What is looked at for the functions of an implementation, since the service waits
// meanwhile and may hold very much: so many objects, and so many entries of a table, whose
// records have their functions in common.
const (
	mostBehind  = 20_000
	mostEntries = 200
)

// behind are the functions of a file that a table leads to.
type behind struct {
	found []*vm.Closure
	seen  map[vm.Identity]bool
	queue []vm.Value
}

// functionsBehind finds the functions of a file, those that are nearest to a table first.
func functionsBehind(t *vm.Table, file *vm.Code) *behind {
	b := &behind{seen: map[vm.Identity]bool{}}
	b.add(vm.TableValue(t))
	for ; len(b.queue) > 0; b.queue = b.queue[1:] {
		v := b.queue[0]
		if t := v.AsTable(); t != nil {
			b.table(t)
		} else if c := v.AsClosure(); c != nil {
			b.closure(c, file)
		}
	}
	return b
}

func (b *behind) add(v vm.Value) {
	if id := v.Identity(); id != nil && !b.seen[id] && len(b.seen) < mostBehind && (v.IsTable() || v.AsClosure() != nil) {
		b.seen[id] = true
		b.queue = append(b.queue, v)
	}
}

func (b *behind) table(t *vm.Table) {
	b.add(vm.TableValue(t.Metatable()))
	left := mostEntries
	t.Touched(func(k, v vm.Value) bool {
		b.add(k)
		b.add(v)
		left--
		return left > 0
	})
}

func (b *behind) closure(c *vm.Closure, file *vm.Code) {
	if live.MainChunk(c.Code()) == file {
		b.found = append(b.found, c)
	}
	for i := range c.Upvalues() {
		b.add(c.Upvalue(i))
	}
}
