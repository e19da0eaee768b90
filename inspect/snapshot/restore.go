package snapshot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"lunarium/inspect/live"
	"lunarium/inspect/plain"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file puts a snapshot back.

// Restored is what a restore did.
type Restored struct {
	Before *Snapshot // the state as it was
	After  *Snapshot // and as it is; the snapshot that was put back, when it is too large for one
	// Left are what could not be put back, by its place: a function, task or object of a
	// library that is gone, a variable that the code has no more.
	Left []Left
	// LeftMore are more of them than are listed.
	LeftMore int
	Tasks    int // that were in the middle of something, and go on with what they hold
	Held     time.Duration
}

// Left is a place whose value could not be put back.
type Left struct {
	Path string
	What string // what the snapshot has there; "": it has no such place
	Why  string
}

// mostLeft bounds what is listed of what could not be put back.
const mostLeft = 20

// Restore puts a snapshot's data into a service, as one transaction on its own thread: a
// snapshot of the state before is taken first, under the name that is given. A table that the
// service holds still is brought up to date and stays the same table for whoever holds it; one that
// is gone is made anew. Functions and tasks stay as they are.
func Restore(ctx context.Context, s *service.Service, from *Snapshot, before string) (*Restored, error) {
	g, err := from.graph()
	if err != nil {
		return nil, err
	}
	var done *Restored
	var failure error
	err = s.Do(ctx, func(own service.Self) {
		if done, failure = from.restore(own, s, g, before); failure == nil {
			done.After, _ = takeNow(s, own, "") // what was put back is too large now, with what was left
		}
	})
	if err == nil {
		err = failure
	}
	if err != nil {
		return nil, fmt.Errorf("not restored: %w", err)
	}
	done.Before.finish()
	if done.After != nil {
		done.After.finish()
	} else {
		done.After = from
	}
	return done, nil
}

// RestoreHere is Restore on the service's own thread. What was there before is not kept.
func RestoreHere(own service.Self, from *Snapshot) (*Restored, error) {
	g, err := from.graph()
	if err != nil {
		return nil, err
	}
	done, err := from.restore(own, nil, g, "")
	if err != nil {
		return nil, fmt.Errorf("not restored: %w", err)
	}
	done.Before = nil
	return done, nil
}

// restore puts a snapshot back, on the service's own thread; of is that service, if its
// objects may be those of the snapshot.
func (s *Snapshot) restore(own service.Self, of *service.Service, g *graph, before string) (*Restored, error) {
	defer own.State().Collector().Suspend()() // new tables are in Go's hands alone meanwhile
	begun := time.Now()
	w := newWalk(own, placesOf(own, nil))
	if _, err := w.run(); err != nil {
		return nil, err
	}
	r := &restore{graph: g, walk: w, values: make([]vm.Value, len(g.objects)), done: &Restored{Before: w.snapshot(of, before)}}
	for i := range r.values {
		r.values[i] = vm.Nil
	}
	r.match(of != nil && s.origin == of)
	r.make()
	r.write()
	r.done.Tasks = r.done.Before.Tasks
	if !own.Node().Clock().Virtual() {
		r.done.Held = time.Since(begun)
	}
	return r.done, nil
}

// restore is one under way.
type restore struct {
	*graph
	*walk             // over the state as it is
	values []vm.Value // what stands for each object of the snapshot; nil: nothing does
	fresh  []bool     // it was made for it
	done   *Restored
}

// match finds what stands for the snapshot's objects: the same objects, as far as the
// service has them; else what stands in the same place now.
func (r *restore) match(numbered bool) {
	taken := map[vm.Identity]bool{}
	if numbered {
		here := make(map[uint64]vm.Value, r.numbers.count)
		for i := range r.numbers.count {
			here[r.object(i).Sequence()] = r.object(i)
		}
		for i := range r.graph.objects {
			o := &r.graph.objects[i]
			if v := here[o.sequence]; o.sequence != 0 && kindOf(v) == o.kind {
				r.values[i] = v
				taken[v.Identity()] = true
			}
		}
	}
	m := placeMatch{restore: r, taken: taken, seen: make([]bool, len(r.values))}
	for _, p := range r.places {
		if i, ok := r.root(p.Name); ok {
			m.meet(i, p.Get())
		}
	}
	for len(m.pending) > 0 {
		i := m.pending[0]
		m.pending = m.pending[1:]
		m.inside(i)
	}
}

