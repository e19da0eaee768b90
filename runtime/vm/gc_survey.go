package vm

import (
	"unsafe"

	"lunarium/runtime/bytecode"
)

// This file tells of everything that can be reached what it takes and what it holds.

// Survey goes through what a measurement goes through (Memory.Measure), and tells a
// Surveyor of each object what it takes and what it holds, in pieces between which the
// state's Lua code may run. The bytes of all are the measurement's. Objects have numbers,
// from 0 on, in the order in which they were met: those that are nearer to where the
// survey began have lower ones. Variables that closures share are objects; strings no
// longer than the value that refers to them are none, and count for who holds them.
//
// A table is looked into to its end before another object is, so that what an object
// holds is told in one go. One that is rebuilt meanwhile is begun anew.
type Survey struct {
	state   *State
	told    Surveyor
	numbers numbering
	pending queue // numbered, not looked into; a variable is a light userdata
	table   surveyed
	entry   func(k, v Value)
	number  int // of the object that is looked into
	bytes   int // what it takes, and short strings that it holds
	waiting map[unsafe.Pointer][]ephemeron
}

// Surveyor is told what a survey finds.
type Surveyor interface {
	// Met tells of the next number's object: its type (TypeNil of a place, TypeLightUserdata
	// of a variable), and the bytes of a string.
	Met(t Type, bytes int)
	// Look begins an object; what comes until Done is told of it. v is nil for a variable
	// or a place.
	Look(number int, v Value)
	// Holds says that the object holds another.
	Holds(number int, how Held)
	// Anew takes back what was told of the object since Look.
	Anew()
	// Done says what the object takes, the entries of a table, and for a small table whose
	// keys are all strings a number that tells sets of keys apart; else 0.
	Done(bytes, entries int, keys uint64)
	// Late is Holds of an object that was done before: an entry of a weak table, whose
	// key was met only now.
	Late(holder, number int, how Held)
}

// Held is how an object holds another.
type Held struct {
	How  Hold
	Key  Value  // HeldUnder
	Name string // HeldVariable: the variable's; HeldOnStack: the local variable's, or ""
	// Function and Index of HeldVariable say whose upvalue it is.
	Function *Closure
	Index    int
}

// Hold is a way to hold something.
type Hold uint8

const (
	HeldUnder     Hold = iota // a table, under a key
	HeldAsKey                 // a table, as a key
	HeldMeta                  // as the metatable
	HeldVariable              // a function has a variable
	HeldContent               // a variable, or a place, has a value
	HeldOnStack               // a coroutine or task
	HeldOtherwise             // a Go function or a userdata
)

// surveyed is the table that is being looked into.
type surveyed struct {
	Cursor
	measured
	open    bool
	entries int
	keys    uint64
	small   bool // it may be told by its keys
}

// ephemeron is an entry of a table with weak keys, whose key was not met.
type ephemeron struct {
	holder int
	key    Value
	value  Value
}

// mostKeys is how many keys a table may have that is told by them.
const mostKeys = 16

// Survey begins a survey, which has met nothing.
func (m Memory) Survey(told Surveyor) *Survey {
	w := &Survey{state: m.s, told: told}
	w.entry = w.holdEntry
	return w
}

// Place adds something that is no object of the state, as a task's name: hold is called
// with what it holds.
func (w *Survey) Place(each func(hold func(Value, Held))) (number int) {
	number = w.numbers.next()
	w.told.Met(TypeNil, 0)
	w.begin(number, Nil)
	each(w.hold)
	w.told.Done(w.bytes, 0, 0)
	return number
}

// Meet numbers an object that nobody has held yet; LookInto has to be called for it later.
func (w *Survey) Meet(v Value) (number int, added bool) {
	if !v.isObject() || isShared(v) {
		return 0, false
	}
	if number, added = w.numbers.of(uintptr(v.p)); added {
		w.told.Met(v.Type(), 0)
	}
	return number, added
}

// LookInto goes on to an object that Meet numbered.
func (w *Survey) LookInto(v Value) { w.pending.add(v) }

// Variable meets a variable, and looks into it.
func (w *Survey) Variable(c Cell) (number int) {
	number, added := w.numbers.of(uintptr(unsafe.Pointer(c)))
	if added {
		w.told.Met(TypeLightUserdata, 0)
		w.pending.add(c.Identity())
	}
	return number
}

