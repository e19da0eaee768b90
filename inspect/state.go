package inspect

import (
	"context"

	"lunarium/inspect/live"
	"lunarium/inspect/plain"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file answers what a service's state is, as a whole or at a path.

// State is what a service knows: the globals that it added, and the local
// variables that its functions hold.
type State struct {
	Service string
	Entries []plain.Entry // file-locals and globals by name, then other upvalues
	Total   int
}

// Dump describes a service's state, or the part at a path such as
// rooms.lobby.users. Functions are left out of the whole state: it is data.
//
// A small state is described as it is at one moment. A large one is in steps,
// between which the service goes on: a table of up to some thousand entries is as it
// was at one moment, and the total of a larger one counts what is there all the
// time, and of what comes and goes meanwhile some.
func Dump(ctx context.Context, s *service.Service, path plain.Path, limits plain.Limits) (State, error) {
	state := State{Service: s.Name()}
	var failure error
	err := live.InSteps(ctx, s, func(own service.Self, w *live.Work) {
		d := live.NewDescriber(limits, w)
		n := live.NamesOf(own)
		if len(path) > 0 {
			n.Search(w, live.Only(path[0].Text))
			v, err := n.Follow(w, path)
			if err != nil {
				failure = err
				return
			}
			after := n.After(path, limits)
			shown := d.Value(v, path, limits.Depth)
			shown.After = after
			state.Entries = []plain.Entry{{Key: plain.OfString(path.String(), 0), Value: shown}}
			state.Total = 1
			return
		}
		n.Search(w, live.AnyName)
		for _, place := range n.List() {
			v := place.Get()
			if v.IsFunction() {
				continue
			}
			state.Total++
			state.Entries = append(state.Entries, plain.Entry{
				Key:   plain.OfString(place.Name, 0),
				Value: d.Value(v, plain.Path{plain.NameKey(place.Name)}, limits.Depth),
			})
		}
	})
	if err == nil {
		err = failure
	}
	return state, err
}

// Places lists the places directly below a path, the first most of those whose keys
// are wanted; below the empty path, the names of the state.
func Places(ctx context.Context, s *service.Service, parent plain.Path, most int, wanted func(plain.Key) bool) (places []plain.Path, err error) {
	var failure error
	err = live.InSteps(ctx, s, func(own service.Self, w *live.Work) {
		n := live.NamesOf(own)
		if len(parent) == 0 {
			for _, place := range n.List() {
				if key := plain.NameKey(place.Name); len(places) < most && wanted(key) && !place.Get().IsFunction() {
					places = append(places, plain.Path{key})
				}
			}
			return
		}
		n.Search(w, live.Only(parent[0].Text))
		v, err := n.Follow(w, parent)
		if failure = err; err != nil || !v.IsTable() {
			return
		}
		entries, _ := live.FirstEntries(w, v.AsTable(), most, func(v vm.Value) bool {
			key := live.PathKey(v)
			return key.Kind != plain.Table && wanted(key)
		})
		for _, e := range entries {
			places = append(places, parent.Append(live.PathKey(e.Key)))
		}
	})
	if err == nil {
		err = failure
	}
	return places, err
}

// Size is what a place of a service's state takes with all that it leads to as data.
type Size struct {
	Bytes int
	Least bool // there is more, which was not looked at
}

// measuredPiece is how many places of tables are looked at between two looks at the time.
const measuredPiece = 256

// Sizes measures places of a service's state, in steps; what leads to no table or string has
// no size. What several lead to counts for each (heap.Look tells what each alone holds). At
// most so many places of tables are looked at, of which they have equal shares; what some do
// not need the others get.
func Sizes(ctx context.Context, s *service.Service, places []plain.Path, most int) ([]Size, error) {
	sizes := make([]Size, len(places))
	err := live.InSteps(ctx, s, func(own service.Self, w *live.Work) {
		n := live.NamesOf(own)
		n.Search(w, live.AnyName)
		walks := map[int]*vm.Walk{}
		for i, place := range places {
			if v, err := n.Follow(w, place); err == nil && (v.IsTable() || v.IsString()) {
				walks[i] = own.State().Memory().MeasureData(v)
			}
		}
		for left := most; left > 0 && len(walks) > 0; {
			share := left / len(walks)
			for i, walk := range walks {
				looked, more := look(w, walk, share)
				left -= looked
				if sizes[i] = (Size{walk.Bytes(), more}); !more {
					delete(walks, i)
				}
			}
		}
	})
	return sizes, err
}

// look goes on with a walk for so many places, one piece at least.
func look(w *live.Work, walk *vm.Walk, places int) (looked int, more bool) {
	for more = true; more && looked < max(places, 1); looked += measuredPiece {
		more = walk.Some(measuredPiece)
		w.Rest(measuredPiece)
	}
	return looked, more
}
