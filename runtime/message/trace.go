package message

import (
	"encoding/hex"
	"strings"
	"sync/atomic"
)

// This file is what goes along with a message that belongs to something traced.

// TraceID names a trace: all that follows from one message from outside. Zero: none.
type TraceID [16]byte

// SpanID names one part of a trace: what a task did. Zero: none.
type SpanID [8]byte

// String gives the number in hexadecimal, as W3C's traceparent has it.
func (id TraceID) String() string { return hex.EncodeToString(id[:]) }

// String gives the number in hexadecimal.
func (id SpanID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText gives what String does.
func (id TraceID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// MarshalText gives what String does; nothing for none.
func (id SpanID) MarshalText() ([]byte, error) {
	if id == (SpanID{}) {
		return nil, nil
	}
	return []byte(id.String()), nil
}

// Trace goes along with what a traced task sends. It is not changed once it was sent.
type Trace struct {
	ID    TraceID // zero: it has a tag alone
	Span  SpanID  // of the task that sends: the parent of what handles it
	State string  // W3C's tracestate, as it came in
	Tag   string  // skynet.tracetag's; "": none
	// Left is how many more spans the whole trace may have; nil: nobody counts.
	Left *atomic.Int32
}

// Traced tells whether t belongs to a trace; a nil one does not.
func (t *Trace) Traced() bool { return t != nil && t.ID != TraceID{} }

// Traceparent gives the header of that name for requests that belong to the trace, which is
// sampled (W3C Trace Context, 3.2).
func (t *Trace) Traceparent() string { return "00-" + t.ID.String() + "-" + t.Span.String() + "-01" }

// The parts of a traceparent: version, trace, span, flags.
const (
	traceparentParts = 4
	flagSampled      = 1
	mostTracestate   = 512 // W3C Trace Context, 3.3.1.5: what must at least be passed on
)

// ParseTraceparent reads a traceparent and a tracestate (W3C Trace Context, 3.2 and 3.3).
// false: it is none, or of a trace that is not sampled. A later version's header may have
// more parts. A state that is too long or not printable is left out.
func ParseTraceparent(parent, state string) (t Trace, ok bool) {
	parts := strings.Split(parent, "-")
	if len(parts) < traceparentParts || len(parts) > traceparentParts && parts[0] == "00" {
		return Trace{}, false
	}
	var version, flags [1]byte
	if !fromHex(version[:], parts[0]) || version[0] == 0xff || !fromHex(t.ID[:], parts[1]) || !fromHex(t.Span[:], parts[2]) || !fromHex(flags[:], parts[3]) {
		return Trace{}, false
	}
	if t.ID == (TraceID{}) || t.Span == (SpanID{}) || flags[0]&flagSampled == 0 {
		return Trace{}, false
	}
	if len(state) <= mostTracestate && !strings.ContainsFunc(state, func(r rune) bool { return r < ' ' || r > '~' }) {
		t.State = state
	}
	return t, true
}

// fromHex reads lower-case hexadecimal of just the length.
func fromHex(to []byte, text string) bool {
	if len(text) != 2*len(to) || text != strings.ToLower(text) {
		return false
	}
	_, err := hex.Decode(to, []byte(text))
	return err == nil
}
