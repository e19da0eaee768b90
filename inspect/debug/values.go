package debug

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lunarium/inspect/live"
	"lunarium/inspect/plain"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file gives values piece by piece: what a frame has, what a table has, by numbers that
// refer to them.

// Child is a value below a scope or a table, or the result of code.
type Child struct {
	Name       string
	Value      plain.Value
	Expression string // of Lua, that gives the value in the frame; "": there is none
	Ref        int    // for Children; 0: nothing is below it
	Indexed    int    // entries below it with keys from 1 on
	Named      int    // other entries
}

// Part says which entries of a table somebody wants.
type Part struct {
	Indexed, Named bool // which kinds of them
	Start          int  // of the indexed ones, if only those are wanted
	Count          int  // of each kind; 0: as many as are given at a time
}

const (
	// mostChildren is how many entries of a kind are given at a time.
	mostChildren = 1000
)

// Scope gives a number for Children that refers to a part of what a frame of a task that
// stands can name.
func (d *Debugger) Scope(ctx context.Context, task uint64, frame int, kind ScopeKind) (ref int, err error) {
	err = d.doAt(ctx, task, func(*vm.State) error {
		if _, err := d.place(frame); err != nil {
			return err
		}
		ref = d.refs.add(&reference{task: d.stood[0].task, id: task, frame: frame, kind: kind})
		return nil
	})
	return ref, err
}

// belowReference is a value below a reference.
type belowReference struct {
	name, path string
	value      vm.Value
}

// Children gives what is below a reference, and how many named entries were left out.
func (d *Debugger) Children(ctx context.Context, ref int, part Part, limits plain.Limits) (list []Child, more int, err error) {
	if part.Count <= 0 || part.Count > mostChildren {
		part.Count = mostChildren
	}
	var failure error
	err = live.InSteps(ctx, d.svc, func(own service.Self, w *live.Work) {
		d.own = own
		r := d.refs.byNumber[ref]
		if r == nil {
			failure = ErrReference
			return
		}
		var below []belowReference
		if below, more, failure = d.below(w, r, part); failure != nil {
			return
		}
		for _, b := range below {
			list = append(list, d.child(w, r, b, limits))
		}
	})
	return list, more, errors.Join(err, failure)
}

// child describes a value below a reference, on the service's own thread.
func (d *Debugger) child(w *live.Work, r *reference, b belowReference, limits plain.Limits) Child {
	c := Child{Name: b.name, Expression: b.path, Value: live.Describe(w, limits, b.value)[0]}
	t := b.value.AsTable()
	if t == nil || c.Value.Total == 0 && t.Metatable() == nil {
		return c
	}
	c.Indexed = t.Len()
	c.Named = max(0, c.Value.Total-c.Indexed)
	if t.Metatable() != nil {
		c.Named++
	}
	c.Ref = d.refs.add(&reference{task: r.task, id: r.id, frame: r.frame, kind: tableScope, table: t, path: b.path})
	return c
}

// below lists what is below a reference.
func (d *Debugger) below(w *live.Work, r *reference, part Part) (list []belowReference, more int, err error) {
	if r.kind == tableScope {
		list, more = belowTable(w, r, part)
		return list, more, nil
	}
	if _, err := d.lookAt(r.id); err != nil {
		return nil, 0, err
	}
	p, err := d.place(r.frame)
	if err != nil {
		return nil, 0, err
	}
	if r.kind == StateScope {
		n := live.NamesOf(d.own)
		n.Search(w, live.AnyName)
		for _, place := range n.List() {
			if v := place.Get(); !v.IsFunction() {
				list = append(list, belowReference{place.Name, place.Name, v})
			}
		}
		return list, 0, nil
	}
	kinds := []VariableKind{UpvalueVariable}
	if r.kind == LocalScope {
		kinds = []VariableKind{LocalVariable, VarargVariable}
		if e := p.thread.Debug().Raising(); e != nil {
			list = append(list, belowReference{"err", "err", e.Value})
		}
	}
	variables, values := VariablesAt(p.thread, p.level, mostChildren)
	for i, v := range variables {
		if slices.Contains(kinds, v.Kind) {
			path := v.Name
			if v.Kind == VarargVariable {
				path = ""
			}
			list = append(list, belowReference{v.Name, path, values[i]})
		}
	}
	return list, 0, nil
}

