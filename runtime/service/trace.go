package service

import (
	"fmt"
	"time"

	"lunarium/runtime/vm"
)

// TraceEvent is one message that a traced service handled.
type TraceEvent struct {
	Time    time.Time // when it was taken from the mailbox, by the node's clock
	Source  Address
	From    string // the source's name
	Type    Type
	Session int32
	Args    string        // the message's values, cut short
	Took    time.Duration // until the handler had ended, by the node's clock
	Reply   string        // the answer's values, cut short; "" when there was none
	Error   string        // the error that the handler ended with
}

const traceLines = 1000

// SetTrace turns the tracing of messages on or off.
func (s *Service) SetTrace(on bool) { s.tracing.Store(on) }

// Tracing tells whether messages are traced.
func (s *Service) Tracing() bool { return s.tracing.Load() }

// Traces gives the latest traced messages, each once its handler has ended.
func (s *Service) Traces() *Ring[TraceEvent] { return s.traces.get(traceLines) }

func (s *Service) traceMessage(m *Message) *TraceEvent {
	return &TraceEvent{
		Time: s.node.clock.Now(), Source: m.Source, From: s.node.NameOf(m.Source),
		Type: m.Type, Session: m.Session, Args: s.node.preview(m.Payload),
	}
}

func (s *Service) endTrace(t *task, f *Failure) {
	if t.tag != nil && t.kind == TaskMessage {
		s.logTag(t, "end")
	}
	if t.trace == nil {
		return
	}
	e := t.trace
	t.trace = nil
	e.Took = s.node.clock.Now().Sub(e.Time)
	if f != nil {
		e.Error = f.Text
	}
	s.Traces().add(*e)
}

// TraceTag gives the tag of the running task, "" when it has none
// (skynet.tracetag); own thread.
func (s *Service) TraceTag(t *vm.Thread) string {
	if tag := taskOf(t).tag; tag != nil {
		return *tag
	}
	return ""
}

// TraceTask gives the running task a new tag, which goes along with what it
// sends and calls, and logs it with the info (skynet.trace); own thread.
func (s *Service) TraceTask(t *vm.Thread, info string) {
	task := taskOf(t)
	s.tags++
	tag := fmt.Sprintf("%s-%d", s.address, s.tags)
	task.tag = &tag
	s.logTag(task, "trace "+info)
}

func (s *Service) logTag(t *task, what string) {
	s.Error(fmt.Sprintf("<TRACE %s> %d %s", *t.tag, s.node.clock.Elapsed().Nanoseconds(), what))
}
