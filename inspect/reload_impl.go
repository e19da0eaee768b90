package inspect

import (
	"fmt"
	"strings"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file reloads an implementation: the table with handle_message that a
// service keeps in a variable (the tutorial's service_impl.lua), with get_state,
// set_state and transfer_state when its state goes along.

// holder is the variable and the code of the table in it.
func (r *reload) holder() (v Variable, code *vm.Code, ok bool) {
	for _, v := range Variables(roots(r.svc, r.st)) {
		t := v.Value().AsTable()
		if t == nil || !own(v.Chunk) {
			continue
		}
		if handle := t.GetString("handle_message").AsClosure(); handle != nil && rootOf(handle.Code()) != r.svc.Code() {
			return v, rootOf(handle.Code()), true
		}
	}
	return v, nil, false
}

// changedImpl reloads the implementation when its file has changed.
func (r *reload) changedImpl() error {
	_, code, ok := r.holder()
	if ok && strings.HasPrefix(code.Proto().Source, "@") {
		path, err := locateFile(r.svc, code.Proto().Source[1:])
		if err != nil {
			return err
		}
		fresh, err := r.svc.Node().CompileFile(path)
		if err != nil {
			return err
		}
		return r.impl(fresh)
	}
	return r.unchanged()
}

func (r *reload) unchanged() error {
	_, r.change.Version = r.svc.Versions()
	r.change.Unchanged = true
	return nil
}

// impl puts the table that a file gives in place of the one that runs.
func (r *reload) impl(code *vm.Code) error {
	v, running, ok := r.holder()
	if !ok || code == nil {
		return fmt.Errorf("%s keeps no table with handle_message in a variable, so that another file cannot take its place", r.svc.Base())
	}
	if sameText(code.Proto(), running.Proto()) {
		return r.unchanged()
	}
	m, err := r.beside(func(w *world) error {
		w.edited[code] = true
		fresh, err := r.build(code)
		if err == nil {
			w.results = append(w.results, vm.TableValue(fresh))
		}
		return err
	})
	if err != nil {
		return err
	}
	fresh := m.fresh.results[len(m.fresh.results)-1].AsTable()
	brings := m.bringsUserdata()
	m.settle()
	before := v.Value().AsTable()
	saved, err := r.transfer(before, fresh)
	if err != nil || r.dry {
		saved.restore()
	}
	if err != nil {
		return err
	}
	was, now := map[string]string{}, map[string]string{}
	tableFunctions(was, before)
	tableFunctions(now, fresh)
	holders, err := r.st.FindHolders(func(c *vm.Code) vm.Interest {
		if rootOf(c) == running {
			return vm.Wanted
		}
		return vm.Unwanted
	})
	if err != nil {
		return err
	}
	innerFunctions(was, holders.Functions(), running)
	innerFunctions(now, m.fresh.functions(), code)
	r.change.functions(functionChange{was: was, now: now, started: map[string]bool{}})
	r.finish(func() service.Version {
		list, current := r.svc.Versions()
		if now := &list[current-1]; now.Impl == nil {
			now.Impl, now.Holder = running, v.Name
		}
		newMoves(false).step(&step{writes: m.writes}, true)
		m.fresh.Universe().Merge(r.st, brings, "libraries")
		v.Set(vm.TableValue(fresh))
		return service.Version{Code: r.svc.Code(), Impl: code, Holder: v.Name}
	})
	return nil
}

// beside runs code beside the program, which stays as it is, and works out what its
// objects are to refer to.
func (r *reload) beside(code func(*world) error) (*merger, error) {
	list := r.modules()
	modules := func(*world) []module { return list }
	fresh, err := r.try(r.running(), modules, nil, code)
	if err != nil {
		return nil, err
	}
	base, err := r.try(r.running(), modules, nil, nil)
	if err != nil {
		return nil, err
	}
	change := *r.change
	m := newMerger(r.st, base, fresh, r.counterparts(base, fresh, nil), &Change{})
	holders, err := r.find(m.match)
	if err != nil {
		return nil, err
	}
	m.live = fileVariables(holders.Functions())
	err = r.everything(m, nil)
	*r.change = change
	if err == nil {
		err = m.err
	}
	return m, err
}

// build runs an implementation's file, and the constructor when it gives one.
func (r *reload) build(code *vm.Code) (*vm.Table, error) {
	results, err := r.runAside(r.st.NewClosure(code, vm.TableValue(r.st.Globals)))
	if err == nil && len(results) > 0 && results[0].IsFunction() {
		results, err = r.runAside(results[0])
	}
	if err != nil {
		return nil, err
	}
	if len(results) == 0 || !results[0].IsTable() || !results[0].AsTable().GetString("handle_message").IsFunction() {
		return nil, fmt.Errorf("%s gives no table with handle_message", BaseName(strings.TrimPrefix(code.Proto().Source, "@")))
	}
	return results[0].AsTable(), nil
}

// transfer hands the running implementation's state to the new one. What set_state did
// to the state's tables can be taken back with the result.
func (r *reload) transfer(before, fresh *vm.Table) (*savedTables, error) {
	if !before.GetString("transfer_state").Truth() {
		r.change.Notes = append(r.change.Notes, "the state begins anew: transfer_state is not set")
		return nil, nil
	}
	get, set := before.GetString("get_state"), fresh.GetString("set_state")
	if !get.IsFunction() || !set.IsFunction() {
		return nil, fmt.Errorf("the state cannot be carried: the running implementation needs get_state, and the new one set_state")
	}
	w := &world{}
	defer r.st.Isolate(&vm.Isolation{Handlers: r.st.NewTable(0, 0), Refuse: w.refuse, Act: w.act})()
	state, err := r.runAside(get)
	if err != nil {
		return nil, fmt.Errorf("get_state: %w", err)
	}
	saved := save(state)
	if _, err := r.runAside(set, state...); err != nil {
		return saved, fmt.Errorf("set_state: %w", err)
	}
	if len(state) > 0 && state[0].IsTable() {
		entries, _ := sortedEntries(state[0].AsTable(), 1<<30)
		for _, e := range entries {
			if name, ok := e.key.AsString(); ok {
				r.change.Kept = append(r.change.Kept, name)
			}
		}
	}
	return saved, nil
}

// savedTables are tables as they were.
type savedTables struct {
	tables []*vm.Table
	was    [][]entry
}

func save(values []vm.Value) *savedTables {
	s := &savedTables{}
	walk(values, func(v vm.Value) {
		if t := v.AsTable(); t != nil {
			s.tables = append(s.tables, t)
			s.was = append(s.was, touched(t))
		}
	})
	return s
}

func (s *savedTables) restore() {
	if s == nil {
		return
	}
	for i, t := range s.tables {
		for _, e := range touched(t) {
			t.Set(e.key, vm.Nil)
		}
		for _, e := range s.was[i] {
			t.Set(e.key, e.value)
		}
	}
}
