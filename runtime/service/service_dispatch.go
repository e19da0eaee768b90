package service

import (
	"fmt"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds how messages come to tasks.

// dispatch gives a message to the task that waits for it, or to a new one.
func (s *core) dispatch(m *message.Message) {
	if s.log != nil {
		s.log.write(s.node.clock.Now(), m, s.node.preview(m.Payload))
	}
	if m.Type == message.TypeResponse || m.Type == message.TypeError {
		s.countOther()
		s.answer(m)
		return
	}
	w := workOf(m)
	if w != nil && w.bound != nil {
		if w.bound.isAbandoned() {
			s.countOther()
			return // nobody waits for it any longer
		}
		w.bound.begun = true
	}
	record := s.record(m, w)
	if w != nil && w.body != nil {
		defer s.node.timesInspection()()
		kind := TaskBody
		if w.posted != 0 {
			kind = w.posted
		}
		s.handle(s.newTask(kind, s.state.NewFunction(w.what, runBody)), m, record)
		return
	}
	if !s.protocol(m.Type).accepts() {
		if s.hooks.UnknownRequest != nil && !m.WantsAnswer() {
			s.runUnknown(s.hooks.UnknownRequest, "unknown request", m, record)
			return
		}
		s.refuse(m, record)
		return
	}
	s.handle(s.takeTask(), m, record)
}

// handle has a task handle a message whose record has a number; 0: it has none.
func (s *core) handle(t *task, m *message.Message, record uint64) {
	if t.handled == &noMessage {
		t.handled = &handled{}
	}
	t.message = *m
	t.answered = m.Session == 0
	t.handling = m.Command()
	if t.kind == TaskPosted || t.kind == TaskTidy {
		t.handling = workOf(m).what
	}
	t.record = record
	s.beginTrace(t, m)
	if s.debug.by != nil && t.kind == TaskMessage {
		s.debug.by.Begins(t.thread, m)
	}
	s.resume(t)
}

// answer resumes the task that waits for a session. Answers that nobody waits
// for any more are dropped.
func (s *core) answer(m *message.Message) {
	w := s.waiterOf(m.Session)
	if w == nil {
		if s.hooks.UnknownAnswer != nil && m.Type == message.TypeResponse && m.Source != 0 {
			s.runUnknown(s.hooks.UnknownAnswer, "unknown response", m, 0)
		}
		return
	}
	t := s.taskFor(w)
	due := t.kind == TaskTimeout && (t.trace != nil || s.node.tracer.on()) && (t.wait.Kind == WaitTimer || t.wait.Kind == WaitNone)
	t.cancel = nil
	s.leaveWait(t)
	if due {
		s.timeoutIsDue(t)
	}
	if m.Type == message.TypeError {
		s.arrived.reason = m.Reason()
	} else {
		s.arrived.reply, s.arrived.reason = m.Payload, nil
		if m.Extra != nil {
			s.arrived.finish = m.Extra.Finish
		}
	}
	s.resume(t)
}

// refuse answers a message that the service has no handler for.
func (s *core) refuse(m *message.Message, record uint64) {
	text := fmt.Sprintf("%s has no handler for %s messages", s.describe(), s.protocolName(m.Type))
	s.recordEnd(record, m.Command(), text)
	if m.WantsAnswer() {
		s.node.reply(m, s.failure(m, message.ErrRefused, text))
		return
	}
	s.node.addDeadLetter(m, text)
	s.warnOnce("refused "+m.Type.String(), text)
}

// runUnknown runs a hook as a task of its own. It has nothing to answer.
func (s *core) runUnknown(hook Handler, what string, m *message.Message, record uint64) {
	original := *m
	stray := message.Message{Type: m.Type, Source: m.Source, Dest: m.Dest, Extra: &message.Extra{Work: &work{
		what: what, body: func(t *vm.Thread, _ *message.Message) int { return hook(t, &original) },
	}}}
	s.handle(s.newTask(TaskBody, s.state.NewFunction(what, runBody)), &stray, record)
}

// timesInspection measures for Config.Inspected what is done until noted is called.
func (n *Node) timesInspection() (noted func()) {
	if n.config.Inspected == nil {
		return func() {}
	}
	thread, spent := threadTime()
	begun := time.Now()
	return func() {
		took := time.Since(begun)
		// Go moves what lasts to another thread, now and then; then the real time, which
		// is more, has to do.
		if now, ended := threadTime(); now == thread {
			took = ended - spent
		}
		n.config.Inspected(took)
	}
}

// perform runs a time-out's function, or the handler for a task's message; its
// results do not matter.
func (s *core) perform(t *vm.Thread, task *task) int {
	task.finished = false
	if fn := task.starts; fn != nil {
		task.starts = nil
		return t.CallThen(vm.ClosureValue(fn), nil, pooledDone)
	}
	m := &task.message
	p := s.protocol(m.Type)
	if p.Handler != nil {
		// The handler ends the thread, which is not pooled then.
		return p.Handler(t, m)
	}
	if !m.Packed {
		payload := m.Payload
		m.Payload = message.Payload{}
		s.state.Adopt(payload.Values)
		n := s.callDispatch(t, task, p, payload.Values)
		Self{s}.Return(payload)
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
	p := s.protocol(task.message.Type)
	if task.handling == "" && t.NArgs() > 0 {
		task.handling, _ = t.Arg(1).AsString()
	}
	return s.callDispatch(t, task, p, t.Args(1))
}

func (s *core) callDispatch(t *vm.Thread, task *task, p *Protocol, values []vm.Value) int {
	m := &task.message
	s.args = append(s.args[:0], vm.Int(int(m.Session)), vm.Int(int(m.Source)))
	s.args = append(s.args, values...)
	return t.CallThen(p.Dispatch, s.args, pooledDone)
}

// runBody runs a task that Client.Run started.
func runBody(t *vm.Thread) int {
	task := taskOf(t)
	return workOf(&task.message).body(t, &task.message)
}
