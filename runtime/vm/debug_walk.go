package vm

// This file walks through all that can be reached, and marks nothing.

// Walk goes through everything that can be reached from some values, each object
// once, in pieces between which the state's Lua code may run. It marks nothing in
// the objects, so that it disturbs no cycle of the collector and none disturbs it.
//
// What can be reached all the time, through entries and variables that stay, is
// met. What is made, moved or dropped meanwhile may be met or not. Tables are met
// by their entries (Cursor); long ones a piece at a time.
type Walk struct {
	state   *State
	met     func(Value) // told of each object; nil: nobody is
	seen    visited
	pending []Value          // met, not looked into
	tables  []partly         // looked into in part, the innermost last
	looked  int              // places, in the present piece
	entry   func(k, v Value) // goes on to an entry of the innermost table
	measure *measurement
}

// partly is a table whose entries are gone through.
type partly struct {
	Cursor
	measured
}

// NewWalk begins a walk from values; met is told of each table, function, userdata
// and coroutine when it is looked into.
func (d StateDebug) NewWalk(met func(Value), from ...Value) *Walk {
	s := d.s
	w := &Walk{state: s, met: met}
	w.entry = func(k, v Value) { w.add(k); w.add(v) }
	for _, v := range from {
		w.add(v)
	}
	return w
}

// walkPiece is how many places of a table are looked at before what they hold is.
const walkPiece = 64

// Some looks at about so many places, and tells whether there are more.
func (w *Walk) Some(places int) (more bool) {
	for w.looked = 0; w.looked < places; {
		if last := len(w.pending) - 1; last >= 0 {
			v := w.pending[last]
			w.pending = w.pending[:last]
			w.look(v)
			continue
		}
		if last := len(w.tables) - 1; last >= 0 {
			w.goOn(last)
			continue
		}
		return false
	}
	return true
}

func (w *Walk) add(v Value) {
	if v.n < tagFloor || v.hi() < hiString {
		return
	}
	if v.hi() == hiString {
		if w.measure != nil {
			w.measure.string(v)
		}
		return
	}
	if w.measure != nil && w.measure.data && v.hi() != hiTable || !w.seen.add(v.p) {
		return
	}
	w.pending = append(w.pending, v)
	if w.measure != nil && len(w.measure.waiting) > 0 {
		w.measure.release(w, v)
	}
}

// goOn looks at the next places of a table that was begun.
func (w *Walk) goOn(i int) {
	p := &w.tables[i]
	before := p.at
	if p.Begun() && w.measure != nil {
		w.measure.bytes -= p.text
		p.text = 0
	}
	more := p.Some(walkPiece, w.entry)
	w.looked += int(p.at-min(p.at, before)) + 1
	if !more {
		w.tables = w.tables[:i]
	}
}

// look looks into an object; a table's entries come piece by piece.
func (w *Walk) look(v Value) {
	w.looked++
	if w.met != nil {
		w.met(v)
	}
	if w.measure != nil {
		w.measure.object(v)
	}
	switch v.hi() {
	case hiTable:
		t := v.tab()
		if w.measure == nil || !w.measure.data {
			w.add(TableValue(t.meta))
		}
		switch {
		case t.lazy(): // what is the template's alone was not made yet
			t.eachNode(func(n *node) { w.add(n.key); w.add(n.val) })
		case t.Places() > 0:
			p := partly{Cursor: t.Cursor()}
			if w.measure != nil {
				p.weakKeys, p.weakValues = w.state.weakness(t)
			}
			w.tables = append(w.tables, p)
		}
	case hiClosure:
		c := (*Closure)(v.p)
		w.looked += c.Upvalues()
		for i := range c.Upvalues() {
			w.add(c.Upvalue(i))
		}
	case hiGo:
		g := (*GoFunction)(v.p)
		for i := range g.Upvalues() {
			w.add(g.Upvalue(i))
		}
	case hiUserdata:
		u := (*Userdata)(v.p)
		w.add(TableValue(u.Metatable))
		w.add(TableValue(u.User))
	case hiThread:
		w.lookThread((*Thread)(v.p))
	}
}

func (w *Walk) lookThread(t *Thread) {
	m := marker{state: w.state}
	end := m.stackEnd(t)
	w.looked += int((end - t.bottom()) / valueSize)
	for a := t.bottom(); a < end; a += valueSize {
		w.add(*t.at(a))
	}
	t.eachBeside(w.add)
}