// belowTable lists entries of a table: those with keys from 1 on, then the others by name,
// then its metatable.
func belowTable(w *live.Work, r *reference, part Part) (list []belowReference, more int) {
	t := r.table
	n := t.Len()
	add := func(key plain.Key, v vm.Value) {
		b := belowReference{name: entryName(key), value: v}
		if r.path != "" && (key.Kind == plain.Number || key.Kind == plain.String || key.Kind == plain.Boolean) {
			b.path = r.path + key.String()
		}
		list = append(list, b)
	}
	if part.Indexed {
		for i := part.Start + 1; i <= n && i <= part.Start+part.Count; i++ {
			add(plain.NumberKey(float64(i)), t.GetInt(i))
		}
	}
	if !part.Named {
		return list, 0
	}
	entries, total := live.FirstEntries(w, t, part.Count, func(key vm.Value) bool {
		f, ok := key.AsNumber()
		return !ok || f < 1 || f > float64(n) || f != float64(int(f))
	})
	for _, e := range entries {
		add(live.PathKey(e.Key), e.Value)
	}
	if meta := t.Metatable(); meta != nil {
		list = append(list, belowReference{name: metatableName, value: vm.TableValue(meta)})
	}
	return list, total - len(entries)
}

// metatableName is how a table's metatable is called among its entries.
const metatableName = "(metatable)"

// entryName gives a key as it stands in lists of entries: name, [1], ["odd key"].
func entryName(key plain.Key) string { return plain.Path{key}.String() }

// SetChild assigns what an expression gives to the variable or entry of a name below a
// reference, and gives what that is then.
func (d *Debugger) SetChild(ctx context.Context, ref int, name, expression string, limits plain.Limits) (c Child, err error) {
	var r *reference
	err = d.do(ctx, func(*vm.State) error {
		if r = d.refs.byNumber[ref]; r == nil {
			return ErrReference
		}
		return nil
	})
	if err != nil {
		return c, err
	}
	values, err := d.run(ctx, r.id, r.frame, expression, func(values []vm.Value) error {
		place, err := d.placeBelow(r, name)
		if err != nil {
			return err
		}
		if len(values) == 0 {
			return fmt.Errorf("%s gives no value", expression)
		}
		place.Set(values[0])
		return nil
	}, limits)
	if err != nil {
		return c, err
	}
	values[0].Name = name
	return values[0], nil
}

// placeBelow gives the place of a name below a reference.
func (d *Debugger) placeBelow(r *reference, name string) (live.Place, error) {
	none := fmt.Errorf("%s is nothing that can be set here", name)
	switch r.kind {
	case tableScope:
		path, err := plain.ParsePath(name)
		if err != nil || len(path) != 1 {
			return live.Place{}, none
		}
		return live.EntryPlace(r.table, path[0]), nil
	case StateScope:
		n := live.NamesOf(d.own)
		n.Add(d.searched)
		if place, ok := n.All()[name]; ok {
			return place, nil
		}
		return live.Place{}, none
	}
	p, err := d.place(r.frame)
	if err != nil {
		return live.Place{}, err
	}
	sc := d.newScope(p.thread, p.level)
	if r.kind == LocalScope {
		for _, l := range slices.Backward(locals(p.thread, p.level)) {
			if l.Name == name {
				return l, nil
			}
		}
		if place, ok := sc.places[name]; ok && name == "err" {
			return place, nil
		}
		return live.Place{}, none
	}
	place, ok := upvalues(closureAt(p.thread, p.level))[name]
	if !ok {
		return live.Place{}, none
	}
	return place, nil
}

// EvalIn runs code as Eval does, in a frame of a task that stands, and gives values that can
// be looked into. Of task 0 there is no frame: the code has the service's names.
func (d *Debugger) EvalIn(ctx context.Context, task uint64, frame int, code string, limits plain.Limits) ([]Child, error) {
	return d.run(ctx, task, frame, code, func([]vm.Value) error { return nil }, limits)
}

// run evaluates code, does something with its values while nothing else happens, and
// describes them.
func (d *Debugger) run(ctx context.Context, task uint64, frame int, code string, then func([]vm.Value) error, limits plain.Limits) (list []Child, err error) {
	if task != 0 {
		if err := d.doAt(ctx, task, func(*vm.State) error { return nil }); err != nil {
			return nil, err
		}
	}
	compiled, err := d.prepare(ctx, frame, code)
	if err != nil {
		return nil, err
	}
	r := &reference{id: task, frame: frame}
	var values []vm.Value
	evaluate := func(st *vm.State) (err error) {
		if task == 0 {
			values, err = d.own.RunHere(ctx, st.NewClosure(compiled, d.environment(st)))
		} else {
			r.task = d.stood[0].task
			values, err = d.evaluate(ctx, st, frame, compiled)
		}
		if err == nil {
			err = then(values)
		}
		values = slices.Clone(values)
		return err
	}
	if task == 0 {
		err = d.do(ctx, evaluate)
	} else {
		err = d.doAt(ctx, task, evaluate)
	}
	if err != nil {
		return nil, err
	}
	err = live.InSteps(ctx, d.svc, func(own service.Self, w *live.Work) {
		d.own = own
		path := ""
		if _, err := plain.ParsePath(code); err == nil {
			path = code // which can be asked for again: it changes nothing
		}
		for _, v := range values {
			list = append(list, d.child(w, r, belowReference{value: v, path: path}, limits))
		}
	})
	return list, err
}
