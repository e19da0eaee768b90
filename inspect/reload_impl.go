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
	rec := newRecorder(r.ctx, r.svc, r.st)
	defer rec.restore()
	w := rec.world
	w.code, w.env = code, r.st.NewTable(0, 0)
	meta := r.st.NewTable(0, 1)
	meta.SetString("__index", vm.TableValue(r.st.Globals))
	r.st.SetMetatable(w.env, meta)
	main := r.st.NewClosure(code, vm.TableValue(w.env))
	w.main = main.AsClosure()
	fresh, err := rec.build(main)
	if err != nil {
		return err
	}
	before := v.Value().AsTable()
	saved, err := r.transfer(rec, before, fresh)
	if err != nil || r.dry {
		saved.restore()
	}
	if err != nil {
		return err
	}
	w.results = []vm.Value{vm.TableValue(fresh)}
	rec.giveBack()
	was, now := map[string]string{}, map[string]string{}
	tableFunctions(was, before)
	tableFunctions(now, fresh)
	innerFunctions(was, r.st, []vm.Value{vm.TableValue(before)}, running)
	innerFunctions(now, r.st, w.results, code)
	r.change.compare(was, now)
	r.finish(func() service.Version {
		list, current := r.svc.Versions()
		if now := &list[current-1]; now.Impl == nil {
			now.Impl, now.Holder = running, v.Name
		}
		for _, e := range entriesOf(w.env) {
			r.st.Globals.Set(e.key, e.value)
		}
		if w.main.Upvalues() > 0 {
			w.main.SetUpvalue(0, vm.TableValue(r.st.Globals))
		}
		v.Set(vm.TableValue(fresh))
		return service.Version{Code: r.svc.Code(), Impl: code, Holder: v.Name}
	})
	return nil
}

// build runs an implementation's file, and the constructor when it gives one.
func (r *recorder) build(main vm.Value) (*vm.Table, error) {
	results, err := r.run(main)
	if err == nil && len(results) > 0 && results[0].IsFunction() {
		results, err = r.run(results[0])
	}
	if err != nil {
		return nil, err
	}
	if len(results) == 0 || !results[0].IsTable() || !results[0].AsTable().GetString("handle_message").IsFunction() {
		return nil, fmt.Errorf("%s gives no table with handle_message", BaseName(strings.TrimPrefix(r.world.code.Proto().Source, "@")))
	}
	return results[0].AsTable(), nil
}

// transfer hands the running implementation's state to the new one. What set_state did
// to the state's tables can be taken back with the result.
func (r *reload) transfer(rec *recorder, before, fresh *vm.Table) (*savedTables, error) {
	if !before.GetString("transfer_state").Truth() {
		r.change.Notes = append(r.change.Notes, "the state begins anew: transfer_state is not set")
		return nil, nil
	}
	get, set := before.GetString("get_state"), fresh.GetString("set_state")
	if !get.IsFunction() || !set.IsFunction() {
		return nil, fmt.Errorf("the state cannot be carried: the running implementation needs get_state, and the new one set_state")
	}
	state, err := rec.run(get)
	if err != nil {
		return nil, fmt.Errorf("get_state: %w", err)
	}
	saved := save(r.st, state)
	if _, err := rec.run(set, state...); err != nil {
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

func save(st *vm.State, roots []vm.Value) *savedTables {
	s := &savedTables{}
	explore(st, roots, func(t *vm.Table) {
		s.tables = append(s.tables, t)
		s.was = append(s.was, entriesOf(t))
	}, func(*vm.Closure) {})
	return s
}

func (s *savedTables) restore() {
	if s == nil {
		return
	}
	for i, t := range s.tables {
		for _, e := range entriesOf(t) {
			t.Set(e.key, vm.Nil)
		}
		for _, e := range s.was[i] {
			t.Set(e.key, e.value)
		}
	}
}
