package inspect

import (
	"context"
	"fmt"

	"lunarium/inspect/plain"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

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
	err := inSteps(ctx, s, func(st *vm.State, w *work) {
		d := newDescriber(limits, w)
		n := namesOf(s, st)
		if len(path) > 0 {
			n.search(w, only(path[0].Text))
			v, err := n.follow(w, path)
			if err != nil {
				failure = err
				return
			}
			state.Entries = []plain.Entry{{Key: plain.OfString(path.String(), 0), Value: d.value(v, path, limits.Depth)}}
			state.Total = 1
			return
		}
		n.search(w, anyName)
		for _, place := range n.state() {
			v := place.get()
			if v.IsFunction() {
				continue
			}
			state.Total++
			state.Entries = append(state.Entries, plain.Entry{
				Key:   plain.OfString(place.name, 0),
				Value: d.value(v, plain.Path{plain.NameKey(place.name)}, limits.Depth),
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
	err = inSteps(ctx, s, func(st *vm.State, w *work) {
		n := namesOf(s, st)
		if len(parent) == 0 {
			for _, place := range n.state() {
				if key := plain.NameKey(place.name); len(places) < most && wanted(key) && !place.get().IsFunction() {
					places = append(places, plain.Path{key})
				}
			}
			return
		}
		n.search(w, only(parent[0].Text))
		v, err := n.follow(w, parent)
		if failure = err; err != nil || !v.IsTable() {
			return
		}
		entries, _ := firstEntries(w, v.AsTable(), most, func(v vm.Value) bool {
			key := pathKey(v)
			return key.Kind != plain.Table && wanted(key)
		})
		for _, e := range entries {
			places = append(places, parent.Append(pathKey(e.key)))
		}
	})
	if err == nil {
		err = failure
	}
	return places, err
}

// MissingError says where a path into a service's state ends early.
type MissingError struct {
	Service string
	Path    plain.Path // as far as it goes
	Key     string
	Have    []string // names that are there
}

func (e *MissingError) Error() string {
	where := e.Path.String()
	if where == "" {
		where = e.Service
	}
	text := fmt.Sprintf("no %s in %s", visible.Line(e.Key), visible.Line(where))
	if len(e.Have) > 0 {
		text += "; there is " + visible.Lines(e.Have)
	}
	return text
}

// follow gives the value at a path.
func (n *names) follow(w *work, path plain.Path) (vm.Value, error) {
	place, err := n.locate(w, path)
	if err != nil {
		return vm.Nil, err
	}
	v := place.get()
	if v.IsNil() && len(path) > 1 {
		return vm.Nil, n.lacking(w, path)
	}
	return v, nil
}

// locate gives the place that a path names; its last key may be absent.
func (n *names) locate(w *work, path plain.Path) (named, error) {
	place, ok := n.root(path[0].Text)
	if !ok {
		e := &MissingError{Service: n.svc.Handle(), Key: path[0].Text}
		for _, other := range n.state() {
			if !other.get().IsFunction() {
				e.Have = append(e.Have, other.name)
			}
		}
		return named{}, e
	}
	for i, key := range path[1:] {
		table := place.get().AsTable()
		if table == nil && i > 0 && place.get().IsNil() {
			return named{}, n.lacking(w, path[:i+1])
		}
		if table == nil {
			return named{}, &MissingError{Service: n.svc.Handle(), Path: path[:i+1], Key: key.String()}
		}
		k := lookupKey(key)
		place = named{key.String(), func() vm.Value { return table.Get(k) }, func(v vm.Value) { table.Set(k, v) }, nil}
	}
	return place, nil
}

// root gives the place of a name of the state, or of a global that is a library's.
func (n *names) root(name string) (place named, ok bool) {
	for _, place := range n.state() {
		if place.name == name {
			return place, true
		}
	}
	return global(n.st, name), !n.st.Globals.GetString(name).IsNil()
}

// lacking is the error of a path whose last key is absent.
func (n *names) lacking(w *work, path plain.Path) error {
	e := &MissingError{Service: n.svc.Handle(), Path: path[:len(path)-1], Key: path[len(path)-1].String()}
	parent, err := n.locate(w, e.Path)
	if err != nil {
		return err
	}
	if table := parent.get().AsTable(); table != nil {
		entries, _ := firstEntries(w, table, 8, nil)
		for _, entry := range entries {
			e.Have = append(e.Have, pathKey(entry.key).String())
		}
	}
	return e
}
