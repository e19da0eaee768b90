package reload

import (
	"cmp"
	"slices"

	"lunarium/inspect/live"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file is about functions that come and go and that no name leads to, such as
// handlers that a file puts into a list: people are told of their places.

// loose gives those of some files, written at the top or in the start function, that a
// world holds and that have no counterpart. What is in another function is told with it,
// and what is given to a timer with that.
func (f *functionChange) loose(w *world, files []*vm.Code, named map[*vm.Code]bool, others counterparts) (list []*vm.Code) {
	if w == nil {
		return nil
	}
	held := map[*vm.Code]bool{}
	for _, v := range w.held {
		if c := v.AsClosure(); c != nil {
			held[c.Code()] = true
		}
	}
	for _, fn := range w.functions() {
		c := fn.Code()
		top := c.Parent() != nil && (c.Parent().Parent() == nil || f.started[fingerprint(c.Parent().Proto())])
		if top && others[c] == nil && !named[c] && !held[c] && !f.started[fingerprint(c.Proto())] &&
			slices.Contains(files, live.MainChunk(c)) && !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	return list
}

// thenLoose works out which of them come and go in two changes together. One that goes
// and comes again is as it was.
func (f *functionChange) thenLoose(first, next functionChange) {
	before := first.match.inverse()
	through := func(match counterparts, c *vm.Code) *vm.Code {
		if other := match[c]; other != nil {
			return other
		}
		return c
	}
	for _, c := range first.added {
		if !slices.Contains(next.removed, c) {
			f.added = append(f.added, through(next.match, c))
		}
	}
	f.removed = slices.Clone(first.removed)
	for _, c := range next.removed {
		if !slices.Contains(first.added, c) {
			f.removed = append(f.removed, through(before, c))
		}
	}
	for _, c := range next.added {
		again := slices.IndexFunc(f.removed, func(gone *vm.Code) bool {
			return gone.Proto().Source == c.Proto().Source && fingerprint(gone.Proto()) == fingerprint(c.Proto())
		})
		if again < 0 {
			f.added = append(f.added, c)
			continue
		}
		f.removed = slices.Delete(f.removed, again, again+1)
	}
}

// places names functions by their places, in the order of their files and lines.
func places(s service.Reloading, list []*vm.Code) (names []string) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b *vm.Code) int {
		return cmp.Or(cmp.Compare(a.Proto().Source, b.Proto().Source), cmp.Compare(a.Proto().LineDefined, b.Proto().LineDefined))
	})
	for _, c := range list {
		names = append(names, placeOf(s, c))
	}
	return names
}
