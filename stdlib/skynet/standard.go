package skynet

import (
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file holds the message types that are there from the start.

// standard are the protocols that are there from the start, shared by all
// services.
var standard = newStandard()

type standardProtocols struct {
	list    []*protocol // the most frequent first
	byID    map[message.Type]*protocol
	handled *service.Protocols // as a receiver sees them
}

func newStandard() standardProtocols {
	s := standardProtocols{byID: map[message.Type]*protocol{}}
	var handled []service.Protocol
	for _, id := range []message.Type{
		message.TypeLua, message.TypeSystem, message.TypeResponse, message.TypeError, message.TypeDebug,
	} {
		p := &protocol{
			name: id.String(), id: id, pack: packValue, unpack: unpackValue, direct: true, builtin: id == message.TypeSystem,
		}
		s.list, s.byID[id] = append(s.list, p), p
		h := service.Protocol{Name: p.name, ID: id, Dispatch: vm.Nil, Unpack: vm.Nil, Decode: decode}
		if id == message.TypeDebug {
			h.Handler = debugMessage
		}
		handled = append(handled, h)
	}
	s.handled = service.NewProtocols(handled...)
	return s
}

// typed gives the protocol of a number, or nil.
func (l *library) typed(id message.Type) *protocol {
	if p := l.byID[id]; p != nil && l.svc.Protocol(id) != nil {
		return p
	}
	return standard.byID[id]
}

// named gives the protocol of a name, or nil.
func (s *standardProtocols) named(name string) *protocol {
	for _, p := range s.list {
		if p.name == name {
			return p
		}
	}
	return nil
}
