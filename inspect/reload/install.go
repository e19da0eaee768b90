package reload

import (
	"fmt"
	"maps"

	"lunarium/inspect/live"
	"lunarium/runtime/vm"
)

// This file installs what was decided: new functions share the running variables and
// take the place of the old ones wherever those are held.

// install does what a merger decided. Nothing in it can fail.
func (r *reload) install(m *merger) *step {
	brings := m.bringsUserdata()
	m.settle()
	s := &step{writes: m.writes, match: m.match, kept: r.change.Kept, functions: m.functions}
	s.files[0] = maps.Clone(r.svc.Files())
	s.note(0, func(t *vm.Table) bool { return !m.taken[vm.TableValue(t).Identity()] })
	newMoves(false).step(s, true)
	r.renew(s, m.holders, m.renewal())
	s.rekey(m.swap)
	m.fresh.Universe().Merge(r.st, brings, "libraries")
	for path, code := range m.fresh.Files() {
		r.svc.NoteFile(path, code)
	}
	s.files[1] = maps.Clone(r.svc.Files())
	s.note(1, func(t *vm.Table) bool { return m.fresh.Universe().Made(vm.TableValue(t)) })
	return s
}

func (m *merger) renewal() *renewal {
	return &renewal{
		st: m.st, match: m.match, swap: m.swap, live: m.live, joins: m.joins,
		other: func(root *vm.Code) variables { return m.fresh.variables()[root] },
	}
}

// settle makes the objects of the new code the running state's own: they refer to
// running objects where those stand for others of the new code, and share their
// variables.
func (m *merger) settle() {
	var made []vm.Value
	m.fresh.Universe().WalkMade(m.fresh.reached(), func(v vm.Value) {
		if _, stands := m.stays[v.Identity()]; !stands {
			made = append(made, v)
		}
	})
	for _, v := range made {
		m.settleObject(v)
	}
	m.fresh.closures = nil // what holds them holds others now
	for _, w := range m.writes {
		w.settle(m.resolve)
	}
}

func (m *merger) settleObject(v vm.Value) {
	if t := v.AsTable(); t != nil {
		m.settleTable(t)
		return
	}
	if g := v.AsGo(); g != nil {
		for i := range g.Upvalues() {
			g.SetUpvalue(i, m.resolve(g.Upvalue(i)))
		}
		return
	}
	if c := v.AsClosure(); c != nil {
		m.settleClosure(c)
	}
	if t := v.AsThread(); t != nil {
		t.Debug().Settle(m.resolve)
	}
}

func (m *merger) settleTable(t *vm.Table) {
	var moved []live.Entry // under other keys
	eachTouched(t, func(key, value vm.Value) {
		if m.resolve(key) != key {
			moved = append(moved, live.Entry{Key: key, Value: value})
		} else if other := m.resolve(value); other != value {
			t.Set(key, other)
		}
	})
	for _, e := range moved {
		t.Set(e.Key, vm.Nil)
		t.Set(m.resolve(e.Key), m.resolve(e.Value))
	}
	if meta := m.resolve(vm.TableValue(t.Metatable())).AsTable(); meta != t.Metatable() {
		m.st.SetMetatable(t, meta)
	}
}

func (m *merger) settleClosure(c *vm.Closure) {
	for i := range c.Upvalues() {
		if now, ok := m.joins[c.Cell(i)]; ok {
			c.Join(i, now.closure, now.index)
			continue
		}
		if v := c.Upvalue(i); v.Identity() != nil {
			if stays := m.resolve(v); stays != v {
				c.SetUpvalue(i, stays)
			}
		}
	}
}

// bringsUserdata tells whether objects of libraries go over to the service.
func (m *merger) bringsUserdata() (brings bool) {
	m.fresh.Universe().WalkMade(m.fresh.reached(), func(v vm.Value) {
		if v.AsUserdata() != nil && m.stays[v.Identity()].AsUserdata() == nil {
			brings = true
		}
	})
	return brings
}

