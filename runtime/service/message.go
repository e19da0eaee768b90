package service

import (
	"lunarium/runtime/host"
	"lunarium/runtime/vm"
)

// Type is a message's protocol number (skynet's PTYPE_*).
type Type uint8

const (
	TypeText Type = iota
	TypeResponse
	TypeMulticast
	TypeClient
	TypeSystem
	TypeHarbor
	TypeSocket
	TypeError
	TypeQueue
	TypeDebug
	TypeLua
	TypeSnax
	TypeTrace
)

var typeNames = [...]string{
	"text", "response", "multicast", "client", "system", "harbor", "socket",
	"error", "queue", "debug", "lua", "snax", "trace",
}

// String gives the protocol's usual name, or its number.
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return "type " + decimal(int(t))
}

// Payload is what a message carries: values copied for the receiver, or packed
// bytes.
type Payload struct {
	// Values are detached: no state owns their tables until the receiver adopts
	// them. They must not be touched after they were sent.
	Values []vm.Value
	// Raw are the bytes of a packed payload; Packed tells that there are such.
	Raw     string
	Packed  bool
	returns bool   // Values came from Service.Room
	weight  uint32 // bytes, for a receiver with a memory limit; at most 4 GB count
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
	extra *extra
}

// extra is what few messages have.
type extra struct {
	failure *Failure             // TypeError: why there is no answer
	finish  func(*vm.Thread) int // TypeResponse: ends an Await
	body    Handler              // runs instead of the protocol's handler
	what    string               // what body is, for people
	posted  TaskKind             // of the task for a body that a library posted; else 0
	ended   host.TaskEnded       // hears how a posted body's task ended
	tag     string               // the trace tag that goes along
	bound   *bound               // of body
}

// Command gives the message's first value when that is a string, else "".
func (m *Message) Command() string { return commandOf(m.Payload) }

// wantsAnswer tells whether somebody waits for an answer to m.
func (m *Message) wantsAnswer() bool {
	return m.Session > 0 && m.Type != TypeResponse && m.Type != TypeError
}

// failure gives the reason that a TypeError message carries.
func (m *Message) failure() *Failure {
	if m.extra == nil || m.extra.failure == nil {
		return &Failure{Reason: ErrRaised, Service: m.Source, Source: m.Dest, Text: "call failed"}
	}
	return m.extra.failure
}

// Handler is a Go function as the body of a task: like any library function it
// may wait, and what it returns ends the task.
type Handler func(t *vm.Thread, m *Message) int