// Number gives the number of what was met.
func (w *Survey) Number(v Value) (number int, ok bool) {
	if v.n < tagFloor || v.hi() < hiString {
		return 0, false
	}
	return w.numbers.find(uintptr(v.p))
}

// Own gives the objects that the machine itself is made of: globals, registry, metatables
// of types, libraries.
func (w *Survey) Own() []Value {
	s := w.state
	own := []Value{TableValue(s.Globals), TableValue(s.Registry)}
	for _, meta := range s.metas {
		if meta != nil {
			own = append(own, TableValue(meta))
		}
	}
	for _, i := range s.instances {
		own = append(own, TableValue(i.table))
	}
	return own
}

// Roots gives everything from which a measurement begins.
func (w *Survey) Roots(hold func(Value, Held)) {
	add := func(v Value) { hold(v, Held{How: HeldContent}) }
	w.state.eachRoot(add)
	for _, v := range w.state.collector.finalizable {
		add(v)
	}
}

// Some looks at about so many places, and tells whether there are more.
func (w *Survey) Some(places int) (more bool) {
	for places > 0 {
		if w.table.open {
			places -= w.goOn(min(places, walkPiece))
			continue
		}
		v, ok := w.pending.take()
		if !ok {
			return false
		}
		places -= w.look(v)
	}
	return true
}

func (w *Survey) begin(number int, v Value) {
	w.number, w.bytes = number, 0
	w.told.Look(number, v)
}

// hold tells that the object holds a value.
func (w *Survey) hold(v Value, how Held) {
	if number, is := w.meet(v); is {
		w.told.Holds(number, how)
	}
}

// meet gives a held object's number, and counts short strings.
func (w *Survey) meet(v Value) (number int, is bool) {
	if v.n < tagFloor || v.hi() < hiString || isShared(v) {
		return 0, false
	}
	if v.hi() == hiString {
		length := int(uint32(v.n))
		if length <= int(valueSize) {
			w.bytes += length
			return 0, false
		}
		number, added := w.numbers.of(uintptr(v.p))
		if added {
			w.told.Met(TypeString, length)
		}
		return number, true
	}
	number, added := w.numbers.of(uintptr(v.p))
	if added {
		w.told.Met(v.Type(), 0)
		w.pending.add(v)
		if len(w.waiting) > 0 {
			w.release(v)
		}
	}
	return number, true
}

// isShared tells whether a value is a function that all states share.
func isShared(v Value) bool { return v.hi() == hiGo && (*GoFunction)(v.p).shared() }

// release tells of the entries of weak tables whose key was just met.
func (w *Survey) release(key Value) {
	entries := w.waiting[key.p]
	delete(w.waiting, key.p)
	for _, e := range entries {
		if number, is := w.meet(e.value); is {
			w.told.Late(e.holder, number, Held{How: HeldUnder, Key: e.key})
		}
	}
}

// look looks into an object, a table's entries excepted, and gives what that counts as.
func (w *Survey) look(v Value) (looked int) {
	number, _ := w.numbers.find(uintptr(v.p))
	if v.hi() == hiLight {
		w.lookVariable(number, (*cell)(v.p))
		return 1
	}
	w.begin(number, v)
	w.bytes = objectBytes(v)
	looked = 1
	switch v.hi() {
	case hiTable:
		w.lookTable(v.tab())
		return looked
	case hiClosure:
		looked += w.lookClosure((*Closure)(v.p))
	case hiGo:
		g := (*GoFunction)(v.p)
		for i := range g.Upvalues() {
			w.hold(g.Upvalue(i), Held{How: HeldOtherwise})
		}
	case hiUserdata:
		u := (*Userdata)(v.p)
		w.hold(TableValue(u.Metatable), Held{How: HeldMeta})
		w.hold(TableValue(u.User), Held{How: HeldOtherwise})
	case hiThread:
		looked += w.lookThread((*Thread)(v.p))
	}
	w.told.Done(w.bytes, 0, 0)
	return looked
}

func (w *Survey) lookVariable(number int, c *cell) {
	w.begin(number, Nil)
	if v := c.get(); !v.IsString() || int(uint32(v.n)) > int(valueSize) { // short ones count for each function
		w.hold(v, Held{How: HeldContent})
	}
	w.told.Done(int(unsafe.Sizeof(*c)), 0, 0)
}

