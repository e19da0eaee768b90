package vm

import (
	"errors"
	"slices"
)

// This file finds everything in a state that holds functions of some code, so that
// others can be put in their place: values and keys of tables, weak ones too,
// metatables, variables, what stands on stacks, what Go code keeps. The functions
// that active calls run are left alone.

// Holders are the functions that a search found and who holds them. They are good
// until Lua code runs.
type Holders struct {
	state *State
	found []*Closure        // in the order of the search, which depends on the program alone
	known map[*Closure]bool // those that were found: may they be replaced?
	sites []site
	// Running are the threads in which an active call runs code that was searched for.
	Running []*Thread
	// Instances are the tables that have one of the classes as their metatable, and
	// the metatables that have one as their __index.
	Instances []*Table
}

// site is a place that holds functions that were found: all entries of a table, an
// upvalue, a Go function's upvalues, all values of a stack.
type site struct {
	object Value
	keys   bool // of a table: the keys, too
	index  int  // of a closure: which upvalue
}

// ErrInterrupted says that a search was given up because of a kill.
var ErrInterrupted = errors.New("killed")

// Interest is how much a search wants functions of some code.
type Interest uint8

const (
	Unwanted    Interest = iota
	Wanted               // Functions gives them
	Replaceable          // Replace may put others in their place, too
)

// lookForKill is the number of objects between looks for a kill.
const lookForKill = 1 << 16

// FindHolders searches the whole state for functions of code that is wanted, and for
// instances of classes. It takes time in proportion to the state's size.
func (d StateDebug) FindHolders(interest func(*Code) Interest, classes ...*Table) (*Holders, error) {
	s := d.s
	h := &Holders{state: s, known: map[*Closure]bool{}}
	w := &holderSearch{Holders: h, interest: interest, classes: map[*Table]bool{}, metatables: map[*Table]bool{}}
	for _, t := range classes {
		w.classes[t] = true
	}
	s.eachRoot(w.add)
	for _, v := range s.collector.finalizable {
		w.add(v)
	}
	for n := 1; len(w.pending) > 0; n++ {
		if n%lookForKill == 0 && s.interrupt.Load()&InterruptKill != 0 {
			return nil, ErrInterrupted
		}
		last := len(w.pending) - 1
		v := w.pending[last]
		w.pending = w.pending[:last]
		w.visit(v)
	}
	return h, nil
}

// Functions gives the functions that were found, in the order of the search.
func (h *Holders) Functions() []*Closure { return h.found }

type holderSearch struct {
	*Holders
	seen     visited
	pending  []Value // seen, not looked into
	interest func(*Code) Interest

	classes    map[*Table]bool
	metatables map[*Table]bool // whose __index was looked at
}

func (w *holderSearch) add(v Value) {
	if v.isObject() && w.seen.add(v.p) {
		w.pending = append(w.pending, v)
	}
}

// wants notes a function that is searched for; true when it may be replaced.
func (w *holderSearch) wants(v Value) bool {
	c := (*Closure)(v.p)
	if replaceable, known := w.known[c]; known {
		return replaceable
	}
	interest := w.interest(c.code)
	if interest == Unwanted {
		return false
	}
	w.known[c] = interest == Replaceable
	w.found = append(w.found, c)
	return w.known[c]
}

// see goes on to a value; true when it is a function that is searched for.
func (w *holderSearch) see(v Value) bool {
	if !v.isObject() {
		return false
	}
	w.add(v)
	return v.hi() == hiClosure && w.wants(v)
}

func (w *holderSearch) visit(v Value) {
	switch v.hi() {
	case hiTable:
		w.visitTable(v.tab())
	case hiClosure:
		w.wants(v)
		c := (*Closure)(v.p)
		for i := range c.Upvalues() {
			if w.see((*c.upvalue(i)).get()) {
				w.sites = append(w.sites, site{object: v, index: i})
			}
		}
	case hiGo:
		g := (*GoFunction)(v.p)
		holds := false
		for i := range g.Upvalues() {
			holds = w.see(g.Upvalue(i)) || holds
		}
		if holds {
			w.sites = append(w.sites, site{object: v})
		}
	case hiUserdata:
		u := (*Userdata)(v.p)
		w.see(TableValue(u.Metatable))
		w.see(TableValue(u.User))
	case hiThread:
		w.visitThread((*Thread)(v.p))
	}
}

func (w *holderSearch) visitTable(t *Table) {
	w.see(TableValue(t.meta))
	w.isInstance(t)
	values, keys := false, false
	if t.ptrs != nil && !t.lazy() {
		w.pending = slices.Grow(w.pending, int(t.size))
		for i := uint32(0); i < t.size; i++ {
			values = w.see(t.element(i)) || values
		}
	}
	t.eachNode(func(n *node) {
		values = w.see(n.val) || values
		keys = w.see(n.key) || keys
	})
	if values || keys {
		w.sites = append(w.sites, site{object: TableValue(t), keys: keys})
	}
}

func (w *holderSearch) isInstance(t *Table) {
	m := t.meta
	if m == nil || len(w.classes) == 0 {
		return
	}
	if w.classes[m] {
		w.Instances = append(w.Instances, t)
	} else if !w.metatables[m] {
		w.metatables[m] = true
		if w.classes[m.GetString("__index").AsTable()] {
			w.Instances = append(w.Instances, m)
		}
	}
}

