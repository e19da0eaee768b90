package service

import (
	"fmt"

	"lunarium/runtime/message"
	"lunarium/runtime/queue"
	"lunarium/runtime/vm"
)

// This file holds how a service's messages are traced, and the tags of its tasks.

// Set turns the tracing of messages on or off: of all, or of one type, beside those that
// are traced already.
func (s Tracing) Set(on bool, only ...message.Type) {
	for {
		before := s.tracing.Load()
		set := typeSet{}
		switch {
		case len(only) == 0 && on:
			set = traceAll
		case before != nil && len(only) > 0:
			set = *before
		}
		for _, typ := range only {
			if on {
				set[typ>>6] |= 1 << (typ & 63)
			} else {
				set[typ>>6] &^= 1 << (typ & 63)
			}
		}
		after := &set
		if set == (typeSet{}) {
			after = nil
		}
		if s.tracing.CompareAndSwap(before, after) {
			return
		}
	}
}

// On tells whether messages are traced.
func (s Tracing) On() bool { return s.tracing.Load() != nil }

func (s *core) traces(typ message.Type) bool {
	set := s.tracing.Load()
	return set != nil && set.has(typ)
}

// Events gives the latest traced messages, each once its handler has ended.
func (s Tracing) Events() *queue.Recent[TraceEvent] { return s.traced.get(traceLines) }

func (s *core) traceMessage(m *message.Message) *TraceEvent {
	return &TraceEvent{
		Time: s.node.clock.Now(), Source: m.Source, From: s.node.NameOf(m.Source),
		Type: m.Type, Session: m.Session, Args: s.node.preview(m.Payload),
	}
}

// beginTrace takes the tag of a message over to its task, or gives it one.
func (s *core) beginTrace(t *task, m *message.Message) {
	mode := TraceFollows
	if p := s.protocol(m.Type); p != nil {
		mode = p.Trace
	}
	switch {
	case mode == TraceIgnores:
	case m.Extra != nil && m.Extra.Tag != "":
		t.tag = &m.Extra.Tag
		s.logTag(t, "request")
	case mode == TraceStarts:
		s.tagTask(t, "")
	}
}

func (s *core) endTrace(t *task, f *message.Failure) {
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
	s.traced.get(traceLines).Add(*e)
}

// TraceTag gives the tag of the running task, "" when it has none (skynet.tracetag).
func (s Self) TraceTag(t *vm.Thread) string {
	if tag := taskOf(t).tag; tag != nil {
		return *tag
	}
	return ""
}

// TraceTask gives the running task a new tag, which goes along with what it sends and
// calls, and logs it with the info (skynet.trace).
func (s Self) TraceTask(t *vm.Thread, info string) {
	s.tagTask(taskOf(t), info)
}

func (s *core) tagTask(task *task, info string) {
	s.tags++
	tag := fmt.Sprintf("%s-%d", s.address, s.tags)
	task.tag = &tag
	s.logTag(task, "trace "+info)
}

func (s *core) logTag(t *task, what string) {
	s.Error(fmt.Sprintf("<TRACE %s> %d %s", *t.tag, s.node.clock.Elapsed().Nanoseconds(), what))
}