// renewal makes new functions for those of old code.
type renewal struct {
	st    *vm.State
	match counterparts
	swap  map[*vm.Closure]*vm.Closure // those that are known
	live  map[*vm.Code]variables      // of files, by the old chunk
	other func(root *vm.Code) variables
	joins map[vm.Cell]ref

	becomes *succession // of an implementation; nil: functions keep their variables
}

// renew puts new functions in the place of those of old code, wherever they are held.
func (r *reload) renew(s *step, holders *vm.Holders, n *renewal) {
	for _, c := range holders.Functions() {
		if n.swap[c] == nil && n.match[c.Code()] != c.Code() {
			if fresh := n.closure(c); fresh != nil {
				n.swap[c] = fresh
			}
		}
	}
	for _, c := range holders.Functions() {
		if fresh := n.swap[c]; fresh != nil {
			s.pairs = append(s.pairs, pair{c, fresh})
		}
	}
	defer r.aside()()
	holders.Replace(func(c *vm.Closure) *vm.Closure { return n.swap[c] })
}

// closure makes the new function for one of old code: one that shares its variables.
// nil: the code has none, or it needs a variable that the old one does not hold.
func (n *renewal) closure(c *vm.Closure) *vm.Closure {
	code := n.match[c.Code()]
	if code == nil {
		return nil
	}
	sources, lacks := n.sources(c, code)
	if lacks != "" {
		return nil
	}
	fresh := n.st.NewClosure(code, vm.TableValue(n.st.Globals)).AsClosure()
	for i, source := range sources {
		if source.closure != nil {
			fresh.Join(i, source.closure, source.index)
		}
	}
	return fresh
}

// sources finds the variables of the new function for one of old code; lacks names one
// that the old one does not hold.
func (n *renewal) sources(c *vm.Closure, code *vm.Code) (sources []ref, lacks string) {
	sources = make([]ref, len(code.Proto().Upvalues))
	for i := range sources {
		source, ok := n.source(c, code, i)
		if !ok {
			return nil, code.Proto().Upvalues[i].Name
		}
		sources[i] = source
	}
	return sources, ""
}

// tellStaying notes the functions that stay old, since they were made without a variable
// that the new ones need.
func (r *reload) tellStaying(holders *vm.Holders, n *renewal) {
	count, first := map[string]int{}, []string(nil)
	known := map[*vm.Code]string{} // what its functions lack
	for _, c := range holders.Functions() {
		code := n.match[c.Code()]
		if code == nil || code == c.Code() || n.swap[c] != nil || c.Code().Parent() == nil {
			continue
		}
		lacks, asked := known[c.Code()]
		if !asked {
			_, lacks = n.sources(c, code)
			known[c.Code()] = lacks
		}
		if lacks != "" {
			where := fmt.Sprintf("%s:%d, made without %s", fileName(r.svc, live.MainChunk(code).Proto().Source), code.Proto().LineDefined, lacks)
			if count[where]++; count[where] == 1 {
				first = append(first, where)
			}
		}
	}
	total := 0
	for _, n := range count {
		total += n
	}
	switch total {
	case 0:
	case 1:
		r.note("1 function stays old: %s", first[0])
	default:
		r.note("%d functions stay old: %s", total, fewOf(first, "; "))
	}
}

// source finds the variable that upvalue i of the new function is.
func (n *renewal) source(c *vm.Closure, code *vm.Code, i int) (ref, bool) {
	if j := n.match.matchingUpvalue(c, code, i); j >= 0 {
		return n.becomes.of(ref{c, j}), true
	}
	key := fileKey(code, i)
	if key == "" {
		return n.becomes.only(c, code, i)
	}
	if v, ok := n.live[live.MainChunk(c.Code())][key]; ok && !v.many {
		return v.ref, true
	}
	if v, ok := n.other(live.MainChunk(code))[key]; ok {
		if now, joined := n.joins[v.cell()]; joined {
			return now, true
		}
		return v.ref, true
	}
	return ref{}, key == environment
}

