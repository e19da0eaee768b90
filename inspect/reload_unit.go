package inspect

import (
	"errors"
	"fmt"
	"io/fs"
	"sort"
	"strings"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file reloads the files of a service, as one transaction: the modules
// that it loaded with require, in the order in which they were loaded, and then
// its main file.

// unit is a file that is to be replaced.
type unit struct {
	module         string // the name that require knows it by; "" for the main file
	running, fresh *vm.Code
}

// module is one that the service loaded with require, from a file.
type module struct {
	name  string
	chunk *vm.Closure // that ran
	order float64     // among the modules
}

func (m *module) path() string { return strings.TrimPrefix(m.chunk.Code().Proto().Source, "@") }

// modules lists the modules that came from files, in the order in which they
// were loaded.
func (r *reload) modules() []module {
	loaded := r.st.Registry.GetString("_LOADED").AsTable()
	var list []module
	for _, e := range registered(r.st, "_CHUNKS") {
		name, _ := e.key.AsString()
		chunk := e.value.AsTable().GetString("chunk").AsClosure()
		if chunk == nil || loaded.GetString(name).IsNil() {
			continue // the service forgot it: package.loaded[name] = nil
		}
		order, _ := e.value.AsTable().GetString("order").AsNumber()
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

// changedModules gives the units of the modules whose files have changed. A
// module without its file stays as it is.
func (r *reload) changedModules() ([]unit, error) {
	var units []unit
	for _, m := range r.modules() {
		u, err := r.moduleUnit(m)
		if errors.Is(err, fs.ErrNotExist) {
			r.change.Notes = append(r.change.Notes, fmt.Sprintf("module %s stays as it is: its file %s is gone", m.name, m.path()))
			continue
		}
		if err != nil {
			return nil, err
		}
		if !sameText(u.running.Proto(), u.fresh.Proto()) {
			units = append(units, u)
		}
	}
	return units, nil
}

func (r *reload) moduleUnit(m module) (unit, error) {
	fresh, err := r.svc.Node().CompileFile(m.path())
	return unit{m.name, m.chunk.Code(), fresh}, err
}

// moduleAt finds the module that was loaded from a file.
func (r *reload) moduleAt(file string) (module, bool) {
	for _, m := range r.modules() {
		if sameFile(m.path(), file) {
			return m, true
		}
	}
	return module{}, false
}

// batch is what the units of one reload have in common.
type batch struct {
	replaced map[any]vm.Value    // tables of the new code, by those that stay
	swapped  map[any]vm.Value    // functions of the old code, by those of the new one
	fresh    map[string]vm.Value // what the new code of a module gives
	began    map[string]vm.Value // what its old code began with
	was, now map[string]string   // functions by name
	mergers  []*merger
}

// units replaces files.
func (r *reload) units(units []unit) error {
	if len(units) == 0 {
		return r.unchanged()
	}
	b := &batch{
		replaced: map[any]vm.Value{}, swapped: map[any]vm.Value{},
		fresh: map[string]vm.Value{}, began: map[string]vm.Value{},
		was: map[string]string{}, now: map[string]string{},
	}
	r.describeModules()
	for _, u := range units {
		if err := r.unit(b, u); err != nil {
			return err
		}
	}
	r.change.compare(b.was, b.now)
	r.finish(func() service.Version { return r.install(b, units) })
	return nil
}

// unit works out what becomes of one file.
func (r *reload) unit(b *batch, u unit) error {
	var args []vm.Value
	if u.module == "" {
		args = service.Strings(r.svc.Spec().Args...)
	} else {
		args = service.Strings(u.module, strings.TrimPrefix(u.fresh.Proto().Source, "@"))
	}
	fresh, err := r.record(u.fresh, args, b.fresh)
	if err != nil {
		return err
	}
	began, _ := r.record(u.running, args, b.began) // without it, every value counts as changed
	m := newMerger(r.st, u, fresh, b, r.change)
	running := fileVariables(r.st, r.roots(), u.running)
	after := fileVariables(r.st, fresh.roots(), u.fresh)
	var before variables
	if began != nil {
		before = fileVariables(r.st, began.roots(), u.running)
	} else {
		began = &world{start: vm.Nil, info: vm.Nil, main: r.blank(u.running), handlers: r.st.NewTable(0, 0)}
	}
	if u.module != "" {
		r.result(m, u.module, began, fresh)
	}
	m.files(running, before, after)
	m.globals(began.env, fresh.env)
	if u.module == "" {
		if err := r.handlers(m, fresh, began); err != nil {
			return err
		}
	}
	r.held(m, fresh, began)
	if m.err != nil {
		return m.err
	}
	if before == nil {
		before = running
	}
	nameFunctions(b.was, r.st, u, u.running, began, before)
	nameFunctions(b.now, r.st, u, u.fresh, fresh, after)
	b.mergers = append(b.mergers, m)
	return nil
}

// blank is a chunk that has not run.
func (r *reload) blank(code *vm.Code) *vm.Closure {
	return r.st.NewClosure(code, vm.TableValue(r.st.Globals)).AsClosure()
}

// result decides about the value that a module gives to those who require it.
func (r *reload) result(m *merger, name string, began, fresh *world) {
	loaded := r.st.Registry.GetString("_LOADED").AsTable()
	running := loaded.GetString(name)
	m.batch.fresh[name], m.batch.began[name] = fresh.result(), began.result()
	if t := running.AsTable(); t != nil && isData(t) {
		m.report.Kept = append(m.report.Kept, name)
	}
	v := m.choose(name, running, began.result(), fresh.result())
	m.steps = append(m.steps, func() { loaded.SetString(name, m.resolve(v)) })
}

// result gives what require would store for a module.
func (w *world) result() vm.Value {
	if len(w.results) == 0 || w.results[0].IsNil() {
		return vm.True
	}
	return w.results[0]
}

// install puts the new code of all units in place. Nothing in it can fail.
func (r *reload) install(b *batch, units []unit) service.Version {
	for _, m := range b.mergers {
		m.install()
	}
	substitute(r.st, r.roots(), func(v vm.Value) (vm.Value, bool) {
		fresh, ok := b.swapped[any(v.Identity())]
		return fresh, ok && v.IsFunction()
	})
	code := r.svc.Code()
	for i, u := range units {
		if u.module == "" {
			code = u.fresh
			continue
		}
		note := r.st.Registry.GetString("_CHUNKS").AsTable().GetString(u.module).AsTable()
		note.SetString("chunk", vm.ClosureValue(b.mergers[i].fresh.main))
	}
	list, current := r.svc.Versions()
	now := list[current-1]
	return service.Version{Code: code, Impl: now.Impl, Holder: now.Holder, Modules: r.moduleCodes()}
}

// moduleCodes gives the chunks of the modules that run.
func (r *reload) moduleCodes() map[string]*vm.Code {
	codes := map[string]*vm.Code{}
	for _, m := range r.modules() {
		codes[m.name] = m.chunk.Code()
	}
	return codes
}

// describeModules notes the modules of the current version before they change.
func (r *reload) describeModules() {
	list, current := r.svc.Versions()
	codes := r.moduleCodes()
	if now := &list[current-1]; now.Modules == nil {
		now.Modules = codes
	} else {
		for name, code := range codes { // those that were loaded since
			if now.Modules[name] == nil {
				now.Modules[name] = code
			}
		}
	}
}

// earlier gives the units that lead back to a version.
func (r *reload) earlier(v service.Version) []unit {
	var units []unit
	for _, m := range r.modules() {
		if code := v.Modules[m.name]; code != nil && code != m.chunk.Code() {
			units = append(units, unit{m.name, m.chunk.Code(), code})
		}
	}
	if v.Code != r.svc.Code() {
		units = append(units, unit{"", r.svc.Code(), v.Code})
	}
	return units
}
