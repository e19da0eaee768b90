package vm

import "slices"

// The collector does for Lua what Go's can't: it clears weak tables, calls
// finalizers, and tells how much memory one state holds. It marks what can be
// reached and frees nothing, that is Go's business.
//
// A cycle runs in one go when Lua or the embedder asks for it, and by itself when
// allocation has passed a threshold, which poll looks at: in states that own weak
// tables or finalizers or have a memory limit, and in no others. It depends on
// the program alone, so that finalizers run in the same order and at the same
// places each time.
//
// A value that only Go holds is invisible to it. Whoever keeps one that Lua code
// has seen says so: a Go function by NewGoClosure, a library by AddRoots, a running
// function by Keep or by leaving it on the stack. Arguments of Go functions stay
// on the stack until they return, also while they wait.

// collector is a state's part in it.
type collector struct {
	roots       []roots
	held        []func() int // see CountHeld
	kept        []*[]Value
	finalizable []Value // in the order in which they were marked
	pending     []Value // finalizers that are due, the next one first
	end         uintptr // of the running thread's stack in use, when it is known better
	suspended   int     // calls of SuspendCollector that have not been released
	stopped     bool
	finalizing  bool
	pause       int // setpause
	stepMul     int // setstepmul, which is kept for those who ask
	majorInc    int // setmajorinc, likewise
	mode        CollectMode
	paid        int // what steps have paid towards the next cycle, in bytes
	opened      int // files, since a cycle ran to have some closed
	refused     int // likewise, files that there was no room for, times collectFor
}

// CollectMode is what collectgarbage chooses by "generational" and "incremental".
type CollectMode uint8

const (
	Incremental CollectMode = iota
	Generational
)

const (
	defaultPause = 200 // LUAI_GCPAUSE, LUAI_GCMUL and LUAI_GCMAJOR
	// minThreshold is the least allocation between two cycles.
	minThreshold = 64 << 10
	// basicStep is what a step of size 0 pays.
	basicStep = 2 << 10
)

// roots names values that Go code holds.
type roots struct {
	owner string
	each  func(visit func(*Value))
}

// AddRoots lets a library or the embedder name the values that it holds: each is
// called in every cycle and calls visit for the place of each of them, in which a
// reload may put another value. An owner that adds roots again, as a library that
// is opened anew, takes back those that it added before.
func (s *State) AddRoots(owner string, each func(visit func(*Value))) {
	c := &s.collector
	c.roots = slices.DeleteFunc(c.roots, func(r roots) bool { return r.owner == owner })
	c.roots = append(c.roots, roots{owner, each})
}

// CountHeld has what each gives added to the state's memory at every measurement: bytes
// of what Go code holds for Lua code, and no table, stack or string shows.
func (s *State) CountHeld(each func() int) { s.collector.held = append(s.collector.held, each) }

// Keep has the values of a list in Go's hands live until release is called:
// defer t.Keep(&list)().
func (t *Thread) Keep(list *[]Value) (release func()) {
	c := &t.state.collector
	c.kept = append(c.kept, list)
	n := len(c.kept) - 1
	return func() { c.kept = c.kept[:n] }
}

// SuspendCollector has nothing cleared and no finalizer run, however it is asked
// for, until resume is called: for an embedder that runs Lua code while it holds
// values which it can't name.
func (s *State) SuspendCollector() (resume func()) {
	s.collector.suspended++
	return func() { s.collector.suspended-- }
}

// Memory measures the bytes that can be reached from the state. It walks
// everything, so it takes time in proportion. Long strings count once, however
// many values share them; code, which states share, does not count. Nothing
// changes: when cycles run does not depend on who looks.
func (s *State) Memory() int {
	m := marker{state: s}
	m.roots()
	m.drain()
	m.addFinalizable()
	m.unmark()
	return m.bytes
}

// addFinalizable marks the objects that wait for a finalizer: they live on until
// it has run.
func (m *marker) addFinalizable() {
	for _, v := range m.state.collector.finalizable {
		m.add(v)
	}
	m.drain()
}