// placeMatch finds what stands in the places of the snapshot's objects.
type placeMatch struct {
	*restore
	taken   map[vm.Identity]bool // what stands for an object
	seen    []bool
	pending []int
}

// meet tells what stands in a place now.
func (m *placeMatch) meet(i item, now vm.Value) {
	if !i.isObject() {
		return
	}
	if m.values[i.object].IsNil() && kindOf(now) == i.kind && !m.taken[now.Identity()] && m.alike(&m.graph.objects[i.object], now) {
		m.values[i.object] = now
		m.taken[now.Identity()] = true
	}
	if !m.seen[i.object] {
		m.seen[i.object] = true
		m.pending = append(m.pending, i.object)
	}
}

// alike tells whether what stands in the place of an object may stand for it: a table for
// a table, what is no data only for what has the same description.
func (m *placeMatch) alike(o *object, now vm.Value) bool {
	if t := now.AsTable(); t != nil {
		return m.isLibrary(t) == (o.text != "")
	}
	return o.kind == plain.Function || live.Describe(nil, plain.DefaultLimits, now)[0].Text == o.text
}

// inside goes on to what an object holds.
func (m *placeMatch) inside(i int) {
	o, now := &m.graph.objects[i], m.values[i]
	if now.IsNil() {
		return
	}
	if t := now.AsTable(); t != nil && o.meta >= 0 {
		m.meet(item{kind: plain.Table, object: o.meta}, vm.TableValue(t.Metatable()))
	}
	for _, e := range o.entries {
		switch t, c := now.AsTable(), now.AsClosure(); {
		case t != nil && !m.isLibrary(t) && !e.key.isObject():
			m.meet(e.value, t.Get(e.key.value()))
		case c != nil:
			if at := upvalue(c, e.key.text); at >= 0 {
				m.meet(e.value, c.Upvalue(at))
			}
		}
	}
}

func upvalue(c *vm.Closure, name string) int {
	for i := range c.Upvalues() {
		if c.UpvalueName(i) == name {
			return i
		}
	}
	return -1
}

// make makes the tables that are gone.
func (r *restore) make() {
	r.fresh = make([]bool, len(r.values))
	for i := range r.graph.objects {
		if o := &r.graph.objects[i]; o.kind == plain.Table && o.text == "" && r.values[i].IsNil() {
			n := o.length()
			r.values[i] = vm.TableValue(r.state.NewTable(n, len(o.entries)-n))
			r.fresh[i] = true
		}
	}
}

// target is where a value of the snapshot is written.
type target struct {
	path *step
	now  vm.Value
	set  func(vm.Value)
}

// write writes the values of places, and what the objects that they lead to hold.
func (r *restore) write() {
	seen := make([]bool, len(r.values))
	type place struct {
		at *step
		i  int
	}
	var pending []place
	meet := func(at *step, i item) {
		if i.isObject() && !seen[i.object] {
			seen[i.object] = true
			pending = append(pending, place{at, i.object})
		}
	}
	known := map[string]bool{}
	for _, p := range r.places {
		known[p.Name] = true
		at := placeOf(p.Name)
		i, ok := r.root(p.Name)
		switch {
		case !ok:
			r.surplus(at, p)
		default:
			r.put(target{at, p.Get(), p.Set}, i)
			meet(at, i)
		}
	}
	r.bringBack(known, meet)
	for len(pending) > 0 {
		p := pending[0]
		pending = pending[1:]
		r.fill(p.at, p.i, meet)
	}
	slices.SortFunc(r.done.Left, func(a, b Left) int { return strings.Compare(a.Path, b.Path) })
}

// surplus deals with a name that the snapshot has not: a global that has come since goes; a
// variable stays, since the code has it.
func (r *restore) surplus(at *step, p live.Place) {
	switch now := p.Get(); {
	case now.IsFunction():
	case isGlobal(p) && r.isData(now):
		p.Set(vm.Nil)
	default:
		r.left(at, "", "the snapshot has no such name")
	}
}

