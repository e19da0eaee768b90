package reload

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lunarium/inspect/live"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file reloads an implementation: the table with handle_message that a
// service keeps in a variable (the tutorial's service_impl.lua), with get_state,
// set_state and transfer_state when its state goes along.

// changedImpl reloads the implementation when its file has changed.
func (r *reload) changedImpl() error {
	_, code, ok := r.holder()
	if ok && strings.HasPrefix(code.Proto().Source, "@") {
		path, err := locateFile(r.svc, code.Proto().Source[1:])
		if err != nil {
			return err
		}
		fresh, err := r.svc.Node().Sources().CompileFile(path)
		if err != nil {
			return err
		}
		return r.impl(fresh)
	}
	return r.unchanged()
}

// impl puts the table that a file gives in place of the one that runs.
func (r *reload) impl(code *vm.Code) error {
	v, running, ok := r.holder()
	if !ok || code == nil {
		return fmt.Errorf("%s keeps no table with handle_message in a variable, so that another file cannot take its place", r.svc.Handle())
	}
	if sameText(code.Proto(), running.Proto()) && r.target.Number == 0 {
		return r.unchanged()
	}
	m, err := r.beside(func(w *world) error {
		w.edited[code], w.effects = true, nil // those of the program beside it are done
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
	heirs := succeed(before, fresh, m.fresh.variables())
	state, err := r.transfer(before, fresh, "the state begins anew")
	if err != nil {
		return err
	}
	r.change.Kept = append(r.change.Kept, state.kept...)
	functions, err := r.implFunctions(before, fresh, running, m.fresh.functions())
	if err != nil {
		return err
	}
	r.change.functions(r.svc, functions)
	effects := r.implEffects(running, append(m.fresh.effects, state.done...))
	if r.dry {
		moves := newMoves(true)
		moves.step(&step{writes: append(m.writes, effects...)}, true)
		moves.report(r.change)
		err = r.wouldReplace(v, fresh, heirs)
	}
	r.finish(func() service.Version {
		list, current := r.svc.Versions()
		if now := &list[current-1]; now.Impl == nil {
			now.Impl, now.Holder = running, v.Name
		}
		files := r.svc.Files()
		s := &step{
			writes: append(m.writes, effects...), kept: state.kept, functions: functions,
			files: [2]map[string]*vm.Code{maps.Clone(files), maps.Clone(files)}, turn: &turn{[2]*vm.Table{before, fresh}},
		}
		s.note(0, func(t *vm.Table) bool { return !m.taken[vm.TableValue(t).Identity()] })
		moves := newMoves(false)
		moves.step(&step{writes: m.writes}, true)
		m.fresh.Universe().Merge(r.st, brings, "libraries")
		v.Set(vm.TableValue(fresh))
		moves.step(&step{writes: effects}, true)
		s.note(1, func(t *vm.Table) bool { return m.fresh.Universe().Made(vm.TableValue(t)) })
		moves.report(r.change)
		err = r.replace(heirs)
		return service.Version{Code: r.svc.Code(), Impl: code, Holder: v.Name, Step: s}
	})
	return err
}

// wouldReplace tells of what holds the functions of the implementation that runs, as if
// another were in its place.
func (r *reload) wouldReplace(v live.Variable, other *vm.Table, heirs *succession) error {
	running := v.Value()
	v.Set(vm.TableValue(other))
	defer v.Set(running)
	return r.replace(heirs)
}

// implFunctions gathers what becomes of the functions of the implementation that runs, when
// that in fresh, with the functions that its file made, takes its place.
func (r *reload) implFunctions(before, fresh *vm.Table, running *vm.Code, made []*vm.Closure) (functionChange, error) {
	f := functionChange{was: map[string]string{}, now: map[string]string{}, started: map[string]bool{}}
	tableFunctions(f.was, before)
	tableFunctions(f.now, fresh)
	holders, err := r.search(func(c *vm.Code) vm.Interest {
		if live.MainChunk(c) == running {
			return vm.Wanted
		}
		return vm.Unwanted
	})
	if err != nil {
		return f, err
	}
	innerFunctions(f.was, map[*vm.Code]bool{}, holders.Functions(), running)
	innerFunctions(f.now, map[*vm.Code]bool{}, made, implementation(vm.TableValue(fresh)))
	return f, nil
}

// beside runs code beside the program, which stays as it is, and works out what its
// objects are to refer to.
func (r *reload) beside(code func(*world) error) (*merger, error) {
	list := r.required()
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
	effects := fresh.effects
	fresh.effects, base.effects = nil, nil // only those of the implementation change
	err = r.everything(m, nil)
	fresh.effects = effects
	*r.change = change
	if err == nil {
		err = m.err
	}
	m.writes = slices.DeleteFunc(m.writes, func(w undoable) bool { // the code has no part in it
		s, stands := w.(*standing)
		return stands && m.sameText(s.texts[0], s.texts[1])
	})
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
		return nil, fmt.Errorf("%s gives no table with handle_message", fileName(r.svc, code.Proto().Source))
	}
	return results[0].AsTable(), nil
}

// implEffects are what a new implementation did outside of the machine, and the time-outs
// that the running one set when it was loaded.
func (r *reload) implEffects(running *vm.Code, effects []effect) (writes []undoable) {
	for _, task := range r.svc.LoadedTimeouts() {
		if c := task.Function().AsClosure(); c != nil && live.MainChunk(c.Code()) == running {
			r.note("%s of the running code is taken back", r.taskName(task))
			writes = append(writes, &loadTask{task: task})
		}
	}
	for _, e := range effects {
		switch p, isPlace := r.placeOf(e); {
		case e.task != nil:
			writes = append(writes, &loadTask{task: e.task, name: r.taskName(e.task), bring: true})
		case isPlace && !same(p.get(), e.places()):
			writes = append(writes, &write{spot: p, values: [2]vm.Value{p.get(), e.places()}, state: true})
		case !isPlace && e.Effect != kit.Unheard:
			r.note("%s at %s is left undone until the service is started again", e.what, e.at)
		}
	}
	return writes
}

// handed is what the exchange of a state came to.
type handed struct {
	kept []string // names of what was handed over
	done []effect // what get_state and set_state did outside of the machine
}

// transfer hands the running implementation's state to another. Where it fails, and in a dry
// run, get_state and set_state leave no trace. It is noted what state the other one has when
// none is handed over.
func (r *reload) transfer(before, fresh *vm.Table, otherwise string) (h handed, err error) {
	if !before.GetString("transfer_state").Truth() {
		r.note("%s: transfer_state is not set", otherwise)
		return h, nil
	}
	get, set := before.GetString("get_state"), fresh.GetString("set_state")
	if !get.IsFunction() || !set.IsFunction() {
		return h, fmt.Errorf("the state cannot be carried: the running implementation needs get_state, and the new one set_state")
	}
	w := &world{svc: r.svc}
	defer r.st.Isolate(&vm.Isolation{Handlers: r.st.NewTable(0, 0), Refuse: w.refuse, Act: w.act})()
	saved, registered := r.save(vm.TableValue(before), vm.TableValue(fresh)), r.svc.Registrations()
	defer func() {
		if err != nil || r.dry {
			saved.restore()
			registered()
		}
	}()
	state, err := r.runAside(get)
	if err != nil {
		return h, fmt.Errorf("get_state: %w", err)
	}
	if _, err := r.runAside(set, state...); err != nil {
		return h, fmt.Errorf("set_state: %w", err)
	}
	if len(state) > 0 && state[0].IsTable() {
		entries, _ := live.SortedEntries(state[0].AsTable(), 1<<30)
		for _, e := range entries {
			if name, ok := e.Key.AsString(); ok {
				h.kept = append(h.kept, name)
			}
		}
	}
	h.done = w.effects
	return h, nil
}

// saved is what objects of the service hold, to be put back.
type saved struct {
	st        *vm.State
	tables    []*vm.Table
	was       [][]live.Entry
	metas     []*vm.Table
	originals []func(key vm.Value) vm.Value // of tables that follow a template: what it has
	variables []savedVariable
}

type savedVariable struct {
	ref
	was vm.Value
}

// save notes what the service's tables and variables hold.
func (r *reload) save(more ...vm.Value) *saved {
	s := &saved{st: r.st}
	seen := map[vm.Cell]bool{}
	from := append(live.Roots(r.st), vm.TableValue(r.st.Registry))
	live.Walk(append(from, more...), func(v vm.Value) {
		if t := v.AsTable(); t != nil {
			s.tables = append(s.tables, t)
			s.was = append(s.was, touched(t))
			s.metas = append(s.metas, t.Metatable())
			s.originals = append(s.originals, t.Original())
		}
		if c := v.AsClosure(); c != nil {
			for i := range c.Upvalues() {
				if at := (ref{c, i}); !seen[at.cell()] {
					seen[at.cell()] = true
					s.variables = append(s.variables, savedVariable{at, at.value()})
				}
			}
		}
	})
	return s
}

// restore puts back what has changed.
func (s *saved) restore() {
	if s == nil {
		return
	}
	for i, t := range s.tables {
		if s.metas[i] != t.Metatable() {
			s.st.SetMetatable(t, s.metas[i])
		}
		was := map[vm.Value]bool{}
		for _, e := range s.was[i] {
			was[e.Key] = true
			if now := t.Get(e.Key); now != e.Value {
				t.Set(e.Key, e.Value)
			}
		}
		for _, e := range touched(t) {
			if was[e.Key] {
				continue
			}
			before := vm.Nil
			if original := s.originals[i]; original != nil {
				before = original(e.Key)
			}
			t.Set(e.Key, before)
		}
	}
	for _, v := range s.variables {
		if v.value() != v.was {
			v.closure.SetUpvalue(v.index, v.was)
		}
	}
}
