package vm

// This file holds coroutines.

// ResumeCoroutine goes on with co, giving it the running Go function's arguments
// from the i-th on, counted from 1: the first time as its function's arguments,
// later as the results of its yield. The calling Go
// function ends, when co yields or ends, with true and the values, or false and
// the error; with wrap, with the values alone, and errors go on.
// Use: return t.ResumeCoroutine(…).
func (t *Thread) ResumeCoroutine(co *Thread, i int, wrap bool) int {
	if co.status != threadSuspended {
		return t.cannotResume(co, wrap)
	}
	s := t.state
	if t.nesting() >= maxNesting {
		if wrap {
			t.Errorf(cOverflow)
		}
		return t.Return(False, String(cOverflow))
	}
	t.status = threadNormal
	co.resumer, co.wrapped, co.status = t, wrap, threadRunning
	co.depth = t.depth + 1
	s.running = co
	if !co.upToDate() {
		co.arm(t.callDepth())
	}
	co.checkAll()
	f := t.current()
	nargs := max(0, int(f.nargs)-i+1)
	co.top = co.need(co.top, nargs+minGoStack)
	for j := range uintptr(nargs) {
		*co.at(co.top) = *t.at(f.base + (uintptr(i-1)+j)*valueSize)
		co.top += valueSize
	}
	if !co.started {
		co.started = true
		co.call(co.bottom(), nargs, -1, frameBottom)
		return control
	}
	co.ret(co.top-uintptr(nargs)*valueSize, nargs)
	return control
}

// maxNesting bounds coroutines that resume coroutines (LUAI_MAXCCALLS).
const maxNesting = 196

func (t *Thread) nesting() int16 { return t.depth }

func (t *Thread) cannotResume(co *Thread, wrap bool) int {
	message := "cannot resume non-suspended coroutine"
	if co.status == threadDead {
		message = "cannot resume dead coroutine"
	}
	if wrap {
		t.Errorf("%s", message)
	}
	return t.Return(False, String(message))
}

// Yield suspends the running coroutine; its resumer gets the arguments, and the
// next resume's values become the results. Use: return t.Yield().
func (t *Thread) Yield() int {
	r := t.resumer
	if r == nil || t.boundary > 0 {
		if r == nil {
			t.Throw(String("attempt to yield from outside a coroutine"))
		}
		t.Throw(String("attempt to yield across a C-call boundary"))
	}
	f := t.current()
	t.status, t.resumer = threadSuspended, nil
	first, n := f.base, int(f.nargs)
	t.top = first
	t.passTo(r, first, n)
	return control
}

// CoroutineStatus gives "suspended", "running", "normal" or "dead", as seen by t.
func (t *Thread) CoroutineStatus(co *Thread) string {
	switch {
	case co == t:
		return "running"
	case co.status == threadDead:
		return "dead"
	case co.status == threadNormal || co.status == threadRunning:
		return "normal"
	}
	return "suspended"
}

// Running gives the running coroutine and whether it is a task's first thread.
func (t *Thread) Running() (co *Thread, main bool) { return t, t.resumer == nil }

// Resumer gives the thread that waits for this one, or nil.
func (t *Thread) Resumer() *Thread { return t.resumer }

// Inner gives the thread that a suspended task stands in: the innermost of its
// running coroutines.
func (t *Thread) Inner() *Thread {
	if t.inner == nil {
		return t
	}
	return t.inner
}
