package service

import (
	"errors"
	"fmt"
	"strings"

	"lunarium/runtime/message"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// dispatch gives a message to the task that waits for it, or to a new one.
func (s *Service) dispatch(m *message.Message) {
	s.messages.Store(s.messages.Load() + 1)
	if s.log != nil {
		s.log.write(s.node, m)
	}
	if m.Type == message.TypeResponse || m.Type == message.TypeError {
		s.answer(m)
		return
	}
	w := workOf(m)
	if w != nil && w.bound.isAbandoned() {
		return // nobody waits for it any longer
	}
	if w != nil && w.body != nil {
		defer s.node.timesInspection()()
		kind := TaskBody
		if w.posted != 0 {
			kind = w.posted
		}
		s.handle(s.newTask(kind, s.state.NewFunction(w.what, runBody)), m)
		return
	}
	if !s.Protocol(m.Type).accepts() {
		if s.hooks.UnknownRequest != nil && !m.WantsAnswer() {
			s.runUnknown(s.hooks.UnknownRequest, "unknown request", m)
			return
		}
		s.refuse(m)
		return
	}
	s.handle(s.takeTask(), m)
}

func (s *Service) handle(t *task, m *message.Message) {
	if t.handled == &noMessage {
		t.handled = &handled{}
	}
	t.message = *m
	t.answered = m.Session == 0
	t.handling = m.Command()
	if t.kind == TaskPosted || t.kind == TaskTidy {
		t.handling = workOf(m).what
	}
	s.beginTrace(t, m)
	if s.traces(m.Type) {
		t.trace = s.traceMessage(m)
	}
	if s.debug.by != nil && t.kind == TaskMessage {
		s.debug.by.Begins(t.thread, m)
	}
	s.resume(t)
}

// answer resumes the task that waits for a session. Answers that nobody waits
// for any more are dropped.
func (s *Service) answer(m *message.Message) {
	w := s.waiterOf(m.Session)
	if w == nil {
		if s.hooks.UnknownAnswer != nil && m.Type == message.TypeResponse && m.Source != 0 {
			s.runUnknown(s.hooks.UnknownAnswer, "unknown response", m)
		}
		return
	}
	t := s.taskFor(w)
	t.cancel = nil
	s.leaveWait(t)
	if m.Type == message.TypeError {
		t.reason = m.Reason()
	} else {
		s.arrived.reply = m.Payload
		if m.Extra != nil {
			s.arrived.finish = m.Extra.Finish
		}
	}
	s.resume(t)
}

// refuse answers a message that the service has no handler for.
func (s *Service) refuse(m *message.Message) {
	text := fmt.Sprintf("%s has no handler for %s messages", s.describe(), s.protocolName(m.Type))
	if m.WantsAnswer() {
		s.node.reply(m, s.failure(m, message.ErrRefused, text))
		return
	}
	s.node.addDeadLetter(m, text)
	s.warnOnce("refused "+m.Type.String(), text)
}

func (s *Service) protocolName(id message.Type) string {
	if p := s.Protocol(id); p != nil {
		return p.Name
	}
	return id.String()
}

// describe names the service for people: "chat :00000002".
func (s *Service) describe() string { return s.Name() + " " + s.address.String() }

// failure makes the answer to a message that failed.
func (s *Service) failure(m *message.Message, reason error, text string) *message.Failure {
	return &message.Failure{
		Reason: reason, Service: s.address, Name: s.Name(),
		Source: m.Source, From: s.node.NameOf(m.Source),
		Type: m.Type, Handling: m.Command(), Text: text,
	}
}

// What a service was warned of is remembered within bounds: the keys contain
// commands, which others make up.
const (
	mostWarnings = 1000
	mostWarning  = 256
)

// warnOnce logs a text once for each key.
func (s *Service) warnOnce(key, text string) {
	key = cut(key, mostWarning)
	if s.warned[key] {
		return
	}
	if s.warned == nil || len(s.warned) >= mostWarnings {
		s.warned = map[string]bool{}
	}
	s.warned[key] = true
	s.Error(text)
}

// perform runs a time-out's function, or the handler for a task's message; its
// results do not matter.
func (s *Service) perform(t *vm.Thread, task *task) int {
	task.finished = false
	if fn := task.starts; fn != nil {
		task.starts = nil
		return t.CallThen(vm.ClosureValue(fn), nil, pooledDone)
	}
	m := &task.message
	p := s.Protocol(m.Type)
	if p.Handler != nil {
		// The handler ends the thread, which is not pooled then.
		return p.Handler(t, m)
	}
	if !m.Packed {
		payload := m.Payload
		m.Payload = message.Payload{}
		s.state.Adopt(payload.Values)
		n := s.callDispatch(t, task, p, payload.Values)
		s.Return(payload)
		return n
	}
	raw := m.Raw
	switch {
	case !p.Unpack.IsNil():
		args := []vm.Value{vm.String(raw), vm.Int(len(raw))}
		return t.CallThen(p.Unpack, args, unpacked)
	case p.Decode != nil:
		return s.callDispatch(t, task, p, p.Decode(t, raw))
	}
	return s.callDispatch(t, task, p, []vm.Value{vm.String(raw), vm.Int(len(raw))})
}

// unpacked goes on with what the protocol's unpack function gave.
func unpacked(t *vm.Thread) int {
	task := taskOf(t)
	s := task.service
	p := s.Protocol(task.message.Type)
	if task.handling == "" && t.NArgs() > 0 {
		task.handling, _ = t.Arg(1).AsString()
	}
	return s.callDispatch(t, task, p, t.Args(1))
}

func (s *Service) callDispatch(t *vm.Thread, task *task, p *Protocol, values []vm.Value) int {
	m := &task.message
	s.args = append(s.args[:0], vm.Int(int(m.Session)), vm.Int(int(m.Source)))
	s.args = append(s.args, values...)
	return t.CallThen(p.Dispatch, s.args, pooledDone)
}

// runBody runs a task that Service.Run started.
func runBody(t *vm.Thread) int {
	task := taskOf(t)
	return workOf(&task.message).body(t, &task.message)
}

// finished ends a task that did its work.
func (s *Service) finished(t *task) {
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
func (s *Service) checkAnswered(t *task) {
	m := &t.message
	if t.answered || t.promised || !m.WantsAnswer() {
		return
	}
	site := s.handlerSite(m.Type)
	text := fmt.Sprintf("%s did not answer %s (handler at %s)", s.describe(), quoted(t.handling, m.Type), site)
	f := s.failure(m, message.ErrUnanswered, text)
	f.Handling = t.handling
	t.answered = true
	s.node.reply(m, f)
	s.warnOnce("unanswered "+site+t.handling, fmt.Sprintf(
		"the handler at %s ended without an answer to %s from %s", site, quoted(t.handling, m.Type), s.node.NameOf(m.Source)))
}

func quoted(command string, typ message.Type) string {
	if command == "" {
		return "a " + typ.String() + " message"
	}
	return visible.Quote(command)
}

func (s *Service) handlerSite(id message.Type) string {
	p := s.Protocol(id)
	if p == nil || p.Dispatch.AsClosure() == nil {
		return "?"
	}
	info := vm.FunctionInfo(p.Dispatch)
	return fmt.Sprintf("%s:%d", info.ShortSource, info.LineDefined)
}

// failed ends a task that raised an error: whoever waits for its answer gets
// it, else it goes to the log.
func (s *Service) failed(t *task, err *vm.Error) {
	text := s.Explain(err).Error()
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

func (s *Service) fail(t *task, f *message.Failure) {
	s.endTrace(t, f)
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
