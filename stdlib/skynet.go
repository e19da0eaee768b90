package stdlib

import (
	"fmt"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file and the others named skynet_* are the skynet library of one
// service: what require "skynet" gives.

// skynet binds the library's functions to a service.
type skynet struct {
	svc       *service.Service
	node      *service.Node
	state     *vm.State
	options   ServiceOptions
	table     *vm.Table
	pack      vm.Value // skynet.pack
	unpack    vm.Value // skynet.unpack
	byName    map[string]*protocol
	byID      map[service.Type]*protocol
	inits     []vm.Value // what skynet.init registered before start
	started   bool
	onRequest vm.Value // dispatch_unknown_request
	onAnswer  vm.Value // dispatch_unknown_response
	filter    vm.Value // of skynet.filter
	plain     service.Then
	raw       service.Then
	limited   bool // memlimit was called
}

// protocol is a message type as its sender sees it.
type protocol struct {
	name   string
	id     service.Type
	pack   vm.Value
	unpack vm.Value
	// direct: values travel as copies and not as bytes, which nobody can tell
	// because pack and unpack are skynet's own.
	direct  bool
	builtin bool // may be registered once more
}

// openSkynet makes the library and the modules that belong to it.
func openSkynet(svc *service.Service, options ServiceOptions) error {
	l := &skynet{
		svc: svc, node: svc.Node(), state: svc.State(), options: options,
		byName: map[string]*protocol{}, byID: map[service.Type]*protocol{},
		onRequest: vm.Nil, onAnswer: vm.Nil, filter: vm.Nil,
	}
	l.plain, l.raw = l.answered, l.answeredRaw
	l.table = l.state.NewTable(0, 128)
	for _, functions := range [][]function{
		l.messages(), l.protocols(), l.tasks(), l.lifecycle(), l.names(), l.information(), l.tracing(), l.manager(),
	} {
		fill(l.state, l.table, functions)
	}
	l.pack, l.unpack = l.table.GetString("pack"), l.table.GetString("unpack")
	l.constants()
	loaded(l.state).SetString("skynet", vm.TableValue(l.table))
	l.modules()
	return l.standardProtocols()
}

func (l *skynet) constants() {
	for i, name := range []string{
		"TEXT", "RESPONSE", "MULTICAST", "CLIENT", "SYSTEM", "HARBOR", "SOCKET",
		"ERROR", "QUEUE", "DEBUG", "LUA", "SNAX", "TRACE",
	} {
		l.table.SetString("PTYPE_"+name, vm.Int(i))
	}
	l.table.SetString("pcall", l.state.Globals.GetString("pcall"))
	cache := l.state.NewTable(0, 2)
	fill(l.state, cache, []function{
		{"clear", func(*vm.Thread) int { l.node.ClearCache(); return 0 }},
		{"mode", func(t *vm.Thread) int { return t.Return(vm.String("ON")) }},
	})
	l.table.SetString("cache", vm.TableValue(cache))
}

// standardProtocols are there from the start.
func (l *skynet) standardProtocols() error {
	for _, p := range []struct {
		name    string
		id      service.Type
		handler service.Handler
	}{
		{"lua", service.TypeLua, nil},
		{"system", service.TypeSystem, nil},
		{"response", service.TypeResponse, nil},
		{"error", service.TypeError, nil},
		{"debug", service.TypeDebug, l.debugMessage},
	} {
		own := &protocol{name: p.name, id: p.id, pack: l.pack, unpack: l.unpack, direct: true, builtin: p.id == service.TypeSystem}
		err := l.svc.SetProtocol(service.Protocol{
			Name: p.name, ID: p.id, Dispatch: vm.Nil, Unpack: vm.Nil, Decode: l.decode, Handler: p.handler,
		})
		if err != nil {
			return fmt.Errorf("skynet library: %w", err)
		}
		l.byName[p.name], l.byID[p.id] = own, own
	}
	return nil
}

// decode makes values of packed bytes.
func (l *skynet) decode(t *vm.Thread, raw string) []vm.Value {
	values, err := message.Unpack(l.state, raw)
	if err != nil {
		t.Errorf("%s", err)
	}
	return values
}

// values gives what a payload carries as values of this state.
func (l *skynet) values(t *vm.Thread, p service.Payload) []vm.Value {
	if p.Packed {
		return l.decode(t, p.Raw)
	}
	l.state.Adopt(p.Values)
	return p.Values
}

// bytes gives what a payload carries in packed form.
func (l *skynet) bytes(t *vm.Thread, p service.Payload) string {
	if p.Packed {
		return p.Raw
	}
	return l.packed(t, p.Values)
}

func (l *skynet) packed(t *vm.Thread, values []vm.Value) string {
	b, err := message.Append(nil, values, l.pairs(t))
	if err != nil {
		t.Errorf("%s", err)
	}
	s, _ := vm.Bytes(b).AsString()
	return s
}

// detached makes a payload of values, which are replaced by copies.
func (l *skynet) detached(t *vm.Thread, values []vm.Value) service.Payload {
	err := message.Detach(l.state.Seed(), values, l.pairs(t))
	switch err {
	case nil:
		return service.Payload{Values: values}
	case message.ErrTableKey:
		return service.Packed(l.packed(t, values))
	}
	t.Errorf("%s", err)
	return service.Payload{}
}

// pairs runs __pairs for packing and copying.
func (l *skynet) pairs(t *vm.Thread) message.Pairs {
	return func(table *vm.Table) ([]vm.Value, bool) {
		meta := table.Metatable().GetString("__pairs")
		if meta.IsNil() {
			return nil, false
		}
		var list []vm.Value
		iterator := append(t.Call(meta, vm.TableValue(table)), vm.Nil, vm.Nil, vm.Nil)
		f, s, k := iterator[0], iterator[1], iterator[2]
		for {
			next := t.Call(f, s, k)
			if len(next) == 0 || next[0].IsNil() {
				return list, true
			}
			if len(next) == 1 {
				next = append(next, vm.Nil)
			}
			if len(list) >= 2*message.MaxItems {
				t.Errorf("can't send more than %d values", message.MaxItems)
			}
			list = append(list, next[0], next[1])
			k = next[0]
		}
	}
}
