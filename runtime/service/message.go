package service

import (
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
	Raw    string
	Packed bool
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
	// Failure says why there is no answer; only with TypeError.
	Failure *Failure
	// finish ends an Await; only with TypeResponse.
	finish func(*vm.Thread) int
}

// wantsAnswer tells whether somebody waits for an answer to m.
func (m *Message) wantsAnswer() bool {
	return m.Session > 0 && m.Type != TypeResponse && m.Type != TypeError
}
