package service

import (
	"errors"
	"slices"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds protocols: how a service takes messages of a type.

// ErrProtocol: the protocol's name or number is taken.
var ErrProtocol = errors.New("protocol is registered already")

// Protocol says how a service takes messages of one type.
type Protocol struct {
	Name string
	ID   message.Type
	// Dispatch is the Lua handler f(session, source, ...); nil refuses messages.
	Dispatch vm.Value
	// Unpack is the protocol's own Lua function unpack(msg, size) for packed
	// payloads; nil means Decode.
	Unpack vm.Value
	// Decode turns a packed payload into values of the service's state. It may
	// raise. Without it and without Unpack the handler gets the bytes.
	Decode func(t *vm.Thread, raw string) []vm.Value
	// Handler takes messages instead of Dispatch.
	Handler Handler
	// Class is the table that Lua code registered the protocol by, or nil.
	Class vm.Value
	// Trace says what is done about trace tags (skynet.traceproto).
	Trace TraceMode
}

func (p *Protocol) accepts() bool { return p != nil && (p.Handler != nil || !p.Dispatch.IsNil()) }

// Protocols are protocols that services share.
type Protocols struct{ byID []*Protocol }

// NewProtocols makes protocols for Self.ShareProtocols.
func NewProtocols(list ...Protocol) *Protocols {
	shared := &Protocols{}
	for i := range list {
		shared.byID = set(shared.byID, &list[i])
	}
	return shared
}

func set(byID []*Protocol, p *Protocol) []*Protocol {
	for int(p.ID) >= len(byID) {
		byID = append(byID, nil)
	}
	byID[p.ID] = p
	return byID
}

func protocolNamed(list []*Protocol, name string) *Protocol {
	for _, p := range list {
		if p != nil && p.Name == name {
			return p
		}
	}
	return nil
}

func protocolList(byID []*Protocol) []*Protocol {
	return slices.DeleteFunc(slices.Clone(byID), func(p *Protocol) bool { return p == nil })
}
