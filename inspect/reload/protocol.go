package reload

import (
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file is about message types that a reload brings, takes away or changes.

// newProtocol is a message type that only the new code registers.
type newProtocol struct {
	always
	svc      service.Reloading
	st       *vm.State
	protocol service.Protocol
}

func (p *newProtocol) settle(resolve func(vm.Value) vm.Value) {
	for _, v := range [...]*vm.Value{&p.protocol.Dispatch, &p.protocol.Unpack, &p.protocol.Class} {
		*v = resolve(*v)
	}
}

func (p *newProtocol) move(m *moves) { p.exchange(m, m.forth) }

func (p *newProtocol) exchange(m *moves, bring bool) {
	switch {
	case m.dry:
	case bring:
		p.do()
	default:
		p.undo()
	}
}

// do registers the protocol as Lua code would, so that the library knows it, too.
func (p *newProtocol) do() {
	if p.svc.Protocol(p.protocol.ID) != nil {
		return
	}
	if register := loadedModules(p.st).GetString("skynet").AsTable(); register != nil && p.protocol.Class.IsTable() {
		p.svc.Try(register.GetString("register_protocol"), p.protocol.Class).AsTask().Resume()
	}
	if now := p.svc.ChangeProtocol(p.protocol.ID); now != nil {
		now.Dispatch = p.protocol.Dispatch
	}
}

func (p *newProtocol) undo() {
	if now := p.svc.Protocol(p.protocol.ID); now != nil && now.Name == p.protocol.Name {
		p.protocol.Dispatch = now.Dispatch
		p.svc.DropProtocol(p.protocol.ID)
	}
}

func (p *newProtocol) visit(visit func(vm.Value)) {
	visit(p.protocol.Dispatch)
	visit(p.protocol.Unpack)
	visit(p.protocol.Class)
}

// oldProtocol is a message type that only the old code registers.
type oldProtocol struct{ newProtocol }

func (p *oldProtocol) move(m *moves) { p.exchange(m, !m.forth) }

// protocolWrite is what the library does about the messages of a type.
type protocolWrite struct {
	always
	svc           service.Reloading
	id            message.Type
	before, after service.Protocol
}

func (p *protocolWrite) move(m *moves) {
	switch {
	case m.dry:
	case m.forth:
		p.set(p.after)
	default:
		p.set(p.before)
	}
}

func (p *protocolWrite) set(to service.Protocol) {
	now := p.svc.ChangeProtocol(p.id)
	now.Trace, now.Handler = to.Trace, to.Handler
}
