package inspect

import (
	"context"
	"sort"
	"strings"

	"lunarium/inspect/plain"
	"lunarium/runtime/vm"
)

// scope is what code that is evaluated in a frame can name: the frame's local
// variables, its upvalues, the globals, then the service's own variables.
type scope struct {
	d      *Debugger
	places map[string]named // nil when the frame is gone
	env    vm.Value         // where the frame's function has its globals
	rest   vm.Value         // Environment, made when it is first needed
	st     *vm.State
}

func (d *Debugger) newScope(t *vm.Thread, level int) *scope {
	st := t.State()
	sc := &scope{d: d, places: map[string]named{}, env: vm.TableValue(st.Globals), rest: vm.Nil, st: st}
	if closure := closureAt(t, level); closure != nil {
		for i := range closure.Upvalues() {
			name := closure.UpvalueName(i)
			sc.places[name] = named{name, func() vm.Value { return closure.Upvalue(i) }, func(v vm.Value) { closure.SetUpvalue(i, v) }, closure}
		}
		if env, ok := sc.places["_ENV"]; ok {
			sc.env = env.get()
		}
	}
	for _, l := range locals(t, level) {
		sc.places[l.name] = l
		if l.name == "_ENV" {
			sc.env = l.get()
		}
	}
	return sc
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
			return t.Return(p.get())
		}
		if v := t.Index(sc.env, t.Arg(2)); !v.IsNil() {
			return t.Return(v)
		}
		return t.Return(t.Index(sc.others(), t.Arg(2)))
	}))
	meta.SetString("__newindex", sc.st.NewFunction("frame", func(t *vm.Thread) int {
		name, _ := t.Arg(2).AsString()
		if p, ok := sc.places[name]; ok {
			p.set(t.Arg(3))
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
	n := namesOf(d.svc, st)
	n.add(d.searched)
	return n.environment()
}

// prepare compiles code, and searches for names that it wants and that neither the
// frame nor the service's code has.
func (d *Debugger) prepare(ctx context.Context, frame int, code string) (*vm.Code, error) {
	compiled, err := compileCode(d.svc.Node(), code, "=debug")
	if err != nil {
		return nil, err
	}
	wanted, any := namesIn(compiled)
	if !any {
		return compiled, nil
	}
	var found []Variable
	err = inSteps(ctx, d.svc, func(st *vm.State, w *work) {
		inFrame := map[string]named{}
		if p, err := d.place(frame); err == nil {
			inFrame = d.newScope(p.thread, p.level).places
		}
		n := namesOf(d.svc, st)
		found = n.search(w, func(name string) bool { return wanted(name) && !has(inFrame, name) })
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
		return d.svc.RunHere(ctx, st.NewClosure(compiled, d.environment(st)))
	}
	sc := d.newScope(p.thread, p.level)
	d.scopes = append(d.scopes, sc)
	return d.svc.RunHere(ctx, st.NewClosure(compiled, sc.environment()), varargs(p.thread, p.level)...)
}

// Eval runs code in a frame of the task that is looked at: its variables are in
// reach and can be assigned to. The code can't wait. When no task stands, it has
// the names that the command eval has.
func (d *Debugger) Eval(ctx context.Context, frame int, code string, limits plain.Limits) (results plain.Results, err error) {
	compiled, err := d.prepare(ctx, frame, code)
	if err != nil {
		return results, err
	}
	var described *description
	err = d.do(ctx, func(st *vm.State) error {
		values, err := d.evaluate(ctx, st, frame, compiled)
		if err != nil {
			return err
		}
		described = describeIn(d.svc, limits, values...)
		if len(values) > 0 {
			st.Registry.SetString(lastResult, values[0])
		}
		return nil
	})
	if err == nil {
		results.Values, err = described.finish(ctx, d.svc)
	}
	return results, err
}

// Candidates is inspect.Candidates for code that is evaluated in a frame.
func (d *Debugger) Candidates(ctx context.Context, frame int, code string) (candidates []string, from int, err error) {
	c := parseChain(code)
	err = inSteps(ctx, d.svc, func(st *vm.State, w *work) {
		names := namesOf(d.svc, st).values()
		if p, err := d.place(frame); err == nil {
			for name, place := range d.newScope(p.thread, p.level).places {
				names[name] = place.get()
			}
		}
		candidates = c.candidates(w, names, st)
	})
	return candidates, c.from, err
}

// Places lists the files that break may be given, each with its colon, of those
// that begin with a prefix.
func (d *Debugger) Places(ctx context.Context, prefix string) (list []string, err error) {
	err = d.do(ctx, func(st *vm.State) error {
		seen := map[string]bool{}
		for _, c := range d.codes(st) {
			if source := c.Proto().Source; own(source) {
				seen[plain.BaseName(vm.ShortSource(source))+":"] = true
			}
		}
		for name := range seen {
			if strings.HasPrefix(name, prefix) {
				list = append(list, name)
			}
		}
		sort.Strings(list)
		return nil
	})
	return list, err
}
