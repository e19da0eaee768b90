package vm

// This file holds coroutines, and how threads end.

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

// finish ends a thread whose function returned n results at first.
func (t *Thread) finish(first uintptr, n int) {
	s := t.state
	t.closeCells(t.bottom())
	t.status = threadDead
	if t == s.task || t.resumer == nil {
		dst := t.bottom()
		for j := uintptr(0); j < uintptr(n); j++ {
			*t.at(dst + j*valueSize) = *t.at(first + j*valueSize)
		}
		t.top = dst + uintptr(n)*valueSize
		t.release()
		t.empty(n)
		s.outcome = outcomeDone
		return
	}
	r := t.resumer
	t.resumer = nil
	t.release()
	t.passTo(r, first, n)
	t.empty(0)
}

// passTo hands n values of t to the thread that resumed it, as the results of
// the resume.
func (t *Thread) passTo(r *Thread, first uintptr, n int) {
	t.state.running = r
	r.status = threadRunning
	r.checkAll()
	r.top = r.need(r.top, n+2)
	count := n
	if !t.wrapped {
		*r.at(r.top) = True
		r.top += valueSize
		count++
	}
	for j := uintptr(0); j < uintptr(n); j++ {
		*r.at(r.top) = *t.at(first + j*valueSize)
		r.top += valueSize
	}
	r.ret(r.top-uintptr(count)*valueSize, count)
}

// die ends a thread with an error. Its frames stay, for a traceback.
func (t *Thread) die(e *Error) {
	t.closeCells(t.bottom())
	t.status, t.failure = threadDead, e
}

// release lets go of a dead thread's frames.
func (t *Thread) release() { t.frame, t.boundary = 0, 0 }

// empty lets go of what a dead thread's stack holds from a slot on: threads that made
// each other would else keep each other.
func (t *Thread) empty(from int) {
	for i := from; i < len(t.stack); i++ {
		t.stack[i] = Nil
	}
}
