package vm

import "slices"

// The collector does for Lua what Go's can't: it clears weak tables, calls
// finalizers, and tells how much memory one state holds. It marks what can be
// reached and frees nothing, that is Go's business.
//
// A cycle runs when Lua or the embedder asks for it, and by itself when allocation
// has passed a threshold, which poll looks at: in states that own weak tables or
// finalizers or have a memory limit, and in no others. It depends on the program
// alone, so that finalizers run in the same order and at the same places each time.
// In the middle it gives way at the end of a slice (gc_cycle.go); where the task can't
// be suspended, and when memory runs out in the middle of an operation, it runs in
// one go.
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
	suspended   int     // calls of SuspendCollector that have not been released
	stopped     bool
	finalizing  bool
	pause       int // setpause
	stepMul     int // setstepmul, which is kept for those who ask
	majorInc    int // setmajorinc, likewise
	mode        CollectMode
	paid        int    // what steps have paid towards the next cycle, in bytes
	opened      int    // files, since a cycle ran to have some closed
	refused     int    // likewise, files that there was no room for, times collectFor
	piece       int    // places that a cycle looks at before anybody asks whether the slice is over
	cycle       *cycle // that is under way while no Lua code runs
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

// Roots names the values that owners hold by AddRoots, in the order in which the owners
// came: it is the one list of what leads into a state besides its globals and its registry.
// visit gets the owner and the place of the value.
func (s *State) Roots(visit func(owner string, place *Value)) {
	for _, r := range s.collector.roots {
		r.each(func(place *Value) { visit(r.owner, place) })
	}
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

// threshold is the allocation after which a cycle is due.
func (s *State) threshold() int {
	return max(minThreshold, s.heap.live/100*(s.collector.pause-100))
}

// tend is poll's part in the collector, for states that need it. end is where the
// running thread's stack in use ends. true: the slice has ended in the middle of a
// cycle, with which the next Resume goes on.
func (s *State) tend(end uintptr) (preempted bool) {
	h, c := &s.heap, &s.collector
	if c.finalizing {
		h.setRoom()
		return false
	}
	taken := h.sinceMeasured()
	full := h.limit > 0 && taken > 0 && h.live+taken > h.limit
	if full || !c.stopped && taken > s.threshold() {
		cycle := s.newCollection()
		cycle.running, cycle.end, cycle.full = s.running, end, full
		if !s.collectInTask(cycle) {
			s.outcome = outcomePreempted
			return true
		}
	}
	s.collected(full)
	return false
}

// collected does what follows a cycle, where the running task stands. full: it was
// for the limit's sake.
func (s *State) collected(full bool) {
	h, c := &s.heap, &s.collector
	h.setRoom()
	if s.FinalizersDue() && !c.stopped && c.suspended == 0 {
		s.running.Finalize()
	}
	if full && h.live > h.limit-h.limit/slack {
		panic(&Error{Value: String(MemoryText), status: statusMemory})
	}
}

// CountThen gives then the bytes in use as collectgarbage "count" tells them: those
// of the last measurement and what was taken since, garbage included. A state that
// runs no cycles by itself measures anew when one would be due.
// Use: return t.CountThen(…).
func (t *Thread) CountThen(then func(t *Thread, bytes int) int) int {
	s := t.state
	h := &s.heap
	count := func(t *Thread) int { return then(t, h.live+h.sinceMeasured()) }
	if h.live == 0 || !s.collector.stopped && !h.watched && h.sinceMeasured() > s.threshold() {
		return t.afterCycle(s.newCycle(measuring), count)
	}
	return count(t)
}

// StepThen pays for a part of a cycle, as if kilobytes had been allocated, and runs
// the cycle when it is paid for; done tells then that it was. Finalizers become due.
// Use: return t.StepThen(…).
func (t *Thread) StepThen(kilobytes int, then func(t *Thread, done bool) int) int {
	c := &t.state.collector
	paid := c.paid + basicStep + min(max(kilobytes, 0), 1<<31)<<10
	collect := func(t *Thread) int {
		return t.CollectThen(func(t *Thread) int { return then(t, true) })
	}
	if c.mode == Generational {
		return collect(t)
	}
	return t.CountThen(func(t *Thread, bytes int) int {
		if c.paid = paid; paid < bytes {
			return then(t, false)
		}
		return collect(t)
	})
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