func (w *holderSearch) visitThread(t *Thread) {
	holds := false
	m := marker{state: w.state}
	t.eachHeld(m.stackEnd(t), func(v *Value, runs bool) {
		if wanted := w.see(*v); wanted && !runs {
			holds = true
		} else if wanted && (len(w.Running) == 0 || w.Running[len(w.Running)-1] != t) {
			w.Running = append(w.Running, t)
		}
	})
	w.see(ThreadValue(t.resumer))
	w.see(ThreadValue(t.inner))
	if t.hook != nil {
		holds = w.see(t.hook.fn) || holds
	}
	if t.failure != nil {
		w.see(t.failure.Value)
	}
	if holds {
		w.sites = append(w.sites, site{object: ThreadValue(t)})
	}
}

// eachHeld calls f for each value on a stack up to end, and tells whether it is a
// function that an active call runs.
func (t *Thread) eachHeld(end uintptr, f func(v *Value, runs bool)) {
	running := map[uintptr]bool{}
	if t.frame != 0 {
		for a := t.firstFrame(); a <= t.frame; a += frameSize {
			running[(*frame)(ptr(&a)).function] = true
		}
	}
	for a := t.bottom(); a < end; a += valueSize {
		f(at(a), running[a])
	}
}

// Replace puts other functions in the place of those that were found, wherever they
// are held: with gives the one for each, or nil where it stays.
func (h *Holders) Replace(with func(*Closure) *Closure) {
	other := func(v *Value) bool {
		if v.n < tagFloor || v.hi() != hiClosure {
			return false
		}
		c := with((*Closure)(v.p))
		if c == nil || c == (*Closure)(v.p) {
			return false
		}
		*v = ClosureValue(c)
		return true
	}
	for _, at := range h.sites {
		switch at.object.hi() {
		case hiTable:
			at.object.tab().replaceFunctions(at.keys, other)
		case hiClosure:
			c := *(*Closure)(at.object.p).upvalue(at.index)
			if v := c.get(); other(&v) {
				c.set(v)
			}
		case hiGo:
			upvalues := (*GoFunction)(at.object.p).closure().upvalues
			for i := range upvalues {
				other(&upvalues[i])
			}
		case hiThread:
			h.replaceOnStack((*Thread)(at.object.p), other)
		}
	}
	h.replaceRoots(other)
}

func (h *Holders) replaceOnStack(t *Thread, other func(*Value) bool) {
	m := marker{state: h.state}
	t.eachHeld(m.stackEnd(t), func(v *Value, runs bool) {
		if !runs {
			other(v)
		}
	})
	if t.hook != nil {
		other(&t.hook.fn)
	}
}

// replaceRoots replaces what Go code holds.
func (h *Holders) replaceRoots(other func(*Value) bool) {
	s := h.state
	for _, list := range append([]*[]Value{&s.enter, &s.collector.pending}, s.collector.kept...) {
		for i := range *list {
			other(&(*list)[i])
		}
	}
	s.namedRoots(func(_ string, v *Value) { other(v) })
}

// replaceFunctions replaces a table's values, and its keys where it has some that are
// functions. A key whose new one is there already leaves it its value.
func (t *Table) replaceFunctions(keys bool, other func(*Value) bool) {
	if t.ptrs != nil && !t.lazy() {
		for i := uint32(0); i < t.size; i++ {
			if v := t.element(i); other(&v) {
				t.setElement(i, v)
			}
		}
	}
	var moved []node
	t.eachNode(func(n *node) {
		other(&n.val)
		if key := n.key; keys && other(&key) {
			moved = append(moved, node{key, n.val})
			n.val = Nil
		}
	})
	for _, n := range moved {
		if t.Get(n.key).IsNil() {
			t.Set(n.key, n.val)
		}
	}
}

// WalkMade calls f for each table, closure and Go function that was made in a
// universe and can be reached from given values by way of such objects: those first
// that are nearest.
func (u *Universe) WalkMade(roots []Value, f func(Value)) {
	var seen visited
	var pending queue
	add := func(v Value) {
		if v.isObject() && seen.add(v.p) && u.Made(v) {
			pending.add(v)
		}
	}
	for _, v := range roots {
		add(v)
	}
	for v, more := pending.take(); more; v, more = pending.take() {
		f(v)
		eachHeldBy(v, add)
	}
}

// eachHeldBy calls f for what an object refers to.
func eachHeldBy(v Value, f func(Value)) {
	switch v.hi() {
	case hiTable:
		t := v.tab()
		f(TableValue(t.meta))
		t.entries(func(key, value Value) bool { f(key); f(value); return true })
	case hiClosure:
		c := (*Closure)(v.p)
		for i := range c.Upvalues() {
			f(c.Upvalue(i))
		}
	case hiGo:
		g := (*GoFunction)(v.p)
		for i := range g.Upvalues() {
			f(g.Upvalue(i))
		}
	case hiUserdata:
		u := (*Userdata)(v.p)
		f(TableValue(u.Metatable))
		f(TableValue(u.User))
	case hiThread:
		t := (*Thread)(v.p)
		m := marker{state: t.state}
		t.eachHeld(m.stackEnd(t), func(v *Value, _ bool) { f(*v) })
	}
}

// Settle puts other values in the place of those that a thread holds, but for functions
// that run.
func (d ThreadDebug) Settle(other func(Value) Value) {
	t := d.t
	m := marker{state: t.state}
	t.eachHeld(m.stackEnd(t), func(v *Value, runs bool) {
		if !runs {
			*v = other(*v)
		}
	})
}
