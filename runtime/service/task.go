package service

import (
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/timer"
	"lunarium/runtime/vm"
)

// This file holds a task: a thread of the machine, what it works on, and what it waits
// for; and what Lua code and a reload hold of one.

// task is a thread of the machine with what the service knows about it. A
// service may have many that wait: what few tasks have lies behind pointers.
type task struct {
	waiter
	service  *core
	thread   *vm.Thread
	next     *task // in live or spare
	prev     *task // in live
	*handled       // what a message task works on; nothing, for the others

	kind       TaskKind
	uses       uint8 // messages and time-outs that a pooled thread handled
	pooled     bool
	answered   bool     // nobody waits for an answer from this task, or not any more
	promised   bool     // Response took the answer over
	broken     bool     // woken by Wakeup
	finished   bool     // a pooled task's work is done
	dropped    bool     // it has ended; woken and forks may still hold it
	leaveStart bool     // exit ended the start function only
	onThread   bool     // it waits on its own thread as the token
	blocked    bool     // has a message for a full mailbox
	timed      bool     // it waits for its timer
	madeBy     uint32   // the instruction of maker that made it
	maker      *vm.Code // of a fork or time-out; nil: it is not known

	wait   Wait
	token  *token    // that it waits on; nil: none, or its thread
	lock   *vm.Table // whose field owner is who wakes it, as far as is known; or nil
	cancel func()    // of an Await
	then   Then
	sender *waitingSender
	cause  *message.Failure // the failure raised last

	created time.Duration
	trace   *taskTrace // what it belongs to; nil: nothing
}

// taskTrace is what a task belongs to. Few tasks have one.
type taskTrace struct {
	along message.Trace // goes along with what the task sends, as it is now
	span  *Span         // the task's; nil: it has a tag alone, or the trace has enough
	waits *Span         // of the work outside that it waits for; or nil
}

// handled is the message that a task works on.
type handled struct {
	message  message.Message
	handling string // its command
	record   uint64 // the number of its record; 0: it has none
}

// noMessage is what tasks that handle none point at; it is never written.
var noMessage handled

// bound is how long the message's task may go on; nil when there is no bound.
func (t *task) bound() *bound {
	if w := workOf(&t.message); w != nil {
		return w.bound
	}
	return nil
}

// arrived is what the task that is being resumed was waiting for.
type arrived struct {
	reply  message.Payload
	reason *message.Failure // in place of an answer
	finish func(*vm.Thread) int
}

// Then goes on with a task when the answer to its call is there.
type Then func(t *vm.Thread, reply message.Payload) int

// taskOf gives the running task.
func taskOf(t *vm.Thread) *task { return t.State().Task().AsTask().Data().(*task) }

// taskToWait gives the running task, which is about to wait. It raises where the
// machine can't suspend it, before anything has been set going.
func taskToWait(t *vm.Thread) *task {
	if !t.CanSuspend() {
		t.Errorf("attempt to yield across a C-call boundary")
	}
	return taskOf(t)
}

// waiter is who waits for a session: a task, of which it is part, or a time-out
// that is not due. That one needs no task yet, only what begins one. There may be
// a million, so every word counts; and they lie in a table of their own, so that
// those who call find their answers among few.
type waiter struct {
	timer.Timer[alarm]             // the payload's session counts without a timer too
	task               *task       // nil: a time-out that has none
	starts             *vm.Closure // what a time-out without a handle runs
	id                 uint64      // the task's, from the start
}

// setAt gives when a time-out was set, as Clock.Elapsed.
func (w *waiter) setAt() time.Duration { return w.At() - w.Payload.delay }

// alarm is what a timer carries: the session that it answers.
type alarm struct {
	at       *callSite // where it was set
	delay    time.Duration
	session  int32
	kind     WaitKind
	periodic bool // its task sets the timer again that it was started by or slept on
	loading  bool // a file set it while it was loaded
}

// every gives the period, 0 when none was seen.
func (a *alarm) every() time.Duration {
	if a.periodic {
		return a.delay
	}
	return 0
}

// set tells a timer's payload what it is set to by a task. One that sets the
// timer that it was started by or slept on before does so periodically.
func (a *alarm) set(at *callSite, delay time.Duration, before *alarm) {
	a.periodic = at.text != "" && at == before.at && delay == before.delay
	a.at, a.delay = at, delay
}

// callSite is a line of a service's code that sets timers; all of them share it.
type callSite struct {
	service *core
	text    string   // "structured_service.lua:61"; "" outside Lua
	code    *vm.Code // nil: it is known by its text alone
	at      uint32   // an instruction of the line
}

// String gives "file:12", or "" for no place.
func (p *callSite) String() string {
	if p == nil {
		return ""
	}
	return p.text
}

// madeAt gives the line that made a fork or time-out, "main.lua:12"; "": it is not known.
func (t *task) madeAt() string {
	switch {
	case t.maker != nil:
		return t.maker.Place(int(t.madeBy))
	case t.kind == TaskTimeout && t.wait.Kind == WaitTimer: // a reload has set it
		return t.Payload.at.String()
	}
	return ""
}

// noteMaker notes who makes a task.
func (t *task) noteMaker(by *vm.Thread) {
	code, at := by.Debug().Caller()
	t.maker, t.madeBy = code, uint32(at)
}

// codeLine is a line of code; none: outside Lua.
type codeLine struct {
	code *vm.Code
	line int
}

// token is a value as the key of a map: equal strings are one key.
type token struct {
	value vm.Value
	text  string
	set   bool
}

func tokenOf(v vm.Value) token {
	if text, ok := v.AsString(); ok {
		return token{vm.Nil, text, true}
	}
	if f, ok := v.AsNumber(); ok {
		return token{vm.Number(f + 0), "", true}
	}
	return token{v, "", true}
}

// Answer is the right to answer a request later, once (skynet.response).
type Answer struct {
	service  *core
	message  message.Message // of the request, without its values
	handling string          // its command
	since    time.Duration   // when it was put off, as Clock.Elapsed
	record   uint64          // the number of its record; 0: it has none
	done     bool
}

// LoadTask is a time-out or a fork that a file makes while it is loaded. Its methods are
// for the service's own thread, while no task runs.
type LoadTask struct {
	Fork  bool
	Delay time.Duration // of a time-out
	At    string        // the line that makes it, "main.lua:3"

	service *core
	waiter  *waiter
	due     time.Duration
	runs    vm.Value // what it ran when it was taken back
	began   bool     // it ran, or was cancelled by others: nothing can take it back
}

// What a task and a time-out without one take besides what the machine counts.
const (
	bytesOfTask  = 480
	bytesOfLater = 160 // with its place among the sessions
)
