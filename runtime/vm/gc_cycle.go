package vm

import "slices"

// This file does a cycle of the collector, in pieces.

var (
	// Values go before finalizers are found, so that an object that comes back
	// finds no dead value; keys go after, so that it finds its entries.
	collecting = []phase{phaseMark, phaseValues, phaseClear, phaseSeparate, phaseDue, phaseMark, phaseKeys, phaseClear, phaseUnmark, phaseAccount, phasePaid}
	measuring  = []phase{phaseMark, phaseFinalizable, phaseMark, phaseUnmark, phaseAccount}
	counting   = []phase{phaseMark, phaseFinalizable, phaseMark, phaseUnmark}
	// rescuing leaves finalizers alone: what they belong to stays.
	rescuing = []phase{phaseMark, phaseFinalizable, phaseMark, phaseEntries, phaseClear, phaseUnmark, phaseAccount}
)

// newCycle begins a cycle at the roots.
func (s *State) newCycle(phases []phase) *cycle {
	c := &cycle{marker: marker{state: s}, todo: phases}
	s.last = nil
	c.roots()
	return c
}

// newCollection begins a cycle that clears weak tables and finds finalizers, if
// it may.
func (s *State) newCollection() *cycle {
	if s.collector.suspended > 0 {
		return s.newCycle(measuring)
	}
	c := s.newCycle(collecting)
	c.shrink = true
	return c
}

// piece does the next piece.
func (c *cycle) piece() (done bool) {
	for left := c.state.collector.piece; len(c.todo) > 0; c.todo = c.todo[1:] {
		if left = c.do(c.todo[0], left); left <= 0 {
			return false
		}
	}
	return true
}

// do does as much of a phase as fits into so many places, and gives what is left
// of these; above 0 the phase is done.
func (c *cycle) do(p phase, places int) (left int) {
	switch p {
	case phaseMark:
		return c.some(places)
	case phaseFinalizable:
		return c.addSome(c.state.collector.finalizable, places)
	case phaseValues:
		c.values, c.all = len(c.weakValues), len(c.allWeak)
		c.clear = []clearing{{tables: c.weakValues}, {tables: c.allWeak}}
	case phaseSeparate:
		return c.separate(places)
	case phaseDue:
		return c.addSome(c.due, places)
	case phaseKeys:
		c.clear = []clearing{
			{tables: c.weakKeys, keys: true}, {tables: c.allWeak, keys: true},
			{tables: c.weakValues[c.values:]}, {tables: c.allWeak[c.all:]},
		}
	case phaseEntries:
		c.clear = []clearing{
			{tables: c.weakValues}, {tables: c.allWeak},
			{tables: c.weakKeys, keys: true}, {tables: c.allWeak, keys: true},
		}
	case phaseClear:
		return c.clearFound(places)
	case phaseUnmark:
		return c.unmarkSome(places)
	case phaseAccount:
		c.state.heap.measured(c.bytes)
	case phasePaid:
		c.state.collector.paid = 0
	}
	return places
}

// clearFound takes the entries out of the tables that were found.
func (c *cycle) clearFound(places int) (left int) {
	for ; len(c.clear) > 0; c.clear = c.clear[1:] {
		if places = c.clear[0].some(places); places <= 0 {
			return 0
		}
	}
	return places
}

// separate moves the objects that can't be reached to those whose finalizers are
// due: the one marked last comes first.
func (c *cycle) separate(places int) (left int) {
	o := &c.state.collector
	for ; places > 0 && c.place < len(o.finalizable); c.place++ {
		places--
		if v := o.finalizable[c.place]; unmarked(v) {
			c.due = append(c.due, v)
		} else {
			o.finalizable[c.kept] = v
			c.kept++
		}
	}
	if c.place < len(o.finalizable) || places <= 0 {
		return 0
	}
	clear(o.finalizable[c.kept:])
	o.finalizable = o.finalizable[:c.kept]
	slices.Reverse(c.due)
	o.pending = append(o.pending, c.due...)
	c.place, c.kept = 0, 0
	return places
}

// addSome marks the next values of a list.
func (c *cycle) addSome(list []Value, places int) (left int) {
	end := min(c.place+places, len(list))
	for _, v := range list[c.place:end] {
		c.add(v)
	}
	places -= end - c.place
	if c.place = end; end < len(list) || places <= 0 {
		return 0
	}
	c.place = 0
	return places
}

func (c *cycle) unmarkSome(places int) (left int) {
	before := c.place
	if c.place = c.unmark(c.place, places); c.place < c.queue.len() {
		return 0
	}
	return places - (c.place - before)
}

// abandon gives a cycle up, in which nothing wrong has been done so far: what was
// cleared could not be reached.
func (c *cycle) abandon() {
	if len(c.todo) > 0 && c.todo[0] == phaseSeparate {
		for c.separate(c.state.collector.piece) <= 0 {
		}
	}
	c.unmark(0, c.queue.len())
	c.todo = nil
}

// run does a whole cycle in one go; a kill ends it.
func (s *State) run(c *cycle) {
	for !c.piece() {
		if s.interrupt.Load()&InterruptKill != 0 {
			c.abandon()
		}
	}
}

// collectInTask does a cycle where the running task stands. false: the slice ended
// before, and the next Resume of the task goes on.
func (s *State) collectInTask(c *cycle) bool {
	c.task = s.task
	s.collector.cycle = c
	for !c.piece() {
		if s.running.Killed() {
			s.dropCycle()
			s.answer()
			s.endWhatIsOver(1)
			return true
		}
		s.answer()
		if s.running.CanSuspend() && s.sliceOver() {
			return false
		}
	}
	s.collector.cycle = nil
	return true
}

// Collecting tells whether a cycle stands in the middle: the state must not be
// changed then, and what is asked of it is better asked afterwards.
func (c Collector) Collecting() bool { return c.s.collector.cycle != nil }

// finishCycle ends the cycle that stands in the middle, if there is one.
func (s *State) finishCycle() {
	if c := s.collector.cycle; c != nil {
		s.run(c)
		s.collector.cycle = nil
	}
}

// Drop gives it up.
func (c Collector) Drop() { c.s.dropCycle() }

func (s *State) dropCycle() {
	if c := s.collector.cycle; c != nil {
		c.abandon()
		s.collector.cycle = nil
	}
}

// emergency makes room in the middle of an operation, as far as weak tables hold
// some.
func (s *State) emergency() {
	phases := rescuing
	if s.collector.suspended > 0 {
		phases = measuring
	}
	s.run(s.newCycle(phases))
}
