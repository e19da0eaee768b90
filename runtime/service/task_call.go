package service

import (
	"lunarium/runtime/message"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file holds how tasks send and call.

// Sent goes on with a task whose message was sent. false: there is no such
// service, the message is a dead letter.
type Sent func(t *vm.Thread, sent bool) int

// Send sends a message (skynet.send, rawsend) and goes on with then; when the receiver's
// mailbox is full, once there is room. End the Go function with it.
func (s Self) Send(t *vm.Thread, dest message.Address, typ message.Type, session int32, p message.Payload, then Sent) int {
	return s.Redirect(t, dest, s.address, typ, session, p, then)
}

// Redirect sends a message in another's name (skynet.redirect). End the Go function with
// it.
func (s Self) Redirect(t *vm.Thread, dest, source message.Address, typ message.Type, session int32, p message.Payload, then Sent) int {
	m := message.Message{Type: typ, Session: session, Source: source, Dest: dest, Payload: p}
	if s.node.full(dest, typ) {
		return s.whenRoom(t, dest, typ, func(t *vm.Thread) int { return then(t, s.hand(t, m)) })
	}
	return then(t, s.hand(t, m))
}

// hand delivers a message to its receiver or to the dead letters.
func (s *core) hand(t *vm.Thread, m message.Message) bool {
	m.Extra = taskOf(t).extra()
	if s.post(&m) {
		return true
	}
	s.node.addDeadLetter(&m, s.node.absence(m.Dest))
	return false
}

// SendNowhere notes a message to a name that nobody has as a dead letter.
func (s Self) SendNowhere(name string, typ message.Type, p message.Payload) {
	s.node.addDeadLetterTo(&message.Message{Type: typ, Source: s.address, Payload: p}, name, "no service is named "+visible.Line(name))
}

// Call sends a request and suspends the task until the answer is there; then goes on
// with it, in the task. A nil then gives the answer's values as results, or its bytes as
// one string. A failure is raised. End the Go function with it.
func (s Self) Call(t *vm.Thread, dest message.Address, typ message.Type, p message.Payload, then Then) int {
	task := taskToWait(t)
	if s.node.full(dest, typ) {
		return s.whenRoom(t, dest, typ, func(t *vm.Thread) int { return s.Call(t, dest, typ, p, then) })
	}
	m := message.Message{Type: typ, Session: s.genID(), Source: s.address, Dest: dest, Payload: p}
	m.Extra = task.extra()
	wait := Wait{Kind: WaitCall, Session: m.Session, Dest: dest, Command: p.Command()}
	s.beginWait(task, wait)
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
	if arrived.reason != nil {
		return raiseReason(t, arrived.reason)
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
	Self{task.service}.Return(reply)
	return n
}

// raiseReason raises the failure that the running task got instead of an answer. The
// text of an error that a handler raised keeps its own position.
func raiseReason(t *vm.Thread, f *message.Failure) int {
	taskOf(t).cause = f
	if f.Reason == message.ErrRaised || f.Reason == message.ErrStart {
		return t.Raise(vm.String(f.Text))
	}
	return t.Raise(vm.String(t.Where(1) + f.Text))
}
