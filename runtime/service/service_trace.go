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
	text := ""
	if f != nil {
		text = f.Text
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
