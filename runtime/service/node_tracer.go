package service

import (
	"encoding/binary"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/queue"
)

// This file holds the tracer of a node: which messages from outside begin a trace.

// Tracer follows what comes of messages from outside through services. It is off until
// Set; then nothing is done for a message but one look whether it is on. Its methods may
// be called from any goroutine.
type Tracer struct {
	node    *Node
	every   atomic.Int64 // one of so many begins a trace; 0: off
	outside atomic.Int64 // messages from outside that came while it was on
	spans   spans
	over    queue.Watchers[Span]

	mu     sync.Mutex
	random *rand.Rand // makes numbers
}

// MostSampled is the least that can be sampled: one of so many.
const MostSampled = 1_000_000_000

// newTracer makes a node's tracer. With the virtual clock its numbers follow from the seed.
func newTracer(n *Node) *Tracer {
	seeds := [2]uint64{rand.Uint64(), rand.Uint64()}
	if n.config.Virtual {
		seeds = [2]uint64{uint64(n.config.Seed), 1}
	}
	t := &Tracer{node: n, random: rand.New(rand.NewPCG(seeds[0], seeds[1]))}
	t.Set(n.config.Traced)
	return t
}

// Set says that one of so many messages from outside begins a trace; 0: none does.
func (t *Tracer) Set(every int) { t.every.Store(int64(min(max(every, 0), MostSampled))) }

// on tells whether anything may be traced.
func (t *Tracer) on() bool { return t.every.Load() != 0 }

// samples tells whether what comes from outside now begins a trace.
func (t *Tracer) samples() bool {
	every := t.every.Load()
	return every != 0 && (t.outside.Add(1)-1)%every == 0
}

// root gives what a trace begins with.
func (t *Tracer) root() *message.Trace {
	trace := &message.Trace{Left: t.left()}
	t.mu.Lock()
	defer t.mu.Unlock()
	binary.BigEndian.PutUint64(trace.ID[:8], t.random.Uint64())
	binary.BigEndian.PutUint64(trace.ID[8:], t.random.Uint64()|1)
	return trace
}

// left gives how many spans a trace may have.
func (t *Tracer) left() *atomic.Int32 {
	left := &atomic.Int32{}
	left.Store(spansOfTrace)
	return left
}

func (t *Tracer) spanID() (id message.SpanID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	binary.BigEndian.PutUint64(id[:], t.random.Uint64()|1)
	return id
}

// remote gives the trace of a request that came in with headers of W3C's Trace Context;
// nil: it has none that is followed.
func (t *Tracer) remote(traceparent, tracestate string) *message.Trace {
	if !t.on() || traceparent == "" {
		return nil
	}
	trace, ok := message.ParseTraceparent(traceparent, tracestate)
	if !ok {
		return nil
	}
	trace.Left = t.left()
	return &trace
}

// begin begins a span in a trace; nil: the trace has enough. The span's name, kind and
// times are set.
func (t *Tracer) begin(in *message.Trace, span *Span) *Span {
	if in.Left.Add(-1) < 0 {
		t.spans.cut(in.ID)
		return nil
	}
	span.Trace, span.Parent, span.Tag, span.State = in.ID, in.Span, in.Tag, in.State
	span.ID = t.spanID()
	span.What = cut(span.What, mostSpanText)
	t.spans.begin(span)
	return span
}

// end ends a span.
func (t *Tracer) end(span *Span, now time.Duration, err string) {
	var over Span
	t.spans.change(func() {
		if span.Over {
			return
		}
		span.Over, span.Ended, span.Error = true, max(now, span.Began), cut(err, mostSpanText)
		over = *span
	})
	if over.Over && t.over.Any() {
		t.over.Tell(over)
	}
}

// Watch has a function told of each span that ends, on its service's thread: it is quick.
// stop ends that.
func (t *Tracer) Watch(f func(Span)) (stop func()) { return t.over.Add(f) }

// Latest gives up to most of the latest traces that are wanted, the newest first, and how
// many of these there are. What wanted is given it does not keep.
func (t *Tracer) Latest(most int, wanted func(*Trace) bool) (list []Trace, total int) {
	return t.spans.latest(most, wanted)
}

// Find gives the traces whose numbers begin with a text, in hexadecimal.
func (t *Tracer) Find(begin string) []Trace { return t.spans.find(begin) }

// Forget drops the traces that are kept.
func (t *Tracer) Forget() { t.spans.forget() }

// TracerStatus is what a tracer has done.
type TracerStatus struct {
	Every  int    `json:"every"` // one of so many messages from outside; 0: off
	Traces uint64 `json:"traces"`
	Kept   int    `json:"kept"`
	Spans  int    `json:"spans"`
}

// Status tells what the tracer has done.
func (t *Tracer) Status() TracerStatus {
	t.spans.mu.Lock()
	defer t.spans.mu.Unlock()
	return TracerStatus{int(t.every.Load()), t.spans.made, len(t.spans.oldest), t.spans.count}
}

// Tracer gives the node's tracer.
func (n *Node) Tracer() *Tracer { return n.tracer }
