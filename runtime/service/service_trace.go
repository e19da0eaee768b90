package service

import (
	"fmt"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds how a service's messages are traced, and the tags of its tasks.

// Set turns the tracing of messages on or off: of all, or of one type, beside those that
// are traced already. Of a traced service more messages are kept.
func (s Tracing) Set(on bool, only ...message.Type) {
	for {
		before := s.tracing.Load()
		after := &tracing{after: s.recorded.Load()}
		if before != nil {
			*after = *before
		}
		switch {
		case len(only) > 0:
			after.types.set(on, only)
		case on:
			after.types = traceAll
		default:
			after.types = typeSet{}
		}
		if after.types == (typeSet{}) {
			after = nil
		}
		if s.tracing.CompareAndSwap(before, after) {
			return
		}
	}
}

// On tells whether messages are traced.
func (s Tracing) On() bool { return s.tracing.Load() != nil }

// Messages gives up to most of the latest messages that were traced, the oldest first.
func (s Tracing) Messages(most int) []Handled {
	set := s.tracing.Load()
	if set == nil {
		return nil
	}
	traced := s.ofRing(tracedMessages, func(r *messageRecord) bool {
		return r.number > set.after && set.types.has(r.typ) && r.reached(stageEnded)
	})
	return traced[max(0, len(traced)-most):]
}

// beginTrace has a task belong to what a message belongs to, or begins a trace.
func (s *core) beginTrace(t *task, m *message.Message) {
	mode := TraceFollows
	if p := s.protocol(m.Type); p != nil {
		mode = p.Trace
	}
	switch {
	case mode == TraceIgnores:
		return
	case m.Extra != nil && m.Extra.Trace != nil:
		s.beginSpan(t, m.Extra.Trace, s.spanOfMessage(t, m))
		s.logTag(t, "request")
		return
	case s.node.tracer.on():
		s.beginRoot(t, m)
	}
	if mode == TraceStarts {
		s.tagTask(t, "")
	}
}

func (s *core) endTrace(t *task, f *message.Failure) {
	text := ""
	if f != nil {
		text = f.Text
	}
	if t.trace != nil {
		if t.kind == TaskMessage {
			s.logTag(t, "end")
		}
		s.endSpan(t, text)
	}
	s.endRecord(t, text)
}

// endRecord records that a task is done with its message, and the error that it ended with.
func (s *core) endRecord(t *task, err string) {
	if t.record != 0 {
		s.recordEnd(t.record, t.handling, err)
		t.record = 0
	}
}

// TraceTag gives the tag of the running task; the number of its trace when it has none
// but is traced; else "" (skynet.tracetag).
func (s Self) TraceTag(t *vm.Thread) string {
	trace := taskOf(t).trace
	switch {
	case trace == nil:
		return ""
	case trace.along.Tag != "":
		return trace.along.Tag
	case trace.along.Traced():
		return trace.along.ID.String()
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
	if task.trace == nil {
		task.trace = &taskTrace{}
	}
	tag := fmt.Sprintf("%s-%d", s.address, s.tags)
	task.trace.along.Tag = tag
	if span := task.trace.span; span != nil {
		s.node.tracer.spans.change(func() { span.Tag = tag })
	}
	s.logTag(task, "trace "+info)
}

// logTag writes what becomes of a task with a tag to the log.
func (s *core) logTag(t *task, what string) {
	if t.trace != nil && t.trace.along.Tag != "" {
		s.Error(fmt.Sprintf("<TRACE %s> %d %s", t.trace.along.Tag, s.node.clock.Elapsed().Nanoseconds(), what))
	}
}
