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
func (s *State) FinalizersDue() bool { return len(s.collector.pending) > 0 }

// OwnsFinalizers tells whether Close has something to do.
func (s *State) OwnsFinalizers() bool { return len(s.collector.finalizable) > 0 || s.FinalizersDue() }

// Finalize runs the finalizers that are due. An error in one is raised, in the
// words of the reference; those that follow stay due.
func (t *Thread) Finalize() {
	for {
		fn, object, ok := t.state.nextFinalizer()
		if !ok {
			return
		}
		if failed := t.tryFinalizer(fn, object); failed != nil {
			if failed.status == statusKilled {
				panic(failed)
			}
			message := "no message"
			if s, ok := failed.Value.AsString(); ok {
				message = s
			}
			t.Throw(String(fmt.Sprintf("error in __gc metamethod (%s)", message)))
		}
	}
}

// Reclaim finalizes objects that can't be reached any more, for a Go function that lacks
// what such objects may hold outside the state, such as open files. false: there are none,
// or looking for them again is not worth it yet, or must not be done now.
func (t *Thread) Reclaim() bool {
	s := t.state
	if s.isolation != nil || s.collector.suspended > 0 || !s.mayReclaim() {
		return false
	}
	s.Collect()
	t.Finalize()
	return true
}

// NoteHeld notes that objects may hold more than before of what Reclaim gives back.
func (s *State) NoteHeld() { s.collector.opened++ }

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

// Close runs the finalizers of all objects, because the state ends (lua_close).
// failed is told of the errors in them. Objects that they make have none.
func (t *Thread) Close(failed func(*Error)) {
	t.state.DropCollect()
	c := &t.state.collector
	c.stopped = true
	slices.Reverse(c.finalizable)
	c.pending, c.finalizable = append(c.pending, c.finalizable...), nil
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

// tryFinalizer calls a finalizer above everything that the thread uses. No cycle
// begins by itself meanwhile, and no hook sees it, as in the reference.
func (t *Thread) tryFinalizer(fn, object Value) *Error {
	s := t.state
	outcome, running := s.outcome, s.collector.finalizing
	s.collector.finalizing = true
	defer func() { s.outcome, s.collector.finalizing = outcome, running }()
	defer t.quietHooks()()
	_, failed := t.Try(fn, object)
	return failed
}
