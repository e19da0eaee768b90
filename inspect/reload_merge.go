package inspect

import (
	"fmt"
	"regexp"
	"strings"

	"lunarium/runtime/vm"
)

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

func newMerger(st *vm.State, base, fresh *world, match counterparts, report *Change) *merger {
	return &merger{
		st: st, base: base, fresh: fresh, match: match, report: report,
		stays: map[vm.Identity]vm.Value{}, began: map[vm.Identity]vm.Value{}, taken: map[vm.Identity]bool{},
		leftOut: map[string]*vm.Code{}, swap: map[*vm.Closure]*vm.Closure{}, instead: map[*vm.Closure]*vm.Closure{}, joins: map[vm.Cell]ref{}, lost: map[vm.Cell]bool{}, homes: map[vm.Identity]home{},
		brought: map[vm.Identity]bool{}, objects: map[*vm.Table]*objectKeys{}, paired: map[vm.Identity]bool{},
	}
}

// CarryError says which state a reload could not carry over.
type CarryError struct {
	Name         string // the place, such as "rooms" or "config.limits"
	Holds, Wants string // kinds of values
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

// valueAt merges a place.
func (m *merger) valueAt(p spot, was, fresh vm.Value) {
	m.in(&p, func() {
		before := p.get()
		if after := m.value(p.name, before, was, fresh); after != before {
			m.put(p, before, after)
		}
	})
}

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

// value gives what stands in a place after the reload. nil values are places that
// are not there.
func (m *merger) value(name string, now, was, fresh vm.Value) vm.Value {
	switch {
	case fresh.IsNil():
		return m.gone(name, now, was)
	case now.IsNil():
		return m.missing(name, was, fresh)
	case same(now, fresh):
		if fresh.Identity() == nil && !same(was, fresh) && (!was.IsNil() || m.knowsBase()) {
			m.differs(name, was, fresh) // as it will from the old text, after undo
		}
		return now
	case fresh.IsFunction():
		return m.function(name, now, was, fresh)
	case fresh.IsTable():
		return m.tableValue(name, now, was, fresh)
	case fresh.AsThread() != nil && now.AsThread() != nil && !m.brought[fresh.Identity()]:
		m.stays[fresh.Identity()] = now
		return now
	case fresh.AsUserdata() != nil:
		return m.userdata(name, now, was, fresh)
	}
	return m.plain(name, now, was, fresh)
}

// gone decides about a place that the new code does not have.
func (m *merger) gone(name string, now, was vm.Value) vm.Value {
	switch {
	case was.IsNil():
		return now
	case now.IsNil():
		m.differs(name, was, vm.Nil) // as it will from the old text, after undo
		return now
	case m.unchanged(now, was):
		return vm.Nil
	}
	m.differs(name, was, vm.Nil)
	return now
}

// missing decides about a place that the service does not have: the new code's own,
// unless the service took out what the old code put there.
func (m *merger) missing(name string, was, fresh vm.Value) vm.Value {
	if was.IsNil() {
		return fresh
	}
	if !m.sameText(was, fresh) {
		m.differs(name, was, fresh)
	}
	return vm.Nil
}

func (m *merger) plain(name string, now, was, fresh vm.Value) vm.Value {
	switch {
	case !was.IsNil() && m.sameText(was, fresh):
		return now
	case m.unchanged(now, was), now.IsFunction() && !m.match.knows(now):
		return fresh
	case now.IsTable() && now.AsTable().Count() == 0 && now.AsTable().Metatable() == nil:
		return fresh
	case now.IsTable():
		return m.refuse(name, now, fresh)
	case !was.IsNil() || m.knowsBase():
		m.differs(name, was, fresh)
	}
	return now
}

func (m *merger) userdata(name string, now, was, fresh vm.Value) vm.Value {
	switch {
	case sameKind(now, fresh): // what a library opened, such as a pool of connections
		m.stays[fresh.Identity()] = now
		return now
	case m.unchanged(now, was):
		return fresh
	case !m.sameText(was, fresh):
		m.differs(name, was, fresh)
	}
	return now
}

// sameKind tells whether two values are a library's userdata of one kind.
func sameKind(a, b vm.Value) bool {
	x, y := a.AsUserdata(), b.AsUserdata()
	return x != nil && y != nil && (x.Metatable != nil || y.Metatable != nil) && fmt.Sprintf("%T", x.Data) == fmt.Sprintf("%T", y.Data)
}

func (m *merger) function(name string, now, was, fresh vm.Value) vm.Value {
	if !now.IsFunction() {
		if m.unchanged(now, was) {
			return fresh
		}
		return m.refuse(name, now, fresh)
	}
	before, after := now.AsClosure(), fresh.AsClosure()
	switch {
	case after == nil:
		return m.goFunction(name, now, was, fresh)
	case before != nil && (!was.IsFunction() || was.AsClosure() != nil && was.AsClosure().Code() == before.Code()):
		return m.pair(name, before, was.AsClosure(), after)
	case was.IsFunction() && m.match.knows(now):
		return now // the service chose another of its own functions, which will be new there
	case was.IsFunction() && m.sameText(was, fresh) && !m.match.changedIn(was.AsClosure().Code()):
		m.differs(name, was, fresh) // a function from elsewhere, such as a patch
		return now
	}
	return fresh
}

func (m *merger) goFunction(name string, now, was, fresh vm.Value) vm.Value {
	if g := now.AsGo(); g != nil && m.sameText(was, fresh) && alikeGo(now, fresh) {
		m.stays[fresh.Identity()] = now // what a library made, such as a router's method
		outer := m.at
		for i := range min(g.Upvalues(), fresh.AsGo().Upvalues()) {
			m.at = &spot{id: goUpvalueID{g, i}, get: func() vm.Value { return g.Upvalue(i) }}
			m.value("", g.Upvalue(i), vm.Nil, fresh.AsGo().Upvalue(i))
		}
		m.at = outer
		return now
	}
	if m.unchanged(now, was) {
		return fresh
	}
	if !m.sameText(was, fresh) {
		m.differs(name, was, fresh)
	}
	return now
}

// goUpvalueID is the id of what a library's function keeps.
type goUpvalueID struct {
	function *vm.GoFunction
	index    int
}

// pair has a function of the new code take the place of a running one, and gives the
// one that stands in that place then.
func (m *merger) pair(name string, before, was, after *vm.Closure) vm.Value {
	old := vm.ClosureValue(before).Identity()
	id := vm.ClosureValue(after).Identity()
	if before.Code() == after.Code() {
		if _, known := m.stays[id]; !known && !m.taken[old] {
			m.taken[old] = true
			m.stays[id] = vm.ClosureValue(before)
			m.upvalues(name, before, was, after)
		}
		if stays := m.stays[id]; vm.Same(stays, vm.ClosureValue(before)) {
			return stays
		}
		return vm.ClosureValue(after)
	}
	if m.match[before.Code()] == nil && !m.match.gives(after.Code()) && m.match.knows(vm.ClosureValue(before)) {
		m.match.match(before.Code(), after.Code()) // the place tells
	}
	if m.match[before.Code()] != after.Code() {
		return vm.ClosureValue(after)
	}
	if m.swap[before] == nil && !m.taken[id] {
		m.taken[id] = true
		m.swap[before], m.instead[after] = after, before
		m.upvalues(name, before, was, after)
	}
	if m.swap[before] == nil {
		return vm.ClosureValue(before) // one of many of its kind: a new one is made for it
	}
	return vm.ClosureValue(after)
}

// upvalues has the variables that a function holds beside its file's shared with the
// running one.
func (m *merger) upvalues(name string, before, was, after *vm.Closure) {
	stays := map[int]bool{} // of the running function's
	defer func() { m.lostUpvalues(name, before, stays) }()
	for i := range after.Upvalues() {
		if fileKey(after.Code(), i) != "" {
			continue
		}
		j := m.match.matchingUpvalue(before, after.Code(), i)
		if j < 0 {
			m.declare(name+": "+after.UpvalueName(i), ref{after, i}, true)
			continue
		}
		stays[j] = true
		began := vm.Nil
		if was != nil {
			if k := m.match.matchingUpvalue(was, after.Code(), i); k >= 0 {
				began = was.Upvalue(k)
			}
		}
		m.variable(name+": "+after.UpvalueName(i), ref{before, j}, began, ref{after, i})
	}
}

// lostUpvalues tells of the variables that a running function holds beside its file's
// and that the new one does not have.
func (m *merger) lostUpvalues(name string, before *vm.Closure, stay map[int]bool) {
	for j := range before.Upvalues() {
		if fileKey(before.Code(), j) == "" && !stay[j] {
			m.declare(name+": "+before.UpvalueName(j), ref{before, j}, false)
		}
	}
}

// declare tells of a variable of functions that comes or goes, once.
func (m *merger) declare(name string, at ref, comes bool) {
	if _, known := m.joins[at.cell()]; known || m.lost[at.cell()] || !isState(at.value(), m.st) {
		return
	}
	m.lost[at.cell()] = true
	m.outside(func() { m.add(&declaration{name: name, has: [2]bool{!comes, comes}}) })
}

// variable has the new code share a running variable.
func (m *merger) variable(name string, now ref, was vm.Value, fresh ref) {
	cell := fresh.closure.Cell(fresh.index)
	if _, known := m.joins[cell]; known {
		return
	}
	m.joins[cell] = now
	m.outside(func() {
		m.valueAt(spot{
			name: name, id: now.cell(), get: now.value,
			set: func(v vm.Value) { now.closure.SetUpvalue(now.index, v) },
		}, was, fresh.value())
	})
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

// unchanged tells whether a place holds what the old code began with.
func (m *merger) unchanged(now, was vm.Value) bool {
	c := comparison{
		known: func(a, b vm.Value) (same, known bool) {
			stands, known := m.began[b.Identity()]
			return vm.Same(stands, a), known || m.stood.Has(a)
		},
		code: func(a, b *vm.Closure) bool { return a.Code() == b.Code() }, under: map[[2]vm.Identity]bool{},
	}
	return c.alike(now, was)
}

// sameText tells whether old and new code begin with the same in a place, apart from
// what functions do.
func (m *merger) sameText(was, fresh vm.Value) bool {
	c := comparison{
		known: func(a, b vm.Value) (same, known bool) {
			before, knownA := m.began[a.Identity()]
			after, knownB := m.stays[b.Identity()]
			return vm.Same(before, after), knownA && knownB || a.IsTable() && b.IsTable() && knownA != knownB
		},
		code:  func(a, b *vm.Closure) bool { return m.match[a.Code()] == b.Code() || a.Code() == b.Code() },
		under: map[[2]vm.Identity]bool{},
	}
	return c.alike(was, fresh)
}

// comparison compares values of two worlds.
type comparison struct {
	known func(a, b vm.Value) (same, known bool) // of objects that stand for something already
	code  func(a, b *vm.Closure) bool
	under map[[2]vm.Identity]bool // pairs of tables that are being compared
}

func (c *comparison) alike(a, b vm.Value) bool {
	if same(a, b) {
		return true
	}
	if b.Identity() != nil {
		if same, known := c.known(a, b); known {
			return same
		}
	}
	switch {
	case a.IsTable() && b.IsTable():
		return c.tables(a.AsTable(), b.AsTable())
	case a.AsClosure() != nil && b.AsClosure() != nil:
		return c.code(a.AsClosure(), b.AsClosure())
	case a.AsGo() != nil && b.AsGo() != nil:
		return alikeGo(a, b)
	case a.AsThread() != nil && b.AsThread() != nil:
		return true
	case a.IsString() && b.IsString():
		x, _ := a.AsString()
		y, _ := b.AsString()
		return sameAddresses(x, y)
	}
	return sameKind(a, b)
}

// alikeGo tells whether two Go functions, made for two states or worlds, do the same.
func alikeGo(a, b vm.Value) bool {
	return !vm.IsShared(a) && !vm.IsShared(b) && a.AsGo().Name == b.AsGo().Name
}

func (c *comparison) tables(a, b *vm.Table) bool {
	pair := [2]vm.Identity{vm.TableValue(a).Identity(), vm.TableValue(b).Identity()}
	if c.under[pair] {
		return true
	}
	c.under[pair] = true
	if (a.Metatable() == nil) != (b.Metatable() == nil) ||
		a.Metatable() != nil && !c.alike(vm.TableValue(a.Metatable()), vm.TableValue(b.Metatable())) {
		return false
	}
	count, alike := 0, true
	b.Touched(func(k, v vm.Value) bool {
		if !v.IsNil() {
			count++
		}
		alike = c.alike(c.in(a, k), v)
		return alike
	})
	if alike {
		a.Touched(func(_, v vm.Value) bool {
			if !v.IsNil() {
				count--
			}
			return count >= 0
		})
	}
	return alike && count >= 0
}

// in gives the value that a table of the first world has under a key of the second.
func (c *comparison) in(t *vm.Table, key vm.Value) vm.Value {
	if v := t.Get(key); !v.IsNil() || key.Identity() == nil {
		return v
	}
	found := vm.Nil
	t.Touched(func(k, v vm.Value) bool {
		if k.Identity() != nil && k.Type() == key.Type() && c.alike(k, key) {
			found = v
		}
		return found.IsNil()
	})
	return found
}

// sameAddresses tells whether two texts differ in the addresses of objects alone, as
// tostring prints them: each universe has others.
func sameAddresses(a, b string) bool {
	return strings.Contains(a, ": 0x") && address.ReplaceAllString(a, "") == address.ReplaceAllString(b, "")
}

var address = regexp.MustCompile(`0x[0-9a-f]{8,}`)
