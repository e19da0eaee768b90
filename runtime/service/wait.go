package service

import (
	"fmt"
	"strings"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/number"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// ResolveDest gives the address that a Lua value names: a number, or a name
// with or without its dot, or ":0000000a". The text says why there is none.
func (s *Service) ResolveDest(v vm.Value) (a message.Address, ok bool, text string) {
	if a, ok := s.node.addressOf(v); ok {
		return a, true, ""
	}
	if name, ok := v.AsString(); ok {
		return 0, false, "no service is named " + visible.Line(name)
	}
	if f, ok := v.AsNumber(); ok {
		return 0, false, "invalid address " + number.Format(f)
	}
	return 0, false, fmt.Sprintf("invalid address (a %s value)", v.Type())
}

// Sent goes on with a task whose message was sent. false: there is no such
// service, the message is a dead letter.
type Sent func(t *vm.Thread, sent bool) int

// Send sends a message (skynet.send, rawsend) and goes on with then; when the
// receiver's mailbox is full, once there is room. Own thread; end the Go
// function with it.
func (s *Service) Send(t *vm.Thread, dest message.Address, typ message.Type, session int32, p message.Payload, then Sent) int {
	return s.Redirect(t, dest, s.address, typ, session, p, then)
}

// Redirect sends a message in another's name (skynet.redirect). Own thread; end
// the Go function with it.
func (s *Service) Redirect(t *vm.Thread, dest, source message.Address, typ message.Type, session int32, p message.Payload, then Sent) int {
	m := message.Message{Type: typ, Session: session, Source: source, Dest: dest, Payload: p}
	if s.node.full(dest, typ) {
		return s.whenRoom(t, dest, typ, func(t *vm.Thread) int { return then(t, s.hand(t, m)) })
	}
	return then(t, s.hand(t, m))
}

// hand delivers a message to its receiver or to the dead letters.
func (s *Service) hand(t *vm.Thread, m message.Message) bool {
	if tag := taskOf(t).tag; tag != nil {
		m.Extra = &message.Extra{Tag: *tag}
	}
	if s.post(&m) {
		return true
	}
	s.node.addDeadLetter(&m, s.node.absence(m.Dest))
	return false
}

// SendNowhere notes a message to a name that nobody has as a dead letter.
func (s *Service) SendNowhere(name string, typ message.Type, p message.Payload) {
	s.node.addDeadLetterTo(&message.Message{Type: typ, Source: s.address, Payload: p}, name, "no service is named "+visible.Line(name))
}

// taskToWait gives the running task, which is about to wait. It raises where the
// machine can't suspend it, before anything has been set going.
func taskToWait(t *vm.Thread) *task {
	if !t.CanSuspend() {
		t.Errorf("attempt to yield across a C-call boundary")
	}
	return taskOf(t)
}

// Call sends a request and suspends the task until the answer is there; then
// goes on with it, in the task. A nil then gives the answer's values as
// results, or its bytes as one string. A failure is raised. Own thread; end the
// Go function with it.
func (s *Service) Call(t *vm.Thread, dest message.Address, typ message.Type, p message.Payload, then Then) int {
	task := taskToWait(t)
	if s.node.full(dest, typ) {
		return s.whenRoom(t, dest, typ, func(t *vm.Thread) int { return s.Call(t, dest, typ, p, then) })
	}
	m := message.Message{Type: typ, Session: s.GenID(), Source: s.address, Dest: dest, Payload: p}
	if task.tag != nil {
		m.Extra = &message.Extra{Tag: *task.tag}
	}
	wait := Wait{Kind: WaitCall, Session: m.Session, Dest: dest, Command: p.Command()}
	s.await(task, wait)
	task.then = then
	if !s.post(&m) {
		s.leaveWait(task)
		t.Errorf("call to invalid address %s: %s", dest, s.node.absence(dest))
	}
	return t.Suspend(called)
}

// called goes on with a task whose call was answered.
func called(t *vm.Thread) int {
	task := taskOf(t)
	arrived := &task.service.arrived
	reply, then := arrived.reply, task.then
	arrived.reply, task.then = message.Payload{}, nil
	if task.reason != nil {
		return raiseReason(t, task)
	}
	if then != nil {
		if !reply.Packed {
			t.State().Adopt(reply.Values)
		}
		return then(t, reply)
	}
	if reply.Packed {
		return t.Return(vm.String(reply.Raw))
	}
	t.State().Adopt(reply.Values)
	n := t.Return(reply.Values...)
	task.service.Return(reply)
	return n
}

// raiseReason raises the failure that the task got instead of an answer. The
// text of an error that a handler raised keeps its own position.
func raiseReason(t *vm.Thread, task *task) int {
	f := task.reason
	task.reason, task.cause = nil, f
	if f.Reason == message.ErrRaised || f.Reason == message.ErrStart {
		return t.Raise(vm.String(f.Text))
	}
	return t.Raise(vm.String(t.Where(1) + f.Text))
}

// mostCallSites is how many lines of code that set timers are known apart.
const mostCallSites = 1024

// codeLine is a line of code; none: outside Lua.
type codeLine struct {
	code *vm.Code
	line int
}

// site gives the place in Lua that called the running Go function.
func (s *Service) site(t *vm.Thread) *callSite {
	code, line := t.Place(1)
	at := codeLine{code, line}
	p := s.callSites[at]
	if p == nil {
		p = &callSite{s, strings.TrimSuffix(t.Where(1), ": ")}
		if s.callSites == nil || len(s.callSites) >= mostCallSites {
			s.callSites = map[codeLine]*callSite{} // code that is loaded and thrown away makes new ones for ever
		}
		s.callSites[at] = p
	}
	return p
}

// Sleep suspends the task for ti hundredths of a second, or until Wakeup of the
// token, which is the running coroutine when nil; counted from the present hundredth,
// as skynet counts. The result is nothing, or "BREAK" when woken. Own thread; end the
// Go function with it.
func (s *Service) Sleep(t *vm.Thread, ti int64, tok vm.Value) int {
	if ti > 0 {
		return s.sleepUntil(t, s.node.clock.clock.After(ticks(ti)), ticks(ti), tok)
	}
	task := s.beginSleep(t, s.node.clock.Elapsed(), tok)
	s.post(&message.Message{Type: message.TypeResponse, Session: task.wait.Session, Dest: s.address})
	return t.Suspend(slept)
}

// sleepUntil is Sleep to a time, as Clock.Elapsed; delay is what people are told.
func (s *Service) sleepUntil(t *vm.Thread, until, delay time.Duration, tok vm.Value) int {
	task := s.beginSleep(t, until, tok)
	task.Payload.set(s.site(t), delay, &task.Payload)
	s.setTimer(task, until)
	return t.Suspend(slept)
}

// beginSleep notes that the running task is about to sleep on a token.
func (s *Service) beginSleep(t *vm.Thread, until time.Duration, tok vm.Value) *task {
	task := taskToWait(t)
	key := s.tokenFor(t, tok)
	s.await(task, Wait{Kind: WaitSleep, Session: s.GenID(), Until: until})
	s.waitOn(task, key)
	return task
}

// Yield lets everything that is queued now run first (skynet.yield).
func (s *Service) Yield(t *vm.Thread) int { return s.Sleep(t, 0, vm.Nil) }

// Wait suspends the task until Wakeup of the token, which is the running
// coroutine when nil. The result is "BREAK". Own thread; end the Go function
// with it.
func (s *Service) Wait(t *vm.Thread, tok vm.Value) int {
	task := taskToWait(t)
	key := s.tokenFor(t, tok)
	s.await(task, Wait{Kind: WaitToken})
	s.waitOn(task, key)
	return t.Suspend(slept)
}

// slept ends Sleep and Wait.
func slept(t *vm.Thread) int {
	task := taskOf(t)
	if !task.broken {
		return 0
	}
	task.broken = false
	return t.Return(vm.String("BREAK"))
}

// Wakeup ends the Sleep or Wait of a token; the task runs after the present
// one gave way. It tells whether somebody waited. Own thread.
func (s *Service) Wakeup(tok vm.Value) bool {
	task := s.waiterOn(tokenOf(tok))
	if task == nil {
		return false
	}
	s.leaveWait(task)
	task.broken = true
	task.wait = Wait{Kind: WaitToken, Since: s.node.clock.Elapsed()}
	s.woken.Push(task)
	return true
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

// tokenFor gives the key of a token that nobody waits on yet.
func (s *Service) tokenFor(t *vm.Thread, v vm.Value) token {
	if v.IsNil() {
		v = vm.ThreadValue(t)
	}
	key := tokenOf(v)
	if s.waiterOn(key) != nil {
		t.Errorf("a task waits on this token already")
	}
	return key
}

// waiterOn gives the task that waits on a token, or nil.
func (s *Service) waiterOn(key token) *task {
	if thread := key.value.AsThread(); thread != nil {
		if t, ok := thread.Data().(*task); ok && t.service == s && t.onThread {
			return t
		}
	}
	return s.tokens[key]
}

// waitOn notes that a task waits on a token: in the task when that is its own
// thread, as it mostly is.
func (s *Service) waitOn(t *task, key token) {
	if key.value.AsThread() == t.thread {
		t.onThread = true
		return
	}
	if s.tokens == nil {
		s.tokens = map[token]*task{}
	}
	own := key
	t.token = &own
	s.tokens[key] = t
}

// Fork starts a task that runs after the present message, first in, first out;
// its thread is the handle for CancelTask. Own thread.
func (s *Service) Fork(t *vm.Thread, fn vm.Value, args ...vm.Value) *vm.Thread {
	task := s.newTask(TaskFork, fn, args...)
	task.tag = taskOf(t).tag
	s.await(task, Wait{Kind: WaitFork})
	s.forks.Push(task)
	return task.thread
}

// Timeout starts a task after ti hundredths of a second, at once when ti <= 0.
// Its thread is the handle for CancelTask; when the caller takes no result there
// is none. Own thread.
func (s *Service) Timeout(t *vm.Thread, ti int64, fn vm.Value) *vm.Thread {
	session := s.GenID()
	if ti <= 0 {
		task := s.newTask(TaskTimeout, fn)
		s.await(task, Wait{Kind: WaitTimer, Session: session, Until: s.node.clock.Elapsed()})
		s.post(&message.Message{Type: message.TypeResponse, Session: session, Dest: s.address})
		return task.thread
	}
	if s.setBy != nil {
		s.setBy[session] = t.Traceback(fmt.Sprintf("TIMER %d+%d :", s.node.clock.ticks(), ti), 1)
	}
	a := alarm{session: session, kind: WaitTimer, loading: s.loads(t)}
	by := &alarm{}
	if setter := taskOf(t); setter.kind == TaskTimeout {
		by = &setter.Payload
	}
	a.set(s.site(t), ticks(ti), by)
	due := s.node.clock.clock.After(a.delay)
	t.Take(bytesOfLater)
	if code := fn.AsClosure(); code != nil && t.Unwanted() {
		s.node.clock.add(s.addLater(code, a), due)
		return nil
	}
	task := s.newTask(TaskTimeout, fn)
	s.await(task, Wait{Kind: WaitTimer, Session: session, Until: due})
	task.Payload = a
	s.setTimer(task, due)
	return task.thread
}

// setTimer sets the timer of a task that waits for it.
func (s *Service) setTimer(t *task, due time.Duration) {
	t.timed = true
	s.node.clock.add(&t.waiter, due)
}

// TraceTimeouts says whether time-outs note the whole stack that sets them, for
// Tasks to show (skynet.trace_timeout); the line is always noted. Own thread.
func (s *Service) TraceTimeouts(on bool) {
	s.setBy = nil
	if on {
		s.setBy = map[int32]string{}
	}
}

// longest is the longest time that timers are set to: with what has passed before, it
// is within a Duration.
const longest = time.Duration(int64(1<<63-1) / int64(Tick) / 2 * int64(Tick))

func ticks(ti int64) time.Duration {
	return time.Duration(min(max(ti, 0), int64(longest/Tick))) * Tick
}
