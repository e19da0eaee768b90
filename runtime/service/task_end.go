package service

import (
	"errors"
	"fmt"
	"strings"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds how tasks end, and what whoever waits for them is told.

// finished ends a task that did its work.
func (s *core) finished(t *task) {
	switch t.kind {
	case TaskStart:
		s.drop(t)
		s.startEnded(nil)
		return
	case TaskBody:
		if !t.answered && !t.promised {
			s.reply(t, message.Payload{})
		}
	case TaskMessage:
		s.checkAnswered(t)
	}
	s.endTrace(t, nil)
	s.recycle(t)
}

// checkAnswered answers for a handler that did not.
func (s *core) checkAnswered(t *task) {
	m := &t.message
	if t.answered || t.promised || !m.WantsAnswer() {
		return
	}
	site := s.handlerSite(m.Type)
	text := fmt.Sprintf("%s did not answer %s (handler at %s)", s.describe(), quoted(t.handling, m.Type), site)
	f := s.failure(m, message.ErrUnanswered, text)
	f.Handling = t.handling
	t.answered = true
	s.endRecord(t, text)
	s.node.reply(m, f)
	s.warnOnce("unanswered "+site+t.handling, fmt.Sprintf(
		"the handler at %s ended without an answer to %s from %s", site, quoted(t.handling, m.Type), s.node.NameOf(m.Source)))
}

// failed ends a task that raised an error: whoever waits for its answer gets
// it, else it goes to the log.
func (s *core) failed(t *task, err *vm.Error) {
	text := s.explain(err).Error()
	f := s.failure(&t.message, message.ErrRaised, text)
	f.Handling = t.handling
	f.Traceback = err.Traceback
	if t.cause != nil && strings.Contains(text, t.cause.Text) {
		f.Cause = t.cause
	}
	if errors.Is(err, vm.ErrKilled) {
		f.Reason = message.ErrKilled
		if t.bound().ended() {
			f.Text = fmt.Sprintf("%s did not answer: it took too long", s.describe())
		}
	}
	s.fail(t, f)
}

func (s *core) fail(t *task, f *message.Failure) {
	record := t.record
	s.endTrace(t, f)
	s.tellCrash(t, f, record)
	settled := tellEnded(&t.message, f)
	switch {
	case t.kind == TaskStart:
		s.drop(t)
		f.Reason, f.From = message.ErrStart, ""
		s.startEnded(f)
		return
	case !t.answered && !t.promised && t.message.WantsAnswer():
		t.answered = true
		s.node.reply(&t.message, f)
		s.node.keep(s.node.entry(s.address, f.Report())) // the caller has it
	case !settled:
		s.Error(f.Report())
	}
	s.drop(t)
}

// startEnded tells who launched the service how that went; a failure ends it.
func (s *core) startEnded(f *message.Failure) {
	if f == nil {
		s.ready.Store(true)
		s.noteTakesNone()
	} else if s.ending == nil {
		s.ending = &ending{reason: f.Reason, text: "did not start"}
	}
	if then := s.launched; then != nil {
		s.launched = nil
		then(s, f)
	}
}

// noteTakesNone notes whether the service can be spoken to. A client that launches it asks
// for that; others find it in the log.
func (s *core) noteTakesNone() {
	if !s.start.IsNil() || s.dispatches() || s.path == "" {
		return
	}
	s.takesNone.Store(true)
	if !s.spec.By.IsClient() {
		s.Error(s.describe() + " has not called skynet.start and takes no messages")
	}
}
