package service

import (
	"slices"
	"strings"
	"sync"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/visible"
)

// This file holds the spans of a node's latest traces.

// Span is one part of a trace: what a task did, or waited for outside the node.
type Span struct {
	Trace   message.TraceID `json:"trace"`
	ID      message.SpanID  `json:"span"`
	Parent  message.SpanID  `json:"parent"` // zero: it is the first, or what began it is elsewhere
	Remote  bool            `json:"remote"` // the parent came in with a request
	Service message.Address `json:"service"`
	Name    string          `json:"name"` // the service's
	Kind    SpanKind        `json:"kind"`
	What    string          `json:"what"` // the command, the request, what is waited for
	Type    string          `json:"type"` // of the message; "" of none
	Tag     string          `json:"tag,omitempty"`
	State   string          `json:"-"` // W3C's tracestate
	// As Clock.Elapsed: when it was sent or set, when its work began and ended.
	Sent  time.Duration `json:"sent"`
	Began time.Duration `json:"began"`
	Ended time.Duration `json:"ended"` // with Over
	Over  bool          `json:"over"`
	Error string        `json:"error,omitempty"`
}

// SpanKind tells what a span is of.
type SpanKind uint8

// The kinds of span.
const (
	SpanMessage SpanKind = iota // a message that was handled
	SpanFork                    // a task that was forked
	SpanTimeout                 // a time-out that was due
	SpanRequest                 // what came from outside through a library
	SpanOutside                 // work outside the node that a task waits for
)

var spanKinds = [...]string{"message", "fork", "timeout", "request", "outside"}

// String gives the kind as people read it.
func (k SpanKind) String() string { return spanKinds[k] }

// MarshalText gives what String does.
func (k SpanKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Took is how long the span's work took, up to now when it is not over.
func (s *Span) Took(now time.Duration) time.Duration {
	if s.Over {
		now = s.Ended
	}
	return max(0, now-s.Began)
}

const (
	// mostTraces and mostSpans bound what is kept; the oldest traces make way.
	mostTraces = 1000
	mostSpans  = 20_000
	// spansOfTrace is how many spans one trace may have: what goes on in it without end,
	// as by a timer that is set again each time, is not followed further.
	spansOfTrace = 500
	// mostSpanText is how many bytes of a text a span keeps.
	mostSpanText = 200
)

// Trace is one of the latest traces.
type Trace struct {
	ID    message.TraceID `json:"trace"`
	Spans []Span          `json:"spans"` // in the order in which they began
	Cut   bool            `json:"cut"`   // it has more than are followed
}

// Took is from the beginning of the first span to the end of the last, or until now.
func (t *Trace) Took(now time.Duration) time.Duration {
	var end time.Duration
	for i := range t.Spans {
		end = max(end, t.Spans[i].Began+t.Spans[i].Took(now))
	}
	return end - t.Spans[0].Began
}

// spans keeps the latest traces. Any goroutine may use it.
type spans struct {
	mu     sync.Mutex
	of     map[message.TraceID]*keptTrace
	oldest []message.TraceID // those of of
	count  int               // spans in all
	made   uint64            // traces, ever
}

type keptTrace struct {
	list []*Span
	cut  bool
}

// begin keeps a span that begins.
func (s *spans) begin(span *Span) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := s.of[span.Trace]
	if kept == nil {
		if s.of == nil {
			s.of = map[message.TraceID]*keptTrace{}
		}
		kept = &keptTrace{}
		s.of[span.Trace] = kept
		s.oldest = append(s.oldest, span.Trace)
		s.made++
	}
	kept.list = append(kept.list, span)
	s.count++
	for len(s.oldest) > mostTraces || s.count > mostSpans {
		s.count -= len(s.of[s.oldest[0]].list)
		delete(s.of, s.oldest[0])
		s.oldest = slices.Delete(s.oldest, 0, 1)
	}
}

// change changes a span that is kept.
func (s *spans) change(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// cut notes that a trace is not followed further.
func (s *spans) cut(id message.TraceID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kept := s.of[id]; kept != nil {
		kept.cut = true
	}
}

// latest gives up to most of the latest traces that are wanted, the newest first, and how
// many of these there are.
func (s *spans) latest(most int, wanted func(*Trace) bool) (list []Trace, total int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range slices.Backward(s.oldest) {
		t := s.copyOf(id)
		if !wanted(&t) {
			continue
		}
		if total++; len(list) < most {
			list = append(list, t)
		}
	}
	return list, total
}

// find gives the traces whose numbers begin with a text.
func (s *spans) find(begin string) (list []Trace) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range s.oldest {
		if strings.HasPrefix(id.String(), begin) {
			list = append(list, s.copyOf(id))
		}
	}
	return list
}

// copyOf copies a trace that is kept. The lock is held.
func (s *spans) copyOf(id message.TraceID) Trace {
	kept := s.of[id]
	t := Trace{ID: id, Cut: kept.cut, Spans: make([]Span, len(kept.list))}
	for i, span := range kept.list {
		t.Spans[i] = *span
	}
	return t
}

// forget drops all that is kept.
func (s *spans) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.of, s.oldest, s.count = nil, nil, 0
}

// Title says what the span is of: "shop order", "shop waits for GET http://…".
func (s *Span) Title() string {
	what := visible.Line(s.What)
	switch s.Kind {
	case SpanMessage:
		if what == "" {
			what = s.Type + " message"
		}
	case SpanOutside:
		what = "waits for " + what
	case SpanFork, SpanTimeout:
		what = strings.TrimSpace(s.Kind.String() + " " + what)
	}
	return s.Name + " " + what
}
