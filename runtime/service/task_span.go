package service

import (
	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds how tasks belong to traces.

// goesAlong gives what goes along with what the task sends; nil: nothing.
func (t *task) goesAlong() *message.Trace {
	if t.trace == nil {
		return nil
	}
	along := t.trace.along
	return &along
}

// extra gives what goes along as part of a message; nil: nothing does.
func (t *task) extra() *message.Extra {
	if along := t.goesAlong(); along != nil {
		return &message.Extra{Trace: along}
	}
	return nil
}

// beginSpan has a task belong to a trace from now on. sent is when it was asked for.
func (s *core) beginSpan(t *task, in *message.Trace, span Span) {
	t.trace = &taskTrace{along: *in}
	if !in.Traced() {
		return
	}
	span.Service, span.Name, span.Began = s.address, s.base, s.about()
	begun := s.node.tracer.begin(in, &span)
	if begun == nil {
		t.trace.along = message.Trace{Tag: in.Tag}
		return
	}
	t.trace.span, t.trace.along.Span = begun, begun.ID
}

// spanOfMessage is what a message's handling is in a trace.
func (s *core) spanOfMessage(t *task, m *message.Message) Span {
	span := Span{Kind: SpanMessage, What: t.handling, Type: s.protocolName(m.Type), Sent: m.Sent}
	if t.kind == TaskPosted {
		span.Kind, span.Type, span.Remote = SpanRequest, "", m.Extra.Trace != nil
	}
	return span
}

// beginRoot begins a trace with a message from outside, if it is one that is sampled.
func (s *core) beginRoot(t *task, m *message.Message) {
	outside := t.kind == TaskPosted || t.kind == TaskMessage && (m.Source.IsClient() || m.Source == 0)
	if outside && s.node.tracer.samples() {
		s.beginSpan(t, s.node.tracer.root(), s.spanOfMessage(t, m))
	}
}

// traceFork has a forked task belong to the trace of the one that forks it.
func (s *core) traceFork(thread *vm.Thread, t, by *task) {
	if by.trace == nil {
		return
	}
	along := by.trace.along
	s.beginSpan(t, &along, Span{Kind: SpanFork, What: s.site(thread).String(), Sent: s.about()})
}

// traceTimeout has a time-out that is set belong to the trace of who sets it. It begins
// when it is due.
func (s *core) traceTimeout(t, by *task) {
	if by.trace != nil && by.trace.along.Traced() {
		t.trace = &taskTrace{along: by.trace.along}
	}
}

// timeoutIsDue begins what a time-out does in the trace of who set it, or in one of its own.
func (s *core) timeoutIsDue(t *task) {
	span := Span{Kind: SpanTimeout, What: t.Payload.at.String(), Sent: t.created}
	switch {
	case t.trace != nil && t.trace.span == nil && t.trace.along.Traced():
		s.beginSpan(t, &t.trace.along, span)
	case t.trace == nil && s.node.tracer.samples():
		s.beginSpan(t, s.node.tracer.root(), span)
	}
}

// endSpan ends a task's part of its trace.
func (s *core) endSpan(t *task, err string) {
	s.endWaitSpan(t)
	if span := t.trace.span; span != nil {
		s.node.tracer.end(span, s.about(), err)
	}
}

// beginWaitSpan begins the part of a trace in which a task waits for work outside.
func (s *core) beginWaitSpan(t *task, what string) {
	if t.trace == nil || t.trace.span == nil {
		return
	}
	along := t.trace.along
	now := s.about()
	t.trace.waits = s.node.tracer.begin(&along, &Span{
		Kind: SpanOutside, What: what, Service: s.address, Name: s.base, Sent: now, Began: now,
	})
}

func (s *core) endWaitSpan(t *task) {
	if t.trace != nil && t.trace.waits != nil {
		s.node.tracer.end(t.trace.waits, s.about(), "")
		t.trace.waits = nil
	}
}
