package skynet

import (
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds message types and their handlers.

// protocolFunctions are about message types and their handlers.
var protocolFunctions = []kit.Function{
	kit.Fn("dispatch", "type [, f]", kit.Declares, "sets the handler f(session, source, ...) of a message type, and gives the one before",
		bound((*library).dispatch)),
	kit.Fn("register_protocol", "class", kit.Declares, "makes a message type known: {name, id, pack, unpack, dispatch}",
		bound((*library).registerProtocol)),
	kit.Fn("dispatch_unknown_request", "f", kit.Declares, "sets the handler of messages that no type accepts",
		bound((*library).unknownRequest)),
	kit.Fn("dispatch_unknown_response", "f", kit.Declares, "sets the handler of answers that nobody waits for",
		bound((*library).unknownResponse)),
	kit.Fn("traceproto", "type, flag", kit.Declares, "says what is done about trace tags of a type's messages",
		bound((*library).traceproto)),
	kit.Fn("forward_type", "types, start", kit.Declares, "hands messages of some types, as bytes, to the handlers of others",
		bound((*library).forwardType)),
	kit.Fn("filter", "f, start", kit.Declares, "passes every request, as bytes, through a function before its handler",
		bound((*library).filterAll)),
}

// unknownRequest sets the handler of sends that no protocol accepts,
// f(session, source, msg, size, type), and gives the one before.
func (l *library) unknownRequest(t *vm.Thread) int {
	hooks := l.svc.Hooks()
	before := hooks.OnRequest
	hooks.OnRequest = t.CheckFunction(1)
	hooks.UnknownRequest = func(t *vm.Thread, m *message.Message) int {
		return of(t).handUnknown(t, l.svc.Hooks().OnRequest, m)
	}
	return t.Return(before)
}

// unknownResponse sets the handler of answers that nobody waits for,
// f(session, source, msg, size), and gives the one before.
func (l *library) unknownResponse(t *vm.Thread) int {
	hooks := l.svc.Hooks()
	before := hooks.OnAnswer
	hooks.OnAnswer = t.CheckFunction(1)
	hooks.UnknownAnswer = func(t *vm.Thread, m *message.Message) int {
		return of(t).handUnknown(t, l.svc.Hooks().OnAnswer, m)
	}
	return t.Return(before)
}

func (l *library) handUnknown(t *vm.Thread, fn vm.Value, m *message.Message) int {
	raw := payloadBytes(t, m.Payload)
	return t.CallThen(fn, []vm.Value{
		vm.Int(int(m.Session)), vm.Int(int(m.Source)), vm.String(raw), vm.Int(len(raw)), vm.String(l.typeName(m.Type)),
	}, nil)
}

func (l *library) typeName(id message.Type) string {
	if p := l.typed(id); p != nil {
		return p.name
	}
	return id.String()
}

// dispatch sets the handler of a message type and gives the one before.
func (l *library) dispatch(t *vm.Thread) int {
	if t.Arg(2).IsNil() {
		name, _ := t.Arg(1).AsString()
		if p := l.svc.ProtocolByName(name); p != nil {
			return t.Return(p.Dispatch)
		}
		return t.Return(vm.Nil)
	}
	p := l.svc.ChangeProtocol(l.protocol(t, 1).id)
	before := p.Dispatch
	p.Dispatch = t.CheckFunction(2)
	if p.ID == message.TypeDebug {
		p.Handler = nil
	}
	return t.Return(before)
}

// registerProtocol takes { name, id, pack, unpack, dispatch }.
func (l *library) registerProtocol(t *vm.Thread) int {
	class := t.CheckTable(1)
	name, ok := class.GetString("name").AsString()
	if !ok {
		t.ArgError(1, "the protocol's name must be a string")
	}
	number, ok := class.GetString("id").AsNumber()
	if !ok || number < 0 || number > 255 || number != float64(int(number)) {
		t.ArgError(1, "the protocol's id must be an integer from 0 to 255")
	}
	own := &protocol{name: name, id: message.Type(number), pack: class.GetString("pack"), unpack: class.GetString("unpack")}
	own.direct = l.isPack(own.pack) && vm.Same(own.unpack, unpackValue)
	p := service.Protocol{Name: name, ID: own.id, Dispatch: class.GetString("dispatch"), Unpack: own.unpack, Class: t.Arg(1)}
	if vm.Same(own.unpack, unpackValue) {
		p.Unpack, p.Decode = vm.Nil, decode
	}
	if old := standard.named(name); old != nil && old.builtin && old.id == own.id && l.byName[name] == nil {
		*l.svc.ChangeProtocol(own.id) = p
	} else if err := l.svc.SetProtocol(p); err != nil {
		t.Errorf("%s", err)
	}
	if l.byName == nil {
		l.byName, l.byID = map[string]*protocol{}, map[message.Type]*protocol{}
	}
	l.byName[name], l.byID[own.id] = own, own
	if !l.svc.Hooks().Filter.IsNil() {
		l.svc.ChangeProtocol(own.id).Handler = filtered
	}
	return 0
}

func (l *library) isPack(v vm.Value) bool {
	return vm.Same(v, packValue) || vm.Same(v, l.table.GetString("packstring"))
}

// traceproto says what is done about the trace tags of a protocol's messages:
// true gives each message without one a tag, false ends them here, nil lets them
// go along.
func (l *library) traceproto(t *vm.Thread) int {
	p := l.svc.ChangeProtocol(l.protocol(t, 1).id)
	switch {
	case t.Arg(2).IsNil():
		p.Trace = service.TraceFollows
	case t.Arg(2).Truth():
		p.Trace = service.TraceStarts
	default:
		p.Trace = service.TraceIgnores
	}
	return 0
}

// forwardType hands messages of some types, as bytes, to the handlers of
// others: forward_type({ [from] = to }, start).
func (l *library) forwardType(t *vm.Thread) int {
	types := t.CheckTable(1)
	start := t.CheckFunction(2)
	types.Entries(func(k, v vm.Value) bool {
		from, isType := k.AsNumber()
		to, toType := v.AsNumber()
		if !isType || !toType || from < 0 || from > 255 || to < 0 || to > 255 {
			t.ArgError(1, "message types expected")
		}
		l.forward(t, message.Type(from), message.Type(to))
		return true
	})
	return l.begin(start)
}

func (l *library) forward(t *vm.Thread, from, to message.Type) {
	if from == message.TypeResponse || from == message.TypeError {
		return // answers find their task whatever their type is
	}
	if l.svc.Protocol(from) == nil {
		if err := l.svc.SetProtocol(service.Protocol{Name: from.String(), ID: from, Dispatch: vm.Nil, Unpack: vm.Nil}); err != nil {
			t.Errorf("%s", err)
		}
	}
	l.svc.ChangeProtocol(from).Handler = func(t *vm.Thread, m *message.Message) int {
		return of(t).handOn(t, to, int(m.Session), int(m.Source), payloadBytes(t, m.Payload))
	}
}

// handOn gives a packed message to the handler of a type.
func (l *library) handOn(t *vm.Thread, to message.Type, session, source int, raw string) int {
	p := l.svc.Protocol(to)
	if p == nil || p.Dispatch.IsNil() {
		t.Errorf("no handler for %s messages", to)
	}
	args := []vm.Value{vm.Int(session), vm.Int(source)}
	switch {
	case !p.Unpack.IsNil():
		return t.CallThen(p.Unpack, []vm.Value{vm.String(raw), vm.Int(len(raw))}, func(t *vm.Thread) int {
			return t.CallThen(p.Dispatch, append(args, t.Args(1)...), nil)
		})
	case p.Decode != nil:
		return t.CallThen(p.Dispatch, append(args, p.Decode(t, raw)...), nil)
	}
	return t.CallThen(p.Dispatch, append(args, vm.String(raw), vm.Int(len(raw))), nil)
}

// filterAll passes every request, as bytes, through a function before its
// handler: filter(f, start), f(type, msg, size, session, source) giving the same.
func (l *library) filterAll(t *vm.Thread) int {
	l.svc.Hooks().Filter = t.CheckFunction(1)
	start := t.CheckFunction(2)
	for _, known := range []map[message.Type]*protocol{standard.byID, l.byID} {
		for id := range known {
			if id != message.TypeDebug {
				l.svc.ChangeProtocol(id).Handler = filtered
			}
		}
	}
	return l.begin(start)
}

func filtered(t *vm.Thread, m *message.Message) int {
	l := of(t)
	raw := payloadBytes(t, m.Payload)
	args := []vm.Value{vm.Int(int(m.Type)), vm.String(raw), vm.Int(len(raw)), vm.Int(int(m.Session)), vm.Int(int(m.Source))}
	return t.CallThen(l.svc.Hooks().Filter, args, func(t *vm.Thread) int {
		to := t.CheckInt(1)
		if to < 0 || to > 255 {
			t.ArgError(1, "message type expected")
		}
		return l.handOn(t, message.Type(to), t.CheckInt(4), t.CheckInt(5), rawArg(t, 2))
	})
}