// back takes a step back, and forth does it again.
func (r *reload) back(s *step, m *moves) error {
	inverse := s.match.inverse()
	swap := map[*vm.Closure]*vm.Closure{}
	var old []*vm.Closure
	for _, p := range s.pairs {
		if swap[p.after] == nil {
			swap[p.after] = p.before
		}
		old = append(old, p.before)
	}
	m.step(s, false)
	holders, err := r.find(inverse) // in what came back, too
	if err != nil {
		return err
	}
	r.move(s, holders, inverse, swap, old, 0)
	return nil
}

func (r *reload) forth(s *step, m *moves) error {
	swap := map[*vm.Closure]*vm.Closure{}
	var fresh []*vm.Closure
	for _, p := range s.pairs {
		swap[p.before] = p.after
		fresh = append(fresh, p.after)
	}
	m.step(s, true)
	holders, err := r.find(s.match)
	if err != nil {
		return err
	}
	r.move(s, holders, s.match, swap, fresh, 1)
	return nil
}

// move exchanges functions on a way back or forth.
func (r *reload) move(s *step, holders *vm.Holders, match counterparts, swap map[*vm.Closure]*vm.Closure, theirs []*vm.Closure, files int) {
	known := maps.Clone(swap)
	n := &renewal{st: r.st, match: match, swap: swap, live: fileVariables(holders.Functions())}
	others := fileVariables(theirs)
	n.other = func(root *vm.Code) variables { return others[root] }
	moved := &step{}
	r.tellStaying(holders, n)
	r.renew(moved, holders, n)
	s.rekey(n.swap)
	for _, p := range moved.pairs {
		if known[p.before] != nil {
			continue
		}
		// Functions that were made meanwhile come back as themselves next time.
		if files == 0 {
			s.pairs = append(s.pairs, pair{p.after, p.before})
		} else {
			s.pairs = append(s.pairs, p)
		}
	}
	r.svc.SetFiles(maps.Clone(s.files[files]))
	r.tellRunning(holders, match.replaces)
}

// find searches the service for functions of code that a step changes.
func (r *reload) find(match counterparts) (*vm.Holders, error) {
	return r.search(func(c *vm.Code) vm.Interest {
		after, known := match[c]
		switch {
		case known && after == c:
			return vm.Wanted
		case known:
			return vm.Replaceable
		}
		if _, known := match[live.MainChunk(c)]; known {
			return vm.Replaceable
		}
		return vm.Unwanted
	})
}

// search finds what the service itself holds, beside its versions.
func (r *reload) search(interest func(*vm.Code) vm.Interest, classes ...*vm.Table) (*vm.Holders, error) {
	defer r.aside()()
	holders, err := r.st.Debug().FindHolders(interest, classes...)
	if err != nil {
		return nil, fmt.Errorf("the service is being ended: %w", err)
	}
	return holders, nil
}

// tellRunning notes the tasks that go on in functions that are old.
func (r *reload) tellRunning(holders *vm.Holders, old func(*vm.Code) bool) {
	for _, t := range holders.Running {
		for level := range t.Debug().Depth() {
			if c, _ := t.Debug().Place(level); c != nil && old(c) {
				if r.inOld[t] == "" {
					r.inOld[t] = lineIn(r.svc, t, level)
					r.places = append(r.places, r.inOld[t])
				}
				break
			}
		}
	}
}

// noteRunning notes what tellRunning found.
func (r *reload) noteRunning() {
	switch n := len(r.places); n {
	case 0:
	case 1:
		r.note("1 task goes on in old code: %s", r.places[0])
	default:
		r.note("%d tasks go on in old code: %s", n, fewOf(r.places, ", "))
	}
}