func (w *Survey) lookClosure(c *Closure) (looked int) {
	for i := range c.Upvalues() {
		cell := *c.upvalue(i)
		if v := cell.get(); v.IsString() && int(uint32(v.n)) <= int(valueSize) {
			w.bytes += int(uint32(v.n))
		}
		w.told.Holds(w.Variable(cell), Held{How: HeldVariable, Name: c.UpvalueName(i), Function: c, Index: i})
	}
	return c.Upvalues()
}

// mostNamedFrames bounds for how many calls of a coroutine the local variables are told
// by name.
const mostNamedFrames = 200

func (w *Survey) lookThread(t *Thread) (looked int) {
	m := marker{state: w.state}
	end := m.stackEnd(t)
	names := t.slotNames()
	for a := t.bottom(); a < end; a += valueSize {
		w.hold(*t.at(a), Held{How: HeldOnStack, Name: names[a]})
	}
	t.eachBeside(func(v Value) { w.hold(v, Held{How: HeldOtherwise}) })
	return int((end-t.bottom())/valueSize) + len(names)
}

// slotNames gives the names of the local variables on a stack, by their places.
func (t *Thread) slotNames() map[uintptr]string {
	names := map[uintptr]string{}
	for level := range min(t.calls(), mostNamedFrames) {
		f := t.level(level)
		if f.isGo() {
			continue
		}
		code := f.lua().code
		for r := 0; ; r++ {
			slot := f.base + uintptr(r)*valueSize
			name := bytecode.LocalName(code.proto, r, code.index(f.pc))
			if name == "" || slot >= t.frameEnd(level) {
				break
			}
			names[slot] = name
		}
	}
	return names
}

func (w *Survey) lookTable(t *Table) {
	keys, values := w.state.weakness(t)
	w.table = surveyed{Cursor: t.Cursor(), measured: measured{weakKeys: keys, weakValues: values}, open: true}
	w.beginTable()
}

// beginTable begins the entries of a table.
func (w *Survey) beginTable() {
	p := &w.table
	t := p.table
	w.bytes = objectBytes(TableValue(t))
	p.entries, p.keys, p.small = 0, 0, t.size == 0 && t.used <= mostKeys
	w.hold(TableValue(t.meta), Held{How: HeldMeta})
}

// goOn looks at the next places of the table, and gives how many they were.
func (w *Survey) goOn(places int) (looked int) {
	p := &w.table
	more := false
	if p.table.lazy() { // what is the template's alone was not made yet
		p.table.eachNode(func(n *node) { w.holdEntry(n.key, n.val) })
	} else {
		if p.Begun() {
			w.told.Anew()
			w.beginTable()
		}
		before := p.at
		more = p.Some(places, w.entry)
		looked = int(p.at - min(p.at, before))
	}
	if !more {
		keys := p.keys
		if !p.small {
			keys = 0
		}
		w.told.Done(w.bytes, p.entries, keys)
		w.table = surveyed{}
	}
	return looked + 1
}

// holdEntry tells of an entry of the table, as far as it is a way to what it holds.
func (w *Survey) holdEntry(k, v Value) {
	p := &w.table
	p.entries++
	if p.small = p.small && k.IsString(); p.small {
		h := uint64(hashBytes(k.p, uint32(k.n), 0)+1) * hashA
		p.keys += h ^ h>>29
	}
	under := Held{How: HeldUnder, Key: k}
	switch {
	case p.weakKeys && k.collectable() && !w.met(k):
		if p.weakValues {
			w.holdText(v, under)
			return
		}
		if w.waiting == nil {
			w.waiting = map[unsafe.Pointer][]ephemeron{}
		}
		w.waiting[k.p] = append(w.waiting[k.p], ephemeron{w.number, k, v})
	case p.weakValues:
		if !p.weakKeys || k.IsString() {
			w.hold(k, Held{How: HeldAsKey})
		}
		w.holdText(v, under)
	default:
		if !p.weakKeys || !k.collectable() { // else the key lives for others' sake
			w.hold(k, Held{How: HeldAsKey})
		}
		w.hold(v, under)
	}
}

// holdText is hold for strings, which weak tables hold as any table does.
func (w *Survey) holdText(v Value, how Held) {
	if v.IsString() {
		w.hold(v, how)
	}
}

func (w *Survey) met(v Value) bool {
	_, met := w.numbers.find(uintptr(v.p))
	return met
}
