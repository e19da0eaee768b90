package vm

import "slices"

// This file begins, resumes, suspends and closes tasks.

// Task is a thread as those see it who run the state: they begin it, resume it, and are
// told how it ended. Library functions have no use for it.
type Task struct{ t *Thread }

// AsTask gives what can be done with a thread that is a task.
func (t *Thread) AsTask() Task { return Task{t} }

// NewTask makes a task: a thread that will call fn with args when it is first
// resumed. Tasks belong to the embedder, who does with them what Task offers.
func (s *State) NewTask(fn Value, args ...Value) *Thread {
	t := s.NewThread(fn)
	t.top = t.need(t.top, len(args)+1)
	for _, v := range args {
		*t.at(t.top) = v
		t.top += valueSize
	}
	return t
}

// Resume runs a task until it ends, suspends or is preempted. The values go to
// the continuation of the Suspend that it waits in; they must be none when the
// task is new, was preempted or trapped. One that was preempted in the middle of a
// cycle of the collector goes on with that first.
func (k Task) Resume(values ...Value) Status {
	task := k.t
	s := task.state
	if c := s.collector.cycle; c != nil && c.task != task {
		s.finishCycle()
	}
	previous, running, depth := s.task, s.running, s.depth
	s.task, s.depth = task, 0
	if task.inner == nil {
		task.inner = task
	}
	s.running = task.inner
	s.running.status = threadRunning
	failure := s.running.leaveRaise()
	if failure != nil {
		s.finishCycle()
	}
	if s.running.waiting == atTrap {
		s.running.leaveTrap()
	} else {
		s.running.armChain()
	}
	s.outcome = outcomeNone
	s.enter = values
	s.entering = failure == nil
	s.execute(nil, 0, failure)
	end := s.outcome
	s.outcome = outcomeNone
	s.running.checkAll()
	task.inner = s.running
	s.task, s.running, s.depth = previous, running, depth
	s.last = nil
	switch end {
	case outcomeSuspended:
		return StatusSuspended
	case outcomePreempted:
		return StatusPreempted
	case outcomeTrapped:
		return StatusTrapped
	case outcomeError:
		return StatusError
	}
	return StatusOK
}

// Abort has a task that a trap has stopped raise a value when it is resumed, where it stands
// and in place of an error at which it stands. A trap is not asked about it.
func (k Task) Abort(v Value) {
	t := k.t.innermost()
	t.failure, t.waiting = &Error{Value: v, asked: true}, atRaise
}

// begin delivers the values of Resume to the thread that goes on.
func (s *State) begin() {
	s.entering = false
	if c := s.collector.cycle; c != nil {
		if !s.collectInTask(c) {
			s.outcome = outcomePreempted
			return
		}
		if s.running.waiting == waitingNot { // else a Go function goes on, which began it
			s.collected(c.full)
		}
	}
	t := s.running
	values := s.enter
	s.enter = nil
	if !t.started {
		t.started = true
		nargs := int((t.top-t.bottom())/valueSize) - 1
		t.call(t.bottom(), nargs, -1, frameBottom)
		return
	}
	if t.waiting != waitingFor {
		return
	}
	t.waiting = waitingNot
	then := t.then
	t.then = nil
	f := t.current()
	t.top = f.function + valueSize
	f.base, f.nargs = t.top, int32(len(values))
	n := t.Return(values...)
	t.top = t.need(t.top, minGoStack)
	if then != nil {
		if n = then(t); n < 0 {
			return
		}
	}
	t.ret(t.top-uintptr(n)*valueSize, n)
}

// Suspend ends the current Resume with StatusSuspended; the next one's values
// are the arguments of then, which ends the calling Go function. A nil then
// gives the values themselves. Use: return t.Suspend(…).
func (t *Thread) Suspend(then func(*Thread) int) int {
	if t.state.depth > 0 {
		t.Errorf("attempt to yield across a C-call boundary")
	}
	t.then, t.waiting = then, waitingFor
	t.state.outcome = outcomeSuspended
	return control
}

// Close ends a suspended task without running it: its coroutines are dead,
// its upvalues closed, and those who asked with Thread.OnClose are told.
func (k Task) Close() {
	task := k.t
	s := task.state
	s.dropCycle()
	for t := task.inner; t != nil; {
		r := t.resumer
		t.closeCells(t.bottom())
		t.status, t.resumer = threadDead, nil
		t.release()
		t.empty(0)
		t.poisonAbove(t.bottom())
		t = r
	}
	task.closeCells(task.bottom())
	task.status = threadDead
	task.release()
	closers := s.closers[task]
	delete(s.closers, task)
	for _, f := range slices.Backward(closers) {
		(*f)()
	}
}

// OnClose has f called, on the state's own thread, when the running task is
// ended from outside while it is suspended (Task.Close): what a library holds
// for the task is to be let go then. keep takes that back; whoever called
// OnClose calls it when the task itself lets go. When the whole state ends
// nothing is called.
func (t *Thread) OnClose(f func()) (keep func()) {
	s, task := t.state, t.state.task
	if s.closers == nil {
		s.closers = map[*Thread][]*func(){}
	}
	s.closers[task] = append(s.closers[task], &f)
	return func() {
		rest := slices.DeleteFunc(s.closers[task], func(g *func()) bool { return g == &f })
		if s.closers[task] = rest; len(rest) == 0 {
			delete(s.closers, task)
		}
	}
}

// Results gives what a finished task's function returned.
func (k Task) Results() []Value {
	t := k.t
	values := make([]Value, (t.top-t.bottom())/valueSize)
	for j := range values {
		values[j] = *t.at(t.bottom() + uintptr(j)*valueSize)
	}
	return values
}

// Fallen gives the threads whose calls a failed task was in, the innermost coroutine first:
// their stacks stay as the error left them, until the task is closed or forgotten.
func (k Task) Fallen() []*Thread {
	if k.t.failure == nil {
		return nil
	}
	return append(slices.Clone(k.t.failure.died), k.t)
}

// Failure gives the error that a thread died of, or nil.
func (k Task) Failure() *Error { return k.t.failure }

// Task gives the task that runs, or nil.
func (s *State) Task() *Thread { return s.task }

// Running gives the thread that runs, or nil.
func (s *State) Running() *Thread { return s.running }

// Data gives what SetData attached to the thread.
func (k Task) Data() any { return k.t.data }

// SetData attaches the embedder's data to a thread, usually a task.
func (k Task) SetData(data any) { k.t.data = data }

// Traceback gives the stack of a suspended or running task: its innermost
// coroutine first, then those that resumed it.
func (k Task) Traceback() string { return k.t.state.taskTraceback(k.t) }

// Place gives the line at which a suspended or running task stands, "main.lua:12": that
// of the innermost function from a file, so that it is the program's own line and not
// one of an embedded module.
func (k Task) Place() string { return k.t.state.taskPlace(k.t) }

// Body gives the function that a thread runs which has not begun.
func (k Task) Body() Value {
	t := k.t
	if t.frame != 0 || t.status == threadDead {
		return Nil
	}
	return *at(t.bottom())
}

// SetBody has a thread run another function, if it has not begun.
func (k Task) SetBody(fn Value) {
	t := k.t
	if t.frame == 0 && t.status != threadDead {
		*at(t.bottom()) = fn
	}
}
