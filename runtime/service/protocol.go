package service

import (
	"errors"
	"fmt"
	"slices"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

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

// NewProtocols makes protocols for Service.ShareProtocols.
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

// ShareProtocols gives the service its first protocols; what it changes of them
// it changes for itself. Own thread.
func (s *Service) ShareProtocols(shared *Protocols) { s.shared, s.protocols = shared, shared.byID }

// SetProtocol adds a protocol (skynet.register_protocol); own thread.
func (s *Service) SetProtocol(p Protocol) error {
	if s.Protocol(p.ID) != nil || s.ProtocolByName(p.Name) != nil {
		return fmt.Errorf("%s, %d: %w", p.Name, p.ID, ErrProtocol)
	}
	s.ownProtocols()
	s.protocols = set(s.protocols, &p)
	return nil
}

// ownProtocols makes the list of protocols the service's own.
func (s *Service) ownProtocols() {
	if s.shared != nil && len(s.protocols) > 0 && &s.protocols[0] == &s.shared.byID[0] {
		s.protocols = slices.Clone(s.protocols)
	}
}

// Protocol gives the protocol of a type, to read; nil when there is none. Own
// thread.
func (s *Service) Protocol(id message.Type) *Protocol {
	if int(id) < len(s.protocols) {
		return s.protocols[id]
	}
	return nil
}

// ChangeProtocol gives the protocol of a type to be changed; nil when there is
// none. Own thread.
func (s *Service) ChangeProtocol(id message.Type) *Protocol {
	p := s.Protocol(id)
	if p == nil || s.shared == nil || int(id) >= len(s.shared.byID) || p != s.shared.byID[id] {
		return p
	}
	s.ownProtocols()
	own := *p
	s.protocols[id] = &own
	return &own
}

// ProtocolNames gives the names of the service's protocols, by type; own thread.
func (s *Service) ProtocolNames() []string {
	var names []string
	for _, p := range s.protocols {
		if p != nil {
			names = append(names, p.Name)
		}
	}
	return names
}

// ProtocolByName is Protocol by the name; own thread.
func (s *Service) ProtocolByName(name string) *Protocol { return protocolNamed(s.protocols, name) }

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

// DropProtocol takes a protocol out again that SetProtocol added; own thread.
func (s *Service) DropProtocol(id message.Type) {
	if s.Protocol(id) != nil {
		s.ownProtocols()
		s.protocols[id] = nil
	}
}
