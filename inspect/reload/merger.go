package reload

import (
	"fmt"

	"lunarium/runtime/number"
	"lunarium/runtime/vm"
)

// This file holds what a merge knows and decides: which object stands for which, what is
// written, what is told.

// keyed is an entry whose key is an object of the new code.
type keyed struct {
	at         *spot // of the table
	name       string
	now, was   *vm.Table
	key, fresh vm.Value
	began      vm.Value // the key of the old code that was made for the same; nil: not known
}

// objectKeys are the keys of a running table, and of what the old code began with, that
// are objects and stand for nothing yet, in the order in which they were made.
type objectKeys struct{ now, was []vm.Value }

// merger decides, place by place, what a reload puts where. It compares three
// things: what the running service holds (now), what its old code began with (was),
// and what the new code begins with (fresh). It changes nothing: it notes what is to
// be written, and which running object each object of the new code stands for.
type merger struct {
	st        *vm.State
	base      *world // nil: the old code can't be tried any more
	fresh     *world
	match     counterparts
	units     []unit
	live      map[*vm.Code]variables // of the running files, by their chunks
	leftOut   map[string]*vm.Code    // modules that the new program does not have
	holders   *vm.Holders
	writes    []undoable
	stands    []*standing // among these
	functions functionChange
	at        *spot          // that value decides about
	list      *sequenceWrite // whose records are merged; nil: none's
	report    *Change
	err       error

	stays   map[vm.Identity]vm.Value    // by the identity of an object of the new code: the one that stands for it
	began   map[vm.Identity]vm.Value    // likewise, of what the old code began with
	stood   vm.Objects                  // running tables that stand for one that the old code began with
	taken   map[vm.Identity]bool        // running tables and functions that stand for an object of the new code
	swap    map[*vm.Closure]*vm.Closure // the new functions by the running ones
	instead map[*vm.Closure]*vm.Closure // the other way round
	joins   map[vm.Cell]ref             // variables of the new code by the running one
	lost    map[vm.Cell]bool            // variables of functions that come or go
	visited vm.Objects                  // tables of the new code that were merged
	keyed   []*keyed                    // entries whose keys stand for nothing yet
	objects map[*vm.Table]*objectKeys   // the keys that these may stand for
	paired  map[vm.Identity]bool        // keys of the old code that stand for one of the new code
	gones   []func()                    // likewise, of what may have gone
	homes   map[vm.Identity]home        // of tables of the new code
	brought map[vm.Identity]bool        // handles of what only the new code makes
}

// CarryError says which state a reload could not carry over.
type CarryError struct {
	Name         string // the place, such as "rooms" or "config.limits"
	Holds, Wants string // kinds of values
}

// home is the place in which a table is merged, wherever else it stands.
type home struct {
	name string
	was  *vm.Table
}

func newMerger(st *vm.State, base, fresh *world, match counterparts, report *Change) *merger {
	return &merger{
		st: st, base: base, fresh: fresh, match: match, report: report,
		stays: map[vm.Identity]vm.Value{}, began: map[vm.Identity]vm.Value{}, taken: map[vm.Identity]bool{},
		leftOut: map[string]*vm.Code{}, swap: map[*vm.Closure]*vm.Closure{}, instead: map[*vm.Closure]*vm.Closure{}, joins: map[vm.Cell]ref{}, lost: map[vm.Cell]bool{}, homes: map[vm.Identity]home{},
		brought: map[vm.Identity]bool{}, objects: map[*vm.Table]*objectKeys{}, paired: map[vm.Identity]bool{},
	}
}

func (e *CarryError) Error() string {
	return fmt.Sprintf("the state cannot be carried: %s holds %s and is %s in the new code", e.Name, e.Holds, e.Wants)
}

func kindOf(v vm.Value) string {
	if t := v.AsTable(); t != nil {
		return fmt.Sprintf("a table (%d entries)", t.Count())
	}
	if v.IsNil() {
		return "nil"
	}
	return "a " + v.Type().String()
}

func (m *merger) refuse(name string, now, fresh vm.Value) vm.Value {
	if m.err == nil {
		m.err = &CarryError{name, kindOf(now), kindOf(fresh)}
	}
	return now
}

// differs notes a place where the service has something else than the text.
func (m *merger) differs(name string, was, fresh vm.Value) {
	s := &standing{spot: *m.at, texts: [2]vm.Value{was, fresh}}
	s.name = name
	m.stands = append(m.stands, s)
	m.add(s)
}

// readStandings has what texts say of places be what that stands for: a running object, or
// the content of a table that stands for none.
func (m *merger) readStandings() {
	read := func(v vm.Value, stands map[vm.Identity]vm.Value) vm.Value {
		if running, known := stands[v.Identity()]; known && v.Identity() != nil {
			return running
		}
		if v.IsTable() {
			return vm.String(textOf(func(*vm.Table) bool { return true }, []vm.Value{v}))
		}
		return v
	}
	for _, s := range m.stands {
		s.texts = [2]vm.Value{read(s.texts[0], m.began), read(s.texts[1], m.stays)}
	}
}

// knowsBase tells whether all is known that the old code began with.
func (m *merger) knowsBase() bool { return m.base != nil && m.base.whole() && len(m.base.broken) == 0 }

// sayNothing tells whether both texts have the same in a place, and no object: what the
// service has there stays, whatever it is. Most places of many records are such, so that it
// is asked before one is made for value.
func sayNothing(was, fresh vm.Value) bool { return fresh.Identity() == nil && same(was, fresh) }

// in decides what is in a place.
func (m *merger) in(p *spot, decide func()) {
	outer := m.at
	m.at = p
	decide()
	m.at = outer
}

// put notes that a place is to hold another value.
func (m *merger) put(p spot, before, after vm.Value) *write {
	w := &write{spot: p, values: [2]vm.Value{before, after}}
	w.state = isState(before, m.st) || isState(after, m.st)
	m.add(w)
	return w
}

func (m *merger) add(w undoable) {
	if m.list != nil {
		m.list.inner = append(m.list.inner, w)
		return
	}
	m.writes = append(m.writes, w)
}

// outside merges what is no part of the list that is being merged.
func (m *merger) outside(merge func()) {
	list := m.list
	m.list = nil
	merge()
	m.list = list
}

// resolve gives the running object for one of the new code that it stands for.
func (m *merger) resolve(v vm.Value) vm.Value {
	if id := v.Identity(); id != nil {
		if stays, ok := m.stays[id]; ok {
			return stays
		}
	}
	return v
}

// fieldIn is fieldSpot for a field of the table that stands in the place that is decided
// about.
func (m *merger) fieldIn(name string, t *vm.Table, key vm.Value) spot {
	p := fieldSpot(name, t, key)
	if m.at != nil && m.at.get().AsTable() == t {
		p.in = &holder{*m.at, t}
	}
	return p
}

func fieldName(name string, key vm.Value) string {
	if text, ok := key.AsString(); ok {
		if name == "" {
			return text
		}
		return name + "." + text
	}
	if f, ok := key.AsNumber(); ok {
		return name + "[" + number.Format(f) + "]"
	}
	return name + "[" + key.Type().String() + "]"
}
