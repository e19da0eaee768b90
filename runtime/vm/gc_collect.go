package vm

// This file does cycles that somebody asks for, and measures.

// Collect runs a full cycle: weak tables lose what can't be reached, finalizers
// become due, which Finalize runs. It gives the bytes that can be reached.
func (c Collector) Collect() int { return c.s.collect() }

func (s *State) collect() int {
	s.finishCycle()
	c := s.newCollection()
	s.run(c)
	return c.bytes
}

// Begin begins what Collect does, while no task runs. Some goes on with it, until over tells that it is to give way; done: it has ended.
func (c Collector) Begin() {
	c.s.finishCycle()
	c.s.collector.cycle = c.s.newCollection()
}

// Some goes on with what Begin began.
func (c Collector) Some(over func() bool) (done bool) {
	o := &c.s.collector
	for o.cycle != nil && !o.cycle.piece() {
		if over() {
			return false
		}
	}
	o.cycle = nil
	return true
}

// CollectThen is Collect for a Go function of t, which then goes on with: it gives way
// when the slice ends, where the task can be suspended. Use: return c.CollectThen(t, …).
func (c Collector) CollectThen(t *Thread, then func(*Thread) int) int {
	return t.afterCycle(c.s.newCollection(), then)
}

func (t *Thread) afterCycle(c *cycle, then func(*Thread) int) int {
	if t.state.collectInTask(c) {
		return then(t)
	}
	t.then, t.waiting = then, waitingFor
	t.state.outcome = outcomePreempted
	return control
}

// Bytes measures the bytes that can be reached from the state. It walks
// everything, so it takes time in proportion. Long strings count once, however
// many values share them; code, which states share, does not count. Nothing
// changes: when cycles run does not depend on who looks.
func (m Memory) Bytes() int {
	s := m.s
	s.finishCycle()
	c := s.newCycle(counting)
	s.run(c)
	return c.bytes
}

// Live gives the bytes that could be reached at the last measurement.
func (m Memory) Live() int { return m.s.heap.live }
