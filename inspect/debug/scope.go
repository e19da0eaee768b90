package debug

import (
	"context"
	"strings"

	"lunarium/inspect/live"
	"lunarium/inspect/plain"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file evaluates code in a frame.

func (d *Debugger) newScope(t *vm.Thread, level int) *scope {
	st := t.State()
	sc := &scope{d: d, places: map[string]live.Place{}, env: vm.TableValue(st.Globals), rest: vm.Nil, st: st}
	if e := t.Debug().Raising(); e != nil {
		sc.places["err"] = live.Place{Name: "err", Get: func() vm.Value { return e.Value }, Set: func(v vm.Value) { e.Value = v }}
	}
	for name, place := range upvalues(closureAt(t, level)) {
		sc.places[name] = place
		if name == "_ENV" {
			sc.env = place.Get()
		}
	}
	for _, l := range locals(t, level) {
		sc.places[l.Name] = l
		if l.Name == "_ENV" {
			sc.env = l.Get()
		}
	}
	return sc
}

// upvalues gives the variables around a function by name; of nil, none.
func upvalues(closure *vm.Closure) map[string]live.Place {
	places := map[string]live.Place{}
	if closure == nil {
		return places
	}
	for i := range closure.Upvalues() {
		name := closure.UpvalueName(i)
		places[name] = live.Place{
			Name:   name,
			Get:    func() vm.Value { return closure.Upvalue(i) },
			Set:    func(v vm.Value) { closure.SetUpvalue(i, v) },
			Holder: closure,
		}
	}
	return places
}

// close makes functions that were made in the scope forget the frame, whose
// places are about to mean something else.
func (sc *scope) close() { sc.places = nil }

// environment makes the table that evaluated code has as _ENV.
func (sc *scope) environment() vm.Value {
	env, meta := sc.st.NewTable(0, 0), sc.st.NewTable(0, 2)
	meta.SetString("__index", sc.st.NewFunction("frame", func(t *vm.Thread) int {
		name, _ := t.Arg(2).AsString()
		if p, ok := sc.places[name]; ok {
			return t.Return(p.Get())
		}
		if v := t.Index(sc.env, t.Arg(2)); !v.IsNil() {
			return t.Return(v)
		}
		return t.Return(t.Index(sc.others(), t.Arg(2)))
	}))
	meta.SetString("__newindex", sc.st.NewFunction("frame", func(t *vm.Thread) int {
		name, _ := t.Arg(2).AsString()
		if p, ok := sc.places[name]; ok {
			p.Set(t.Arg(3))
			return 0
		}
		t.SetIndex(sc.others(), t.Arg(2), t.Arg(3))
		return 0
	}))
	sc.st.SetMetatable(env, meta)
	return vm.TableValue(env)
}

// others gives the names of the service that the frame does not know.
func (sc *scope) others() vm.Value {
	if sc.rest.IsNil() {
		sc.rest = sc.d.environment(sc.st)
	}
	return sc.rest
}

// forgetScopes closes the scopes of evaluated code, before a task goes on.
func (d *Debugger) forgetScopes() {
	for _, sc := range d.scopes {
		sc.close()
	}
	d.scopes = nil
}

// environment makes the table of the names that the service has outside of frames.
func (d *Debugger) environment(st *vm.State) vm.Value {
	n := live.NamesOf(d.own)
	n.Add(d.searched)
	return n.Environment()
}

// prepare compiles code, and searches for names that it wants and that neither the
// frame nor the service's code has.
func (d *Debugger) prepare(ctx context.Context, frame int, code string) (*vm.Code, error) {
	compiled, err := live.CompileCode(d.svc.Node(), code, "=debug")
	if err != nil {
		return nil, err
	}
	wanted, any := live.NamesIn(compiled)
	if !any {
		return compiled, nil
	}
	var found []live.Variable
	err = live.InSteps(ctx, d.svc, func(own service.Self, w *live.Work) {
		inFrame := map[string]live.Place{}
		if p, err := d.place(frame); err == nil {
			inFrame = d.newScope(p.thread, p.level).places
		}
		n := live.NamesOf(own)
		found = n.Search(w, func(name string) bool {
			_, known := inFrame[name]
			return wanted(name) && !known
		})
		d.searched = found
	})
	return compiled, err
}

// evaluate runs code in a frame of the task that is looked at, or with the
// service's names when none stands.
func (d *Debugger) evaluate(ctx context.Context, st *vm.State, frame int, compiled *vm.Code) ([]vm.Value, error) {
	p, err := d.place(frame)
	if err != nil && len(d.stood) > 0 {
		return nil, err
	}
	if err != nil {
		return d.own.RunHere(ctx, st.NewClosure(compiled, d.environment(st)))
	}
	sc := d.newScope(p.thread, p.level)
	d.scopes = append(d.scopes, sc)
	return d.own.RunHere(ctx, st.NewClosure(compiled, sc.environment()), varargs(p.thread, p.level)...)
}

// Eval runs code in a frame of the task that is looked at: its variables are in
// reach and can be assigned to. The code can't wait. When no task stands, it has
// the names that the command eval has.
func (d *Debugger) Eval(ctx context.Context, frame int, code string, limits plain.Limits) (results plain.Results, err error) {
	compiled, err := d.prepare(ctx, frame, code)
	if err != nil {
		return results, err
	}
	var described *live.Description
	err = d.do(ctx, func(st *vm.State) error {
		values, err := d.evaluate(ctx, st, frame, compiled)
		if err != nil {
			return err
		}
		described = live.BeginDescription(d.own, limits, values...)
		if len(values) > 0 {
			st.Registry.SetString(live.LastResult, values[0])
		}
		return nil
	})
	if err == nil {
		results.Values, err = described.Finish(ctx, d.svc)
	}
	return results, err
}

// Candidates is inspect.Candidates for code that is evaluated in a frame.
func (d *Debugger) Candidates(ctx context.Context, frame int, code string) (candidates []string, from int, err error) {
	c := live.ParseChain(code)
	return d.candidates(ctx, frame, &c)
}

// Functions is Candidates for functions that have lines to stop at, and what leads to such,
// or may: very many tables are not looked into.
func (d *Debugger) Functions(ctx context.Context, frame int, code string) (candidates []string, from int, err error) {
	c := live.ParseChain(code)
	left := searchedEntries
	c.Only = func(v vm.Value) bool { return leadsToLines(v, searchedDepth, &left) }
	candidates, from, err = d.candidates(ctx, frame, &c)
	for i, name := range candidates {
		candidates[i] = strings.TrimSuffix(name, "(") // it is named, not called
	}
	return candidates, from, err
}

const (
	searchedDepth   = 3      // of tables in tables that are looked into for functions
	searchedEntries = 20_000 // of all of them, at one time
)

// leadsToLines tells whether a value is a function of Lua or a table with one below it. left
// is how many entries may still be looked at; when there are none, a table may have one.
func leadsToLines(v vm.Value, depth int, left *int) (leads bool) {
	if depth == 0 || !v.IsTable() {
		return v.AsClosure() != nil
	}
	v.AsTable().Touched(func(_, e vm.Value) bool { // a library's own functions have no lines
		if *left--; *left < 0 {
			leads = true
		} else {
			leads = leadsToLines(e, depth-1, left)
		}
		return !leads
	})
	return leads
}

// CandidatesIn is Candidates in a frame of a task that stands. Of task 0 there is no frame.
func (d *Debugger) CandidatesIn(ctx context.Context, task uint64, frame int, code string) (candidates []string, from int, err error) {
	if task != 0 {
		if err := d.doAt(ctx, task, func(*vm.State) error { return nil }); err != nil {
			return nil, 0, err
		}
	}
	return d.Candidates(ctx, frame, code)
}

func (d *Debugger) candidates(ctx context.Context, frame int, c *live.Chain) (candidates []string, from int, err error) {
	err = live.InSteps(ctx, d.svc, func(own service.Self, w *live.Work) {
		st := own.State()
		names := live.NamesOf(own).Values()
		if p, err := d.place(frame); err == nil {
			for name, place := range d.newScope(p.thread, p.level).places {
				names[name] = place.Get()
			}
		}
		candidates = c.Candidates(w, names, st)
	})
	return candidates, c.From, err
}
