package reload

import (
	"slices"
	"sort"
	"strings"

	"lunarium/runtime/vm"
)

// This file holds the units of a reload: the files of a service, and the modules that it
// loaded with require.

// unit is a file that is to be replaced.
type unit struct {
	module         string // the name that require knows it by; "" for the main file
	running, fresh *vm.Code
	path           string // of a file that is no module, such as dofile loads; module names it
}

// module is one that the service loaded with require, from a file.
type module struct {
	name  string
	chunk *vm.Closure // that ran
	order float64     // among the modules
}

// place names a variable of the unit's file for people.
func (u unit) place(name string) string {
	if u.module == "" {
		return name
	}
	return u.module + ": " + name
}

// ofFile tells whether it is a file: the loader may be a function of another one, such
// as in package.preload, or text.
func (m *module) ofFile() bool {
	return m.chunk.Code().Parent() == nil && strings.HasPrefix(m.chunk.Code().Proto().Source, "@")
}

func (m *module) path() string { return strings.TrimPrefix(m.chunk.Code().Proto().Source, "@") }

// required lists the modules that Lua code loaded, in the order in which they were
// loaded.
func (r *reload) required() []module { return modulesOf(r.st.Registry) }

// modules lists those that are files.
func (r *reload) modules() []module { return filesAmong(r.required()) }

func filesAmong(list []module) []module {
	return slices.DeleteFunc(list, func(m module) bool { return !m.ofFile() })
}

func modulesOf(registry *vm.Table) []module {
	loaded := registry.GetString("_LOADED").AsTable()
	var list []module
	for _, e := range entriesOf(registry.GetString("_CHUNKS").AsTable()) {
		name, _ := e.Key.AsString()
		chunk := e.Value.AsTable().GetString("chunk").AsClosure()
		if chunk == nil || loaded.GetString(name).IsNil() {
			continue // the service forgot it: package.loaded[name] = nil
		}
		order, _ := e.Value.AsTable().GetString("order").AsNumber()
		list = append(list, module{name, chunk, order})
	}
	sort.Slice(list, func(i, j int) bool {
		if list[i].order != list[j].order {
			return list[i].order < list[j].order
		}
		return list[i].name < list[j].name
	})
	return list
}

// moduleOf gives the name of the module that a chunk is of, "" for the main file.
func (r *reload) moduleOf(code *vm.Code) string {
	if code == r.svc.Code() {
		return ""
	}
	for _, m := range r.modules() {
		if m.chunk.Code() == code {
			return m.name
		}
	}
	return fileName(r.svc, code.Proto().Source)
}
