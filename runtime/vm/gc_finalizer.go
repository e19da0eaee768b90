package vm

import (
	"fmt"
	"slices"
)

// This file runs finalizers.

// nextFinalizer takes the next object whose finalizer is due, and its __gc; ok
// is false when there is none. The object is an ordinary one afterwards.
func (s *State) nextFinalizer() (fn, object Value, ok bool) {
	c := &s.collector
	for len(c.pending) > 0 {
		object = c.pending[0]
		c.pending[0] = Nil
		c.pending = c.pending[1:]
		*marksOf(object) &^= finalizable
		if fn = s.metamethod(object, eventGC); fn.IsFunction() {
			return fn, object, true
		}
	}
	c.pending = nil
	return Nil, Nil, false
}

// FinalizersDue tells whether Finalize has something to do.
func (c Collector) FinalizersDue() bool { return c.s.finalizersDue() }

func (s *State) finalizersDue() bool { return len(s.collector.pending) > 0 }

// OwnsFinalizers tells whether FinalizeAll has something to do.
func (c Collector) OwnsFinalizers() bool {
	return len(c.s.collector.finalizable) > 0 || c.s.finalizersDue()
}

// Finalize runs the finalizers that are due, on the running thread. An error in one is
// raised, in the words of the reference; those that follow stay due.
func (c Collector) Finalize(t *Thread) { t.finalize() }

func (t *Thread) finalize() {
	t.runFinalizers(func(failed *Error) {
		message := "no message"
		if s, ok := failed.Value.AsString(); ok {
			message = s
		}
		t.Throw(String(fmt.Sprintf("error in __gc metamethod (%s)", message)))
	})
}

// runFinalizers runs the finalizers that are due; failed is told of the errors in them,
// but for a kill, which goes on.
func (t *Thread) runFinalizers(failed func(*Error)) {
	for {
		fn, object, ok := t.state.nextFinalizer()
		if !ok {
			return
		}
		if err := t.tryFinalizer(fn, object); err != nil {
			if err.status == statusKilled {
				panic(err)
			}
			failed(err)
		}
	}
}

// Reclaim finalizes objects that can't be reached any more, for a Go function that lacks
// what such objects may hold outside the state, such as open files. false: there are none,
// or looking for them again is not worth it yet, or must not be done now.
func (c Collector) Reclaim(t *Thread) bool {
	s := c.s
	if s.isolation != nil || s.collector.suspended > 0 || !s.mayReclaim() {
		return false
	}
	s.collect()
	t.finalize()
	return true
}

// NoteHeld notes that objects may hold more than before of what Reclaim gives back.
func (c Collector) NoteHeld() { c.s.collector.opened++ }

// collectFor is how much memory a state may have for a cycle at each Reclaim, in bytes;
// of a larger one a cycle takes long, and comes more rarely.
const collectFor = 1 << 20

// mayReclaim tells whether to look for objects that can't be reached: something was
// opened since that was done, or it was not done for some time.
func (s *State) mayReclaim() bool {
	c := &s.collector
	if c.refused += collectFor; len(c.finalizable) == 0 || c.opened == 0 && c.refused < s.heap.live {
		return false
	}
	c.opened, c.refused = 0, 0
	return true
}

// FinalizeAll runs the finalizers of all objects, because the state ends (lua_close).
// failed is told of the errors in them. Objects that they make have none.
func (c Collector) FinalizeAll(t *Thread, failed func(*Error)) {
	c.s.dropCycle()
	o := &c.s.collector
	o.stopped = true
	slices.Reverse(o.finalizable)
	o.pending, o.finalizable = append(o.pending, o.finalizable...), nil
	t.runFinalizers(failed)
}

// tryFinalizer calls a finalizer above everything that the thread uses. No cycle
// begins by itself meanwhile, and no hook sees it, as in the reference.
func (t *Thread) tryFinalizer(fn, object Value) *Error {
	s := t.state
	outcome, running := s.outcome, s.collector.finalizing
	s.collector.finalizing = true
	defer func() { s.outcome, s.collector.finalizing = outcome, running }()
	defer t.quietHooks()()
	_, failed := t.try(nil, fn, []Value{object})
	return failed
}
