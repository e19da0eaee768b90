package live

import (
	"fmt"

	"lunarium/inspect/plain"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file follows a path such as rooms.lobby.users through a service's names.

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

// Follow gives the value at a path.
func (n *Names) Follow(w *Work, path plain.Path) (vm.Value, error) {
	place, err := n.Locate(w, path)
	if err != nil {
		return vm.Nil, err
	}
	v := place.Get()
	if v.IsNil() && len(path) > 1 {
		return vm.Nil, n.lacking(w, path)
	}
	return v, nil
}

// Locate gives the place that a path names; its last key may be absent.
func (n *Names) Locate(w *Work, path plain.Path) (Place, error) {
	place, ok := n.root(path[0].Text)
	if !ok {
		e := &MissingError{Service: n.Own.Handle(), Key: path[0].Text}
		for _, other := range n.List() {
			if !other.Get().IsFunction() {
				e.Have = append(e.Have, other.Name)
			}
		}
		return Place{}, e
	}
	for i, key := range path[1:] {
		table := place.Get().AsTable()
		if table == nil && i > 0 && place.Get().IsNil() {
			return Place{}, n.lacking(w, path[:i+1])
		}
		if table == nil {
			return Place{}, &MissingError{Service: n.Own.Handle(), Path: path[:i+1], Key: key.String()}
		}
		place = EntryPlace(table, key)
	}
	return place, nil
}

// After gives the strings that the elements of lists on a path follow, as they are described
// within limits: {"token"} for pair[2], of pair = {"token", "x"}.
func (n *Names) After(path plain.Path, limits plain.Limits) (after []plain.Value) {
	place, ok := n.root(path[0].Text)
	if !ok {
		return nil
	}
	for _, key := range path[1:] {
		table := place.Get().AsTable()
		if table == nil {
			return after
		}
		if key.Kind == plain.Number {
			if s, is := table.Get(vm.Number(key.Number - 1)).AsString(); is {
				after = append(after, plain.OfString(s, limits.Text))
			}
		}
		place = EntryPlace(table, key)
	}
	return after
}

// EntryPlace gives the place of a table's entry, which may be absent.
func EntryPlace(table *vm.Table, key plain.Key) Place {
	k := lookupKey(key)
	return Place{key.String(), func() vm.Value { return table.Get(k) }, func(v vm.Value) { table.Set(k, v) }, nil, nil}
}

// root gives the place of a name of the state, or of a global that is a library's.
func (n *Names) root(name string) (place Place, ok bool) {
	for _, place := range n.List() {
		if place.Name == name {
			return place, true
		}
	}
	return global(n.State, name), !n.State.Globals.GetString(name).IsNil()
}

// lacking is the error of a path whose last key is absent.
func (n *Names) lacking(w *Work, path plain.Path) error {
	e := &MissingError{Service: n.Own.Handle(), Path: path[:len(path)-1], Key: path[len(path)-1].String()}
	parent, err := n.Locate(w, e.Path)
	if err != nil {
		return err
	}
	if table := parent.Get().AsTable(); table != nil {
		entries, _ := FirstEntries(w, table, 8, nil)
		for _, entry := range entries {
			e.Have = append(e.Have, PathKey(entry.Key).String())
		}
	}
	return e
}
