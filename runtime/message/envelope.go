package message

import (
	"time"

	"lunarium/runtime/vm"
)

// This file is the envelope: what a message is besides its values.

// Payload is what a message carries: values copied for the receiver, or packed
// bytes.
type Payload struct {
	// Values are detached: no state owns their tables until the receiver adopts
	// them. They must not be touched after they were sent.
	Values []vm.Value
	// Raw are the bytes of a packed payload; Packed tells that there are such.
	Raw    string
	Packed bool
	// Pooled: the list of Values goes back to the worker that takes them out.
	Pooled bool
	// Weight is in bytes, for a receiver with a memory limit; at most 4 GB count.
	Weight uint32
}

// Direct is a payload of values, which must be detached.
func Direct(values ...vm.Value) Payload { return Payload{Values: values} }

// Packed is a payload of bytes, as skynet.pack or a protocol's own pack made them.
func Packed(raw string) Payload { return Payload{Raw: raw, Packed: true} }

// Message is one entry of a mailbox.
type Message struct {
	Type    Type
	Session int32 // 0: nobody waits for an answer
	Source  Address
	Dest    Address
	Payload
	Extra *Extra
	Sent  time.Duration // when it was delivered, as the node's clock's Elapsed
}

// Extra is what few messages have.
type Extra struct {
	Failure *Failure             // TypeError: why there is no answer
	Trace   *Trace               // what it belongs to; nil: nothing
	Finish  func(*vm.Thread) int // TypeResponse: ends a task's wait for work outside
	// Work is what the receiver's node has done instead of calling a handler. Only the node
	// that made the message knows what it is.
	Work any
}

// Command gives the first value when that is a string, else "". It takes a copy, so that
// payloads which callers hold on to do not move to the heap for it.
func (p Payload) Command() string {
	if len(p.Values) == 0 {
		return ""
	}
	command, _ := p.Values[0].AsString()
	return command
}

// WantsAnswer tells whether somebody waits for an answer to m.
func (m *Message) WantsAnswer() bool {
	return m.Session > 0 && m.Type != TypeResponse && m.Type != TypeError
}

// Reason gives the reason that a TypeError message carries.
func (m *Message) Reason() *Failure {
	if m.Extra == nil || m.Extra.Failure == nil {
		return &Failure{Reason: ErrRaised, Service: m.Source, Source: m.Dest, Text: "call failed"}
	}
	return m.Extra.Failure
}