// Collect runs a full cycle: weak tables lose what can't be reached, finalizers
// become due, which Thread.Finalize runs. It gives the bytes that can be reached.
func (s *State) Collect() int {
	if s.collector.suspended > 0 {
		s.heap.measured(s.Memory())
		return s.heap.live
	}
	m := marker{state: s, shrink: true}
	s.last = nil
	m.roots()
	m.drain()
	if m.abandoned {
		m.unmark()
		return m.bytes
	}
	// Values go before finalizers are found, so that an object that comes back
	// finds no dead value; keys go after, so that it finds its entries.
	clearValues(m.weakValues)
	clearValues(m.allWeak)
	values, all := len(m.weakValues), len(m.allWeak)
	c := &s.collector
	before := len(c.pending)
	c.separate(unmarked)
	for _, v := range c.pending[before:] {
		m.add(v)
	}
	m.drain()
	clearKeys(m.weakKeys)
	clearKeys(m.allWeak)
	clearValues(m.weakValues[values:])
	clearValues(m.allWeak[all:])
	m.unmark()
	c.paid = 0
	s.heap.measured(m.bytes)
	return m.bytes
}

// emergency makes room in the middle of an operation, as far as weak tables hold
// some. It leaves finalizers alone: what they belong to stays.
func (s *State) emergency() {
	m := marker{state: s}
	s.last = nil
	m.roots()
	m.addFinalizable()
	if !m.abandoned && s.collector.suspended == 0 {
		clearValues(m.weakValues)
		clearValues(m.allWeak)
		clearKeys(m.weakKeys)
		clearKeys(m.allWeak)
	}
	if !m.abandoned {
		s.heap.measured(m.bytes)
	}
	m.unmark()
}

// threshold is the allocation after which a cycle is due.
func (s *State) threshold() int {
	return max(minThreshold, s.heap.live/100*(s.collector.pause-100))
}

// tend is poll's part in the collector, for states that need it. end is where the
// running thread's stack in use ends.
func (s *State) tend(end uintptr) {
	h, c := &s.heap, &s.collector
	if c.finalizing {
		h.setRoom()
		return
	}
	taken := h.sinceMeasured()
	full := h.limit > 0 && taken > 0 && h.live+taken > h.limit
	if full || !c.stopped && taken > s.threshold() {
		c.end = end
		s.Collect()
		c.end = 0
	}
	h.setRoom()
	if s.FinalizersDue() && c.suspended == 0 {
		s.running.Finalize()
	}
	if full && h.live > h.limit-h.limit/slack {
		panic(&Error{Value: String(errMemory), status: statusMemory})
	}
}

// Count gives the bytes in use as collectgarbage "count" tells them: those of the
// last measurement and what was taken since, garbage included. A state that runs
// no cycles by itself measures anew when one would be due.
func (s *State) Count() int {
	h := &s.heap
	if h.live == 0 || !s.collector.stopped && !h.watched && h.sinceMeasured() > s.threshold() {
		h.measured(s.Memory())
	}
	return h.live + h.sinceMeasured()
}

// Step pays for a part of a cycle, as if kilobytes had been allocated, and runs
// the cycle when it is paid for; done tells that it was. Finalizers become due.
func (s *State) Step(kilobytes int) (done bool) {
	c := &s.collector
	c.paid += basicStep + min(max(kilobytes, 0), 1<<31)<<10
	if c.mode != Generational && c.paid < s.Count() {
		return false
	}
	s.Collect()
	return true
}

// StopCollector and RestartCollector turn cycles that run by themselves off and on.
func (s *State) StopCollector()    { s.collector.stopped = true }
func (s *State) RestartCollector() { s.collector.stopped = false }

// CollectorRuns tells whether cycles run by themselves.
func (s *State) CollectorRuns() bool { return !s.collector.stopped }

// SetPause sets how much larger than after the last cycle the state grows before
// the next one, in percent, and gives the value before.
func (s *State) SetPause(percent int) int { return replace(&s.collector.pause, percent) }

// SetStepMul and SetMajorInc keep a value for those who ask: a cycle here is one
// step, of one generation.
func (s *State) SetStepMul(percent int) int  { return replace(&s.collector.stepMul, percent) }
func (s *State) SetMajorInc(percent int) int { return replace(&s.collector.majorInc, percent) }

func replace(field *int, value int) int {
	old := *field
	*field = value
	return old
}

// SetCollectMode chooses how steps are taken: a generational one is a whole cycle.
func (s *State) SetCollectMode(mode CollectMode) { s.collector.mode = mode }
