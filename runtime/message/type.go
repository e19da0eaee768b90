package message

import (
	"slices"
	"strconv"
)

// This file holds the protocol numbers of messages.

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

// String gives the protocol's usual name, or its number.
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return "type " + strconv.Itoa(int(t))
}

var typeNames = [...]string{
	"text", "response", "multicast", "client", "system", "harbor", "socket",
	"error", "queue", "debug", "lua", "snax", "trace",
}

// TypeNamed gives the type of a protocol's usual name; false when there is none.
func TypeNamed(name string) (Type, bool) {
	i := slices.Index(typeNames[:], name)
	return Type(max(i, 0)), i >= 0
}
