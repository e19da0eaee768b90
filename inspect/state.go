package inspect

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// State is what a service knows: the globals that it added, and the local
// variables that its functions hold.
type State struct {
	Service string
	Entries []Entry // file-locals and globals by name, then other upvalues
	Total   int
}

// own tells whether a chunk belongs to the service rather than to a library.
func own(chunk string) bool { return strings.HasPrefix(chunk, "@") }

// roots gives the values from which a service's state is reached: its globals,
// its handlers, its tasks.
func roots(s *service.Service, st *vm.State) []vm.Value {
	values := s.Roots()
	values = append(values, vm.TableValue(st.Globals))
	if loaded := st.Registry.GetString("_LOADED"); loaded.IsTable() {
		values = append(values, loaded)
	}
	return values
}

// named is one name of a service's state and the place of its value.
type named struct {
	name string
	get  func() vm.Value
	set  func(vm.Value)
	// holder is a function that has the variable, if it is one of a function's.
	holder *vm.Closure
}

// names gives the names of a service's state. A name that a file-local has
// hides the same name deeper inside functions; those are named with their
// file and line only when they are not hidden.
func names(s *service.Service, st *vm.State) []named {
	var list []named
	taken := map[string]bool{}
	add := func(n named) {
		if !taken[n.name] {
			taken[n.name] = true
			list = append(list, n)
		}
	}
	variables := Variables(roots(s, st))
	for i := range variables {
		v := &variables[i]
		if v.FileLevel && own(v.Chunk) && !isLibrary(v.Value(), st) {
			add(named{v.Name, v.Value, v.Set, v.Closure})
		}
	}
	for _, name := range addedGlobals(st) {
		add(named{name,
			func() vm.Value { return st.Globals.GetString(name) },
			func(v vm.Value) { st.Globals.SetString(name, v) }, nil})
	}
	for i := range variables {
		v := &variables[i]
		if !v.FileLevel && own(v.Chunk) && !isLibrary(v.Value(), st) {
			add(named{v.Name, v.Value, v.Set, v.Closure})
		}
	}
	return list
}

// isLibrary tells whether a value is a library, as in
// local skynet = require "skynet": the global table, or one whose functions
// are all the program's own.
func isLibrary(v vm.Value, st *vm.State) bool {
	if v.AsGo() != nil {
		return true
	}
	t := v.AsTable()
	if t == nil || t == st.Globals {
		return t != nil
	}
	functions, lua := 0, false
	t.Entries(func(_, member vm.Value) bool {
		if member.IsFunction() {
			functions++
			lua = lua || member.AsClosure() != nil
		}
		return !lua
	})
	return functions > 0 && !lua
}

// givenGlobals are the strings among the globals that each service begins with.
var givenGlobals = map[string]bool{"_VERSION": true, "SERVICE_NAME": true, "SERVICE_PATH": true}

// addedGlobals gives the names of the globals that are not the libraries'.
func addedGlobals(st *vm.State) []string {
	var added []string
	st.Globals.Entries(func(k, v vm.Value) bool {
		if name, ok := k.AsString(); ok && !givenGlobals[name] && !isLibrary(v, st) {
			added = append(added, name)
		}
		return true
	})
	sort.Strings(added)
	return added
}

// Dump describes a service's state, or the part at a path such as
// rooms.lobby.users. Functions are left out of the whole state: it is data.
func Dump(ctx context.Context, s *service.Service, path Path, limits Limits) (State, error) {
	state := State{Service: s.Name()}
	var failure error
	err := s.Do(ctx, func(st *vm.State) {
		d := newDescriber(limits)
		if len(path) > 0 {
			v, err := follow(s, st, path)
			if err != nil {
				failure = err
				return
			}
			state.Entries = []Entry{{Value{Kind: String, Text: path.String()}, d.value(v, path, limits.Depth)}}
			state.Total = 1
			return
		}
		for _, n := range names(s, st) {
			v := n.get()
			if v.IsFunction() {
				continue
			}
			state.Total++
			state.Entries = append(state.Entries, Entry{
				Value{Kind: String, Text: n.name},
				d.value(v, Path{NameKey(n.name)}, limits.Depth),
			})
		}
	})
	if err == nil {
		err = failure
	}
	return state, err
}

// MissingError says where a path into a service's state ends early.
type MissingError struct {
	Service string
	Path    Path // as far as it goes
	Key     string
	Have    []string // names that are there
}

func (e *MissingError) Error() string {
	where := e.Path.String()
	if where == "" {
		where = e.Service
	}
	text := fmt.Sprintf("no %s in %s", e.Key, where)
	if len(e.Have) > 0 {
		text += "; there is " + strings.Join(e.Have, ", ")
	}
	return text
}

// follow gives the value at a path.
func follow(s *service.Service, st *vm.State, path Path) (vm.Value, error) {
	place, err := locate(s, st, path)
	if err != nil {
		return vm.Nil, err
	}
	v := place.get()
	if v.IsNil() && len(path) > 1 {
		return vm.Nil, missing(s, st, path)
	}
	return v, nil
}

// locate gives the place that a path names; its last key may be absent.
func locate(s *service.Service, st *vm.State, path Path) (named, error) {
	list := names(s, st)
	var place *named
	for i := range list {
		if list[i].name == path[0].Text {
			place = &list[i]
			break
		}
	}
	if place == nil {
		if v := st.Globals.GetString(path[0].Text); !v.IsNil() {
			name := path[0].Text
			place = &named{name, func() vm.Value { return st.Globals.GetString(name) }, func(v vm.Value) { st.Globals.SetString(name, v) }, nil}
		}
	}
	if place == nil {
		e := &MissingError{Service: s.Name(), Key: path[0].Text}
		for _, n := range list {
			if !n.get().IsFunction() {
				e.Have = append(e.Have, n.name)
			}
		}
		return named{}, e
	}
	for i, key := range path[1:] {
		table := place.get().AsTable()
		if table == nil && i > 0 && place.get().IsNil() {
			return named{}, missing(s, st, path[:i+1])
		}
		if table == nil {
			return named{}, &MissingError{Service: s.Name(), Path: path[:i+1], Key: key.String()}
		}
		k := lookupKey(key)
		place = &named{key.String(), func() vm.Value { return table.Get(k) }, func(v vm.Value) { table.Set(k, v) }, nil}
	}
	return *place, nil
}

func missing(s *service.Service, st *vm.State, path Path) error {
	e := &MissingError{Service: s.Name(), Path: path[:len(path)-1], Key: path[len(path)-1].String()}
	parent, err := locate(s, st, e.Path)
	if err != nil {
		return err
	}
	if table := parent.get().AsTable(); table != nil {
		entries, _ := sortedEntries(table, 8)
		for _, entry := range entries {
			e.Have = append(e.Have, pathKey(entry.key).String())
		}
	}
	return e
}
