package vm

// This file says when a cycle runs by itself.

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
	if s.finalizersDue() && !c.stopped && c.suspended == 0 {
		s.running.finalize()
	}
	if full && h.live > h.limit-h.limit/slack {
		panic(&Error{Value: String(MemoryText), status: statusMemory})
	}
}

// CountThen gives then the bytes in use as collectgarbage "count" tells them: those
// of the last measurement and what was taken since, garbage included. A state that
// runs no cycles by itself measures anew when one would be due.
// Use: return c.CountThen(t, …).
func (c Collector) CountThen(t *Thread, then func(t *Thread, bytes int) int) int {
	s := c.s
	h := &s.heap
	count := func(t *Thread) int { return then(t, h.live+h.sinceMeasured()) }
	if h.live == 0 || !s.collector.stopped && !h.watched && h.sinceMeasured() > s.threshold() {
		return t.afterCycle(s.newCycle(measuring), count)
	}
	return count(t)
}

// StepThen pays for a part of a cycle, as if kilobytes had been allocated, and runs
// the cycle when it is paid for; done tells then that it was. Finalizers become due.
// Use: return c.StepThen(t, …).
func (c Collector) StepThen(t *Thread, kilobytes int, then func(t *Thread, done bool) int) int {
	o := &c.s.collector
	paid := o.paid + basicStep + min(max(kilobytes, 0), 1<<31)<<10
	collect := func(t *Thread) int {
		return c.CollectThen(t, func(t *Thread) int { return then(t, true) })
	}
	if o.mode == Generational {
		return collect(t)
	}
	return c.CountThen(t, func(t *Thread, bytes int) int {
		if o.paid = paid; paid < bytes {
			return then(t, false)
		}
		return collect(t)
	})
}

// Stop and Restart turn cycles that run by themselves off and on.
func (c Collector) Stop()    { c.s.collector.stopped = true }
func (c Collector) Restart() { c.s.collector.stopped = false }

// Runs tells whether cycles run by themselves.
func (c Collector) Runs() bool { return !c.s.collector.stopped }

// SetPause sets how much larger than after the last cycle the state grows before
// the next one, in percent, and gives the value before.
func (c Collector) SetPause(percent int) int { return replace(&c.s.collector.pause, percent) }

// SetStepMul and SetMajorInc keep a value for those who ask: a cycle here is one
// step, of one generation.
func (c Collector) SetStepMul(percent int) int  { return replace(&c.s.collector.stepMul, percent) }
func (c Collector) SetMajorInc(percent int) int { return replace(&c.s.collector.majorInc, percent) }

func replace(field *int, value int) int {
	old := *field
	*field = value
	return old
}

// SetMode chooses how steps are taken: a generational one is a whole cycle.
func (c Collector) SetMode(mode CollectMode) { c.s.collector.mode = mode }