// bringBack writes the globals that the service has no more.
func (r *restore) bringBack(known map[string]bool, meet func(*step, item)) {
	for _, one := range r.roots {
		if known[one.name] || one.value.kind == plain.Function {
			continue
		}
		at := placeOf(one.name)
		if v, ok := r.resolve(one.value); ok && one.global {
			r.state.Globals.SetString(one.name, v)
			meet(at, one.value)
			continue
		}
		r.left(at, r.text(one.value), "the code has no such name any more")
	}
}

// resolve gives the value that an item stands for now.
func (r *restore) resolve(i item) (vm.Value, bool) {
	if !i.isObject() {
		return i.value(), true
	}
	v := r.values[i.object]
	return v, !v.IsNil()
}

// put writes a value to its place, if it can be had; what is no data stays where it stands.
func (r *restore) put(t target, i item) {
	v, ok := r.resolve(i)
	switch {
	case ok && vm.Same(v, t.now):
	case ok && (i.kind != plain.Function || t.now.IsNil() || r.isData(t.now)):
		t.set(v)
	case ok: // another function stands there, by a reload
	default:
		r.left(t.path, r.text(i), "it is gone")
	}
}

// isData tells whether a value is one that snapshots put back.
func (r *restore) isData(v vm.Value) bool {
	t := v.AsTable()
	return kindOf(v) < plain.Table || t != nil && !r.isLibrary(t)
}

// fill writes what an object of the snapshot holds into what stands for it.
func (r *restore) fill(at *step, i int, meet func(*step, item)) {
	o, now := &r.graph.objects[i], r.values[i]
	t, c := now.AsTable(), now.AsClosure()
	switch {
	case o.kind == plain.Table && o.text == "" && t != nil:
		r.fillTable(at, i, t, meet)
	case o.kind == plain.Function && c != nil:
		for _, e := range o.entries {
			inner := at.then(plain.NameKey(e.key.text))
			if j := upvalue(c, e.key.text); j >= 0 {
				r.put(target{inner, c.Upvalue(j), func(v vm.Value) { c.SetUpvalue(j, v) }}, e.value)
				meet(inner, e.value)
			}
		}
	}
}

func (r *restore) fillTable(at *step, i int, t *vm.Table, meet func(*step, item)) {
	o := &r.graph.objects[i]
	keep := make(map[any]bool, len(o.entries))
	for _, e := range o.entries {
		inner := at.then(r.stepOf(e.key))
		key, ok := r.resolve(e.key)
		if !ok {
			r.left(inner, r.text(e.value), "its key is gone")
			continue
		}
		keep[normal(key)] = true
		r.put(target{inner, t.Get(key), func(v vm.Value) { t.Set(key, v) }}, e.value)
		meet(inner, e.value)
	}
	var gone []vm.Value
	t.Entries(func(k, v vm.Value) bool {
		if !keep[normal(k)] && r.isData(v) {
			gone = append(gone, k)
		}
		return true
	})
	for _, k := range gone {
		t.Set(k, vm.Nil)
	}
	r.fillMetatable(at, i, t)
	if o.meta >= 0 {
		meet(at, item{kind: plain.Table, object: o.meta})
	}
}

// fillMetatable gives a table the metatable that it had. One that is gone is not made anew: its
// functions would be missing.
func (r *restore) fillMetatable(at *step, i int, t *vm.Table) {
	meta := r.graph.objects[i].meta
	switch {
	case meta < 0 && t.Metatable() != nil:
		r.state.SetMetatable(t, nil)
	case meta < 0:
	case r.fresh[meta]:
		r.left(at, "a metatable", "it is gone")
	case r.values[meta].AsTable() != t.Metatable():
		r.state.SetMetatable(t, r.values[meta].AsTable())
	}
}

// normal gives a key as keys compare.
func normal(v vm.Value) any {
	if id := v.Identity(); id != nil {
		return id
	}
	return plainItem(v)
}

func (r *restore) text(i item) string {
	if i.isObject() && i.kind != plain.Table {
		return r.graph.objects[i.object].text
	}
	return "a " + i.kind.String()
}

func (r *restore) left(at *step, what, why string) {
	if len(r.done.Left) == mostLeft {
		r.done.LeftMore++
		return
	}
	r.done.Left = append(r.done.Left, Left{at.path().String(), what, why})
}
