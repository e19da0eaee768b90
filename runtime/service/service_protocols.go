package service

import (
	"fmt"
	"slices"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds the protocols that a service has.

// ShareProtocols gives the service its first protocols; what it changes of them it
// changes for itself.
func (s Self) ShareProtocols(shared *Protocols) { s.shared, s.protocols = shared, shared.byID }

// SetProtocol adds a protocol (skynet.register_protocol).
func (s Self) SetProtocol(p Protocol) error {
	if s.protocol(p.ID) != nil || s.ProtocolByName(p.Name) != nil {
		return fmt.Errorf("%s, %d: %w", p.Name, p.ID, ErrProtocol)
	}
	s.ownProtocols()
	s.protocols = set(s.protocols, &p)
	return nil
}

// ownProtocols makes the list of protocols the service's own.
func (s *core) ownProtocols() {
	if s.shared != nil && len(s.protocols) > 0 && &s.protocols[0] == &s.shared.byID[0] {
		s.protocols = slices.Clone(s.protocols)
	}
}

// Protocol gives the protocol of a type, to read; nil when there is none.
func (s Self) Protocol(id message.Type) *Protocol { return s.protocol(id) }

// protocol gives the protocol of a type.
func (s *core) protocol(id message.Type) *Protocol {
	if int(id) < len(s.protocols) {
		return s.protocols[id]
	}
	return nil
}

// ChangeProtocol gives the protocol of a type to be changed; nil when there is none.
func (s Self) ChangeProtocol(id message.Type) *Protocol {
	p := s.protocol(id)
	if p == nil || !s.shares(p) {
		return p
	}
	s.ownProtocols()
	own := *p
	s.protocols[id] = &own
	return &own
}

// ProtocolNames gives the names of the service's protocols, by type.
func (s Self) ProtocolNames() []string {
	var names []string
	for _, p := range s.protocols {
		if p != nil {
			names = append(names, p.Name)
		}
	}
	return names
}

// ProtocolByName is Protocol by the name.
func (s Self) ProtocolByName(name string) *Protocol { return protocolNamed(s.protocols, name) }

// DropProtocol takes a protocol out again that SetProtocol added.
func (s Reloading) DropProtocol(id message.Type) {
	if s.protocol(id) != nil {
		s.ownProtocols()
		s.protocols[id] = nil
	}
}

// Registrations gives what puts everything that the service's code has registered back as
// it is now.
func (s Reloading) Registrations() (restore func()) {
	was := s.registered
	was.protocols = slices.Clone(was.protocols)
	contents := make([]Protocol, len(was.protocols))
	for i, p := range was.protocols {
		if p != nil {
			contents[i] = *p
		}
	}
	return func() {
		s.registered = was
		for i, p := range was.protocols {
			if p != nil && !s.shares(p) {
				*p = contents[i]
			}
		}
	}
}

// shares tells whether a protocol is also that of other services.
func (s *core) shares(p *Protocol) bool {
	return s.shared != nil && int(p.ID) < len(s.shared.byID) && p == s.shared.byID[p.ID]
}

// dispatches tells whether Lua set a handler for any protocol.
func (s *core) dispatches() bool {
	for _, p := range s.protocols {
		if p != nil && !p.Dispatch.IsNil() {
			return true
		}
	}
	return false
}

func (s *core) protocolName(id message.Type) string {
	if p := s.protocol(id); p != nil {
		return p.Name
	}
	return id.String()
}

func (s *core) handlerSite(id message.Type) string {
	p := s.protocol(id)
	if p == nil || p.Dispatch.AsClosure() == nil {
		return "?"
	}
	info := vm.FunctionInfo(p.Dispatch)
	return fmt.Sprintf("%s:%d", info.ShortSource, info.LineDefined)
}
