package vm

// This file does cycles that somebody asks for, and measures.

// Collect runs a full cycle: weak tables lose what can't be reached, finalizers
// become due, which Thread.Finalize runs. It gives the bytes that can be reached.
func (s *State) Collect() int {
	s.finishCycle()
	c := s.newCollection()
	s.run(c)
	return c.bytes
}

// BeginCollect begins what Collect does, while no task runs. CollectSome goes on
// with it, until over tells that it is to give way; done: it has ended.
func (s *State) BeginCollect() {
	s.finishCycle()
	s.collector.cycle = s.newCollection()
}

// CollectSome goes on with what BeginCollect began.
func (s *State) CollectSome(over func() bool) (done bool) {
	for c := s.collector.cycle; c != nil && !c.piece(); {
		if over() {
			return false
		}
	}
	s.collector.cycle = nil
	return true
}

// CollectThen is Collect for a Go function, which then goes on with: it gives way
// when the slice ends, where the task can be suspended. Use: return t.CollectThen(…).
func (t *Thread) CollectThen(then func(*Thread) int) int {
	return t.afterCycle(t.state.newCollection(), then)
}

func (t *Thread) afterCycle(c *cycle, then func(*Thread) int) int {
	if t.state.collectInTask(c) {
		return then(t)
	}
	t.then, t.waiting = then, waitingFor
	t.state.outcome = outcomePreempted
	return control
}

// Memory measures the bytes that can be reached from the state. It walks
// everything, so it takes time in proportion. Long strings count once, however
// many values share them; code, which states share, does not count. Nothing
// changes: when cycles run does not depend on who looks.
func (s *State) Memory() int {
	s.finishCycle()
	c := s.newCycle(counting)
	s.run(c)
	return c.bytes
}

// Live gives the bytes that could be reached at the last measurement.
func (s *State) Live() int { return s.heap.live }
