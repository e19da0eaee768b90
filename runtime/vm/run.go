package vm

import (
	"cmp"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"time"
)

// This file is about resuming and closing tasks, polls, and the ends of runs.

// outcome is why the run loop has been left.
type outcome uint8

const (
	outcomeNone      outcome = iota
	outcomeBoundary          // the function of a Thread.Call returned
	outcomeDone              // the task's function returned
	outcomeSuspended         // Thread.Suspend
	outcomePreempted         // the slice is used up
	outcomeTrapped           // Trap.Stop
	outcomeError             // the task failed
	outcomeRaised            // Thread.Raise: the error is to be thrown
)

// NewTask makes a task: a thread that will call fn with args when it is first
// resumed. Tasks belong to the embedder and are resumed with State.Resume.
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
func (s *State) Resume(task *Thread, values ...Value) Status {
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
	if s.running.waiting == atTrap {
		s.running.leaveTrap()
	} else {
		s.running.armChain()
	}
	s.outcome = outcomeNone
	s.enter = values
	s.entering = true
	s.execute(nil, 0, nil)
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

// CanSuspend tells whether Suspend would work here: not inside Thread.Call.
func (t *Thread) CanSuspend() bool { return t.state.depth == 0 && t.state.task != nil }

// execute runs the loop until the outcome is set. Errors unwind to protected
// calls inside it; one that finds none ends the task, or, in a nested run, goes
// on as a panic. mark is the frame, as an offset in t, that a nested run
// started above; failure is the error that it started with, if any.
func (s *State) execute(t *Thread, mark uintptr, failure *Error) {
	depth := s.depth
	for {
		if failure == nil {
			failure = s.runProtected()
		}
		if failure == nil {
			return
		}
		for failure != nil {
			s.depth = depth // also of what failed in the hook of a pcall that takes an error
			failure = s.throw(failure, t, mark)
		}
		// What took the error may have raised another one: the loop sees to it.
		if s.outcome != outcomeNone && s.outcome != outcomeRaised {
			return
		}
	}
}

// runProtected runs the loop and gives the error that stopped it, if any.
func (s *State) runProtected() (failure *Error) {
	defer func() {
		if r := recover(); r != nil {
			failure = s.asError(r)
		}
	}()
	if s.entering {
		s.begin()
	}
	s.loop()
	if s.outcome == outcomeRaised {
		failure = s.raised
		s.raised, s.outcome = nil, outcomeNone
	}
	return failure
}

// asError turns what was panicked with into a Lua error.
func (s *State) asError(r any) *Error {
	switch r := r.(type) {
	case *Error:
		return r
	case KeyError:
		return &Error{Value: String(s.running.Where(0) + "table " + string(r))}
	case runtime.Error:
		return &Error{Value: String(fmt.Sprintf("internal error: %v", r)), GoStack: string(debug.Stack())}
	case error:
		var e *Error
		if errors.As(r, &e) {
			return e
		}
		return &Error{Value: String(r.Error())}
	}
	panic(r)
}

// throw unwinds the running thread to the protected call that takes the error.
// A thread without one dies, and its error goes to its resumer. In a nested run
// (limit is its thread) an error that reaches the boundary is panicked on. It
// returns an error that came up on the way and has to be thrown instead.
func (s *State) throw(e *Error, limit *Thread, mark uintptr) (next *Error) {
	defer func() {
		if r := recover(); r != nil {
			if e, ok := r.(*rethrown); ok {
				panic(e.err)
			}
			next = s.asError(r)
		}
	}()
	s.noteTraceback(e)
	s.noteTrail(e)
	for {
		t := s.running
		floor := t.firstFrame()
		if t == limit {
			floor += mark + frameSize
		}
		if f := t.catcher(e, floor); f != nil {
			t.catch(e, f)
			return nil
		}
		if t == limit {
			if t.catcher(e, t.firstFrame()) != nil {
				t.handleBelow(e)
				t.unwindTo(t.firstFrame() + mark)
			} // else the thread dies, and its frames stay
			panic(&rethrown{e})
		}
		t.die(e)
		if t == s.task || t.resumer == nil {
			s.outcome = outcomeError
			return nil
		}
		r := t.resumer
		t.resumer = nil
		s.running = r
		r.status = threadRunning
		if !t.wrapped || e.status == statusKilled {
			if e.status == statusKilled {
				continue
			}
			n := r.Return(False, e.Value)
			r.ret(r.top-uintptr(n)*valueSize, n)
			return nil
		}
		if e.Value.IsString() {
			e = &Error{Value: String(r.Where(1) + e.Value.str()), Traceback: e.Traceback, status: e.status}
		}
	}
}

// rethrown carries an error out of a nested run.
type rethrown struct{ err *Error }

// catcher gives the topmost protected frame from floor on that may take e.
func (t *Thread) catcher(e *Error, floor uintptr) *frame {
	if t.frame == 0 || e.status == statusKilled {
		return nil
	}
	for a := t.frame; a >= floor; a -= frameSize {
		if f := (*frame)(ptr(&a)); f.flags&frameProtected != 0 {
			return f
		}
	}
	return nil
}

// catch ends the protected call f with false and the error.
func (t *Thread) catch(e *Error, f *frame) {
	offset := uintptrOf(f) - t.firstFrame()
	value := e.Value
	if f.flags&frameHandler != 0 && !e.handled && e.status != statusMemory {
		value = t.handle(e, f)
	}
	t.unwindTo(t.firstFrame() + offset)
	t.closeCells(t.current().base)
	t.recede()
	f = t.current()
	f.flags &^= frameProtected | frameHandler | frameInPlace
	t.top = t.need(f.base, minGoStack)
	n := t.Return(False, value)
	t.ret(t.top-uintptr(n)*valueSize, n)
}

// handleBelow gives an error that is about to leave a nested run to the handler
// of the protected call below it, if that has one, while the frames that raised
// it are there to be looked at.
func (t *Thread) handleBelow(e *Error) {
	if e.handled || e.status == statusMemory || t.state.handling > 0 {
		return
	}
	if f := t.catcher(e, t.firstFrame()); f != nil && f.flags&frameHandler != 0 {
		e.Value = t.handle(e, f)
		e.handled = true
	}
}

// extent gives the end of the stack that the current frame uses.
func (t *Thread) extent() uintptr {
	f := t.current()
	if f.isGo() {
		return max(t.top, f.base+uintptr(f.nargs)*valueSize)
	}
	return max(f.base+f.lua().code.frameSize, t.top)
}

// unwindTo drops the frames above the one at an address.
func (t *Thread) unwindTo(address uintptr) {
	for a := t.frame; a > address; a -= frameSize {
		f := (*frame)(ptr(&a))
		t.boundary -= f.flags.boundary()
		t.closeCells(f.function)
	}
	t.frame = address
}

// die ends a thread with an error. Its frames stay, for a traceback.
func (t *Thread) die(e *Error) {
	t.closeCells(t.bottom())
	t.status, t.failure = threadDead, e
}

// release lets go of a dead thread's frames.
func (t *Thread) release() { t.frame, t.boundary = 0, 0 }

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

// empty lets go of what a dead thread's stack holds from a slot on: threads that made
// each other would else keep each other.
func (t *Thread) empty(from int) {
	for i := from; i < len(t.stack); i++ {
		t.stack[i] = Nil
	}
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

// Results gives what a finished task's function returned.
func (t *Thread) Results() []Value {
	values := make([]Value, (t.top-t.bottom())/valueSize)
	for j := range values {
		values[j] = *t.at(t.bottom() + uintptr(j)*valueSize)
	}
	return values
}

// Failure gives the error that a thread died of, or nil.
func (t *Thread) Failure() *Error { return t.failure }

// poll is called when the budget is used up: orders from outside, the end of
// the slice. It tells whether the run loop is to be left.
//
//go:noinline
func (s *State) poll() bool {
	s.budget = pollInterval
	s.running.checkAll()
	if s.heap.watched && s.tend(s.running.statementEnd()) {
		return true
	}
	return s.obey()
}

// pollCall is poll before a call: end is behind its arguments.
func (s *State) pollCall(end uintptr) bool {
	s.budget = pollInterval
	s.running.checkAll()
	if s.heap.watched && s.tend(end) {
		return true
	}
	return s.obey()
}

// obey does what was ordered from outside; true leaves the run loop.
func (s *State) obey() bool {
	s.last = nil
	s.answer()
	if s.signalled() {
		s.running.runError("%s", s.signalText())
	}
	s.endWhatIsOver(1)
	return s.sliceOver() && s.preempt()
}

// signalled tells whether InterruptRaise was ordered, and takes the order.
func (s *State) signalled() bool {
	if s.interrupt.Load()&InterruptRaise == 0 {
		return false
	}
	s.ClearInterrupt(InterruptRaise)
	return true
}

func (s *State) signalText() string { return cmp.Or(s.config.Raised, "interrupted by signal 0") }

// sliceOver tells whether the running task is to give way.
func (s *State) sliceOver() bool {
	if s.interrupt.Load()&InterruptPreempt != 0 {
		s.ClearInterrupt(InterruptPreempt)
		return true
	}
	return s.config.Slice != nil && s.config.Slice()
}

func (s *State) preempt() bool {
	if s.depth > 0 {
		if s.config.Stuck != nil {
			s.config.Stuck()
		}
		return false
	}
	s.outcome = outcomePreempted
	return true
}

// Poll lets a long Go function be interrupted: it raises the kill or the error that
// another goroutine ordered, if any, answers those who want to look, and ends the task
// if that has gone on for too long.
func (t *Thread) Poll() {
	t.obeyReturning()
	if t.state.signalled() {
		t.Errorf("%s", t.state.signalText())
	}
	t.state.endWhatIsOver(1)
}

// pollTime is about how much Lua code runs between two polls of the run loop.
const pollTime = 50 * time.Microsecond

// PollAfter is Poll by a Go function that has waited for so long. It counts as what
// Lua code does in a part of that time: waiting wears nothing out.
func (t *Thread) PollAfter(waited time.Duration) {
	t.obeyReturning()
	t.state.endWhatIsOver(max(1, int(waited/pollTime/waitingShare)))
}

// waitingShare is how many polls of waiting count as one of work.
const waitingShare = 5

// obeyReturning is Poll where so little has been done that it does not count.
func (t *Thread) obeyReturning() {
	if t.state.interrupt.Load()&(InterruptKill|InterruptLook) != 0 {
		t.state.answer()
	}
}

// endWhatIsOver raises the end of a bounded Try or of the task, when it is due.
func (s *State) endWhatIsOver(polls int) {
	for b := s.bounded; b != nil; b = b.outer {
		if b.left -= polls; b.left < 0 {
			panic(&Error{Value: String("it took too long"), status: statusKilled, bounded: b})
		}
	}
	if s.config.Over != nil && s.config.Over(polls) {
		panic(&Error{Value: String("killed"), status: statusKilled})
	}
}

// answer does the orders that need no task to give way.
func (s *State) answer() {
	orders := s.interrupt.Load()
	if orders&InterruptKill != 0 {
		s.ClearInterrupt(InterruptKill)
		panic(&Error{Value: String("killed"), status: statusKilled})
	}
	if orders&InterruptLook != 0 {
		s.look()
	}
}

func (s *State) look() {
	s.ClearInterrupt(InterruptLook)
	if s.config.Look != nil {
		s.config.Look()
	}
}

// Killed tells whether another goroutine ordered a kill, or the task's end is due,
// which Poll would raise.
func (t *Thread) Killed() bool {
	s := t.state
	return s.interrupt.Load()&InterruptKill != 0 || s.config.Over != nil && s.config.Over(0)
}

// CloseTask ends a suspended task without running it: its coroutines are dead,
// its upvalues closed, and those who asked with Thread.OnClose are told.
func (s *State) CloseTask(task *Thread) {
	s.DropCollect()
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
// ended from outside while it is suspended (CloseTask): what a library holds
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

// Task gives the task that runs, or nil.
func (s *State) Task() *Thread { return s.task }

// Running gives the thread that runs, or nil.
func (s *State) Running() *Thread { return s.running }

// Data gives what SetData attached to the thread.
func (t *Thread) Data() any { return t.data }

// SetData attaches the embedder's data to a thread, usually a task.
func (t *Thread) SetData(data any) { t.data = data }
