package skynet

import (
	"lunarium/runtime/message"
	"lunarium/runtime/number"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds messages sent and answered.

// messageFunctions send and answer.
var messageFunctions = []kit.Function{
	kit.Fn("call", "address, type, ...", kit.Acts, "sends a request and waits for the answer, which it gives",
		bound((*library).call)),
	kit.Fn("send", "address, type, ...", kit.Done, "sends a message without an answer",
		bound((*library).send)),
	kit.Fn("rawcall", "address, type, bytes [, size]", kit.Acts, "is call with packed bytes, and gives the answer's bytes and size",
		bound((*library).rawcall)),
	kit.Fn("rawsend", "address, type, bytes [, size]", kit.Done, "is send with packed bytes",
		bound((*library).rawsend)),
	kit.Fn("redirect", "address, source, type, session, bytes [, size]", kit.Done, "sends packed bytes in another service's name",
		bound((*library).redirect)),
	retFunction,
	kit.Fn("retpack", "...", kit.Unheard, "answers the request that the task handles",
		bound((*library).retpack)),
	kit.Fn("response", "[pack]", kit.Acts, "takes the right to answer over, and gives a function that does it later",
		bound((*library).response)),
	kit.Fn("onfull", "mode", kit.Done, `says what a message to a full mailbox does: "wait" or "error"`,
		bound((*library).onfull)),
	kit.Fn("ignoreret", "", kit.Unheard, "says that the request is not going to be answered",
		bound(func(l *library, t *vm.Thread) int { l.svc.IgnoreRet(t); return 0 })),
	kit.Fn("context", "", kit.Reads, "gives the session and the source of what the task handles",
		bound((*library).context)),
	kit.Fn("genid", "", kit.Reads, "gives a new session number",
		bound(func(l *library, t *vm.Thread) int { return t.Return(vm.Int(int(l.svc.GenID()))) })),
	kit.Fn("pack", "...", kit.Reads, "makes bytes of values",
		packFunction),
	kit.Fn("packstring", "...", kit.Reads, "makes bytes of values",
		packFunction),
	kit.Fn("unpack", "bytes [, size]", kit.Reads, "makes values of bytes",
		unpackFunction),
	kit.Fn("tostring", "bytes [, size]", kit.Reads, "gives bytes as a string",
		bytesToString),
	kit.Fn("trash", "bytes [, size]", kit.Reads, "does nothing: messages are values here",
		func(*vm.Thread) int { return 0 }),
}

// retFunction is skynet.ret.
var retFunction = kit.Fn("ret", "[bytes [, size]]", kit.Unheard, "answers the request that the task handles, with packed bytes",
	bound((*library).ret))

// protocol gives the protocol of argument i: its name or number.
func (l *library) protocol(t *vm.Thread, i int) *protocol {
	v := t.Arg(i)
	if name, ok := v.AsString(); ok {
		if p := l.byName[name]; p != nil && l.svc.Protocol(p.id) != nil {
			return p
		}
		if p := standard.named(name); p != nil {
			return p
		}
		t.ArgError(i, "unknown protocol '"+name+"'")
	}
	if f, ok := v.AsNumber(); ok && f >= 0 && f <= 255 {
		if p := l.typed(message.Type(f)); p != nil {
			return p
		}
		t.ArgError(i, "unknown protocol "+number.Format(f))
	}
	t.TypeError(i, "protocol name")
	return nil
}

// payload makes the payload of arguments from the i-th on and goes on with it:
// a protocol's own pack may have to wait.
func (l *library) payload(t *vm.Thread, p *protocol, i int, then func(t *vm.Thread, payload message.Payload) int) int {
	switch {
	case p.direct:
		return then(t, l.detached(t, i))
	case p.pack.IsNil():
		t.Errorf("protocol '%s' has no pack function", p.name)
	}
	return t.CallThen(p.pack, t.Args(i), func(t *vm.Thread) int {
		raw, ok := vm.ToString(t.Arg(1))
		if !ok && !t.Arg(1).IsNil() {
			t.Errorf("pack of protocol '%s' gave a %s value, a string was expected", p.name, t.Arg(1).Type())
		}
		return then(t, message.Packed(raw))
	})
}

// receiver gives the address that argument i names, or raises.
func (l *library) receiver(t *vm.Thread, i int) message.Address {
	a, ok, why := l.svc.ResolveDest(t.Arg(i))
	if !ok {
		t.Errorf("call to invalid address %s: %s", addressText(t.Arg(i)), why)
	}
	return a
}

func (l *library) call(t *vm.Thread) int {
	dest := l.receiver(t, 1)
	p := l.protocol(t, 2)
	if p.direct {
		return l.svc.Call(t, dest, p.id, l.detached(t, 3), answered)
	}
	return l.payload(t, p, 3, func(t *vm.Thread, payload message.Payload) int {
		return l.svc.Call(t, dest, p.id, payload, func(t *vm.Thread, reply message.Payload) int {
			return unpacked(t, p, reply)
		})
	})
}

// answered gives the values of the answer to a call.
func answered(t *vm.Thread, reply message.Payload) int {
	if reply.Packed {
		return t.Return(decode(t, reply.Raw)...)
	}
	n := t.Return(reply.Values...)
	service.Of(t).Return(reply)
	return n
}

// unpacked gives an answer's values by the protocol's own unpack.
func unpacked(t *vm.Thread, p *protocol, reply message.Payload) int {
	if p.unpack.IsNil() {
		t.Errorf("protocol '%s' has no unpack function", p.name)
	}
	raw := payloadBytes(t, reply)
	return t.CallThen(p.unpack, []vm.Value{vm.String(raw), vm.Int(len(raw))}, nil)
}

// answeredRaw gives the bytes of the answer to a raw call, and their number.
func answeredRaw(t *vm.Thread, reply message.Payload) int {
	raw := payloadBytes(t, reply)
	return t.Return(vm.String(raw), vm.Int(len(raw)))
}

func (l *library) rawcall(t *vm.Thread) int {
	dest := l.receiver(t, 1)
	p := l.protocol(t, 2)
	return l.svc.Call(t, dest, p.id, message.Packed(rawArg(t, 3)), answeredRaw)
}

// post sends to the service or name in argument 1; the result is 0, or nil when
// it is not there.
func (l *library) post(t *vm.Thread, dest vm.Value, id message.Type, p message.Payload) int {
	a, ok, _ := l.svc.ResolveDest(dest)
	if !ok {
		l.svc.SendNowhere(addressText(dest), id, p)
		return t.Return(vm.Nil)
	}
	return l.svc.Send(t, a, id, 0, p, posted)
}

func posted(t *vm.Thread, sent bool) int {
	if !sent {
		return t.Return(vm.Nil)
	}
	return t.Return(vm.Int(0))
}

// destination demands a number or a name.
func destination(t *vm.Thread, i int) vm.Value {
	v := t.Arg(i)
	if !v.IsNumber() && !v.IsString() {
		t.TypeError(i, "address")
	}
	return v
}

func (l *library) send(t *vm.Thread) int {
	dest := destination(t, 1)
	p := l.protocol(t, 2)
	if p.direct {
		return l.post(t, dest, p.id, l.detached(t, 3))
	}
	return l.payload(t, p, 3, func(t *vm.Thread, payload message.Payload) int { return l.post(t, dest, p.id, payload) })
}

func (l *library) rawsend(t *vm.Thread) int {
	return l.post(t, destination(t, 1), l.protocol(t, 2).id, message.Packed(rawArg(t, 3)))
}

// redirect sends bytes in another's name: dest, source, type, session, msg, sz.
func (l *library) redirect(t *vm.Thread) int {
	dest, ok, _ := l.svc.ResolveDest(destination(t, 1))
	source, known, why := l.svc.ResolveDest(destination(t, 2))
	if !known {
		t.ArgError(2, why)
	}
	p := l.protocol(t, 3)
	session := t.OptInt(4, 0)
	payload := message.Packed(rawArg(t, 5))
	if !ok {
		l.svc.SendNowhere(addressText(t.Arg(1)), p.id, payload)
		return t.Return(vm.Nil)
	}
	return l.svc.Redirect(t, dest, source, p.id, int32(session), payload, func(t *vm.Thread, sent bool) int {
		if !sent {
			return t.Return(vm.Nil)
		}
		return t.Return(vm.Int(session))
	})
}

// onfull says what a message to a full mailbox does: "wait", as from the start,
// or "error". It gives what held before.
func (l *library) onfull(t *vm.Thread) int {
	modes := []string{"wait", "error"}
	before := 0
	if l.svc.SetFailWhenFull(t.CheckOption(1, "", modes) == 1) {
		before = 1
	}
	return t.Return(vm.String(modes[before]))
}

// ret answers with bytes, or with what packFunction handed over.
func (l *library) ret(t *vm.Thread) int {
	if vm.Same(t.Arg(1), handedOver) {
		return t.Return(vm.Bool(l.svc.Ret(t, l.argsFrom(t, 2))))
	}
	return t.Return(vm.Bool(l.svc.Ret(t, message.Packed(rawArg(t, 1)))))
}

func (l *library) retpack(t *vm.Thread) int {
	return t.Return(vm.Bool(l.svc.Ret(t, l.detached(t, 1))))
}

// response takes the right to answer over from the task and gives a function
// that does it: fn(ok, ...), or fn("TEST").
func (l *library) response(t *vm.Thread) int {
	p := &protocol{name: "response", pack: t.Arg(1)}
	p.direct = p.pack.IsNil() || vm.Same(p.pack, packValue)
	if !p.direct && !p.pack.IsFunction() {
		t.TypeError(1, "function")
	}
	answer := l.svc.Response(t)
	done := func(t *vm.Thread, ok bool, payload message.Payload, text string) int {
		delivered, err := answer.Done(ok, payload, text)
		if err != nil {
			t.Errorf("Can't response more than once")
		}
		return t.Return(vm.Bool(delivered))
	}
	return t.Return(l.state.NewGoClosure("response", func(t *vm.Thread) int {
		if ask, _ := t.Arg(1).AsString(); ask == "TEST" {
			return t.Return(vm.Bool(answer.Waiting()))
		}
		if !t.Arg(1).Truth() {
			return done(t, false, message.Payload{}, t.OptString(2, "the request was refused"))
		}
		return l.payload(t, p, 2, func(t *vm.Thread, payload message.Payload) int { return done(t, true, payload, "") })
	}, p.pack))
}

// context gives the session and the source of what the task handles.
func (l *library) context(t *vm.Thread) int {
	session, source := l.svc.Context(t)
	if source == 0 {
		return t.Return(vm.Nil, vm.Nil)
	}
	return t.Return(vm.Int(int(session)), vm.Int(int(source)))
}

// addressText gives an address as people write it.
func addressText(v vm.Value) string {
	if f, ok := v.AsNumber(); ok && f >= 0 && f <= 0xffffffff && f == float64(message.Address(f)) {
		return message.Address(f).String()
	}
	if s, ok := vm.ToString(v); ok {
		return s
	}
	return v.Type().String()
}

// retValue is skynet.ret, which pack knows.
var retValue = vm.SharedFunction("skynet", "ret", kit.Library{Name: "skynet", Functions: []kit.Function{retFunction}}.Function("ret"))
