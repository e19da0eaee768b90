package service

import (
	"errors"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds how tasks answer.

// ErrAnswered: the request was answered before.
var ErrAnswered = errors.New("the request was answered before")

// Context gives the session and the source of the message that the task handles, 0 and 0
// when it handles none (skynet.context).
func (s Self) Context(t *vm.Thread) (session int32, source message.Address) {
	m := &taskOf(t).message
	return m.Session, m.Source
}

// Ret answers the request that the task handles (skynet.ret). It gives false when a send
// is handled, and raises when there is nothing to answer.
func (s Self) Ret(t *vm.Thread, p message.Payload) bool {
	task := taskOf(t)
	if !s.mayAnswer(t, task) {
		return false
	}
	return s.reply(task, p)
}

// mayAnswer tells whether somebody waits for the task's answer. It raises when
// the task handles no message or gave its answer away.
func (s *core) mayAnswer(t *vm.Thread, task *task) bool {
	if task.kind != TaskMessage && task.kind != TaskBody {
		t.Errorf("No session")
	}
	if task.message.Session == 0 {
		return false
	}
	if task.answered || task.promised {
		t.Errorf("No session")
	}
	return true
}

func (s *core) reply(task *task, p message.Payload) bool {
	task.answered = true
	if task.record != 0 {
		s.recordReply(task.record, &p)
	}
	m := &task.message
	answer := message.Message{Type: message.TypeResponse, Session: m.Session, Source: s.address, Dest: m.Source, Payload: p}
	return s.post(&answer)
}

// IgnoreRet says that the request will not be answered, and that this is meant
// (skynet.ignoreret).
func (s Self) IgnoreRet(t *vm.Thread) { taskOf(t).answered = true }

// Response takes the right to answer over from the task. It raises when the task has
// nothing to answer.
func (s Self) Response(t *vm.Thread) *Answer {
	task := taskOf(t)
	if !s.mayAnswer(t, task) {
		return &Answer{service: s.core}
	}
	task.promised = true
	a := &Answer{service: s.core, message: task.message, handling: task.handling, since: s.about(), record: task.record}
	a.message.Payload, a.message.Extra = message.Payload{}, nil
	if s.answers == nil {
		s.answers = map[*Answer]struct{}{}
	}
	s.answers[a] = struct{}{}
	return a
}

// Waiting tells whether somebody still waits for the answer; own thread.
func (a *Answer) Waiting() bool {
	return !a.done && a.message.Session != 0 && a.service.node.alive(a.message.Source)
}

// Done answers: with the payload when ok, else with an error of that text. It
// tells whether the caller was still there. Own thread.
func (a *Answer) Done(ok bool, p message.Payload, text string) (bool, error) {
	if a.done {
		return false, ErrAnswered
	}
	a.done = true
	if a.message.Session == 0 {
		return false, nil
	}
	s := a.service
	delete(s.answers, a)
	m := &a.message
	if !ok {
		s.recordRefusal(a.record, text)
		return s.node.reply(m, a.failure(message.ErrRaised, text)), nil
	}
	s.recordReply(a.record, &p)
	return s.post(&message.Message{Type: message.TypeResponse, Session: m.Session, Source: s.address, Dest: m.Source, Payload: p}), nil
}

func (a *Answer) failure(reason error, text string) *message.Failure {
	f := a.service.failure(&a.message, reason, text)
	f.Handling = a.handling
	return f
}
