package stdlib

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file and the others named skynet_* are the skynet library of one
// service: what require "skynet" gives.

// skynet is the library's part of a service.
type skynet struct {
	svc     *service.Service
	node    *service.Node
	state   *vm.State
	options ServiceOptions
	table   *vm.Table
	byName  map[string]*protocol // what Lua registered
	byID    map[service.Type]*protocol
	inits   []vm.Value // what skynet.init registered before start
	started bool
	limited bool // memlimit was called
	given   int  // bytes of names and of the environment that the service gave to the node
}

// bound makes a library function of a method.
func bound(method func(*skynet, *vm.Thread) int) func(*vm.Thread) int {
	return func(t *vm.Thread) int { return method(of(t).skynet, t) }
}

// skynetTemplate is what require "skynet" gives.
var skynetTemplate = withTypes(vm.NewTemplate("skynet", librariesOf(
	messageFunctions, protocolFunctions, taskFunctions, lifecycleFunctions, nameFunctions,
	informationFunctions, tracingFunctions, managerFunctions, moduleFunctions,
)...).
	Set("pack", packValue).
	Set("unpack", unpackValue).
	Set("ret", retValue).
	Set("pcall", pcallFunction).
	Make("cache", instance(cacheTemplate)))

// withTypes adds the numbers of the message types, PTYPE_TEXT and so on.
func withTypes(template *vm.Template) *vm.Template {
	for id := service.TypeText; id <= service.TypeTrace; id++ {
		template.Set("PTYPE_"+strings.ToUpper(id.String()), vm.Int(int(id)))
	}
	return template
}

// retValue is skynet.ret, which pack knows.
var retValue = vm.SharedFunction("skynet", "ret", vm.Effect("skynet.ret", true, bound((*skynet).ret)))

// packValue and unpackValue are skynet.pack and skynet.unpack, by which a
// protocol's values can be told to travel as copies.
var (
	packValue   = vm.SharedFunction("skynet", "pack", packFunction)
	unpackValue = vm.SharedFunction("skynet", "unpack", unpackFunction)
)

// cacheTemplate is skynet.cache: code is never stale here.
var cacheTemplate = vm.NewTemplate("cache", vm.Library{
	"clear": vm.Effect("skynet.cache.clear", true, bound(func(l *skynet, _ *vm.Thread) int { l.node.Sources().Clear(); return 0 })),
	"mode":  func(t *vm.Thread) int { return t.Return(vm.String("ON")) },
})

// serviceRegistry is the registry's template of a state that is a service.
var serviceRegistry = registry(
	withLibraries(vm.NewTemplate("loaded")).Make("skynet", instance(skynetTemplate)),
	preloadTemplate)

// serviceGlobals are the globals of a service: skynet's loader tells it the name
// by which it was launched and the directory of its file, with a slash at the end.
var serviceGlobals = newGlobals().
	Make("SERVICE_NAME", func(s *vm.State) vm.Value { return vm.String(ofState(s).skynet.svc.Spec().Name) }).
	Make("SERVICE_PATH", func(s *vm.State) vm.Value {
		file := ofState(s).skynet.svc.Path()
		if file == "" {
			return vm.Nil
		}
		return vm.String(filepath.Dir(file) + "/")
	})

// openSkynet makes the library part of a service's state, whose other
// libraries are in l.
func openSkynet(l *skynet) {
	l.svc.ShareProtocols(standard.handled)
	l.table = l.state.Instance(skynetTemplate)
}

// reachable names what the library keeps of Lua's values.
func (l *skynet) reachable(visit func(*vm.Value)) {
	for i := range l.inits {
		visit(&l.inits[i])
	}
	for _, id := range slices.Sorted(maps.Keys(l.byID)) {
		p := l.byID[id]
		visit(&p.pack)
		visit(&p.unpack)
	}
}

// decode makes values of packed bytes.
func decode(t *vm.Thread, raw string) []vm.Value {
	values, err := message.Unpack(t.State(), raw)
	if err != nil {
		t.Errorf("%s", err)
	}
	return values
}

// payloadValues gives what a payload carries as values of this state.
func payloadValues(t *vm.Thread, p service.Payload) []vm.Value {
	if p.Packed {
		return decode(t, p.Raw)
	}
	t.State().Adopt(p.Values)
	return p.Values
}

// payloadBytes gives what a payload carries in packed form.
func payloadBytes(t *vm.Thread, p service.Payload) string {
	if p.Packed {
		return p.Raw
	}
	return packed(t, p.Values)
}

func packed(t *vm.Thread, values []vm.Value) string {
	b, err := message.Append(nil, values, of(t).runsPairs(), t.TakeMore)
	if err != nil {
		t.Errorf("%s", err)
	}
	s, _ := vm.Bytes(b).AsString()
	return s
}

// argsFrom gives the arguments from the i-th on as a payload.
func (l *skynet) argsFrom(t *vm.Thread, i int) service.Payload {
	payload := l.svc.Room(max(0, t.NArgs()-i+1))
	t.CopyArgs(payload.Values, i)
	return payload
}

// detached makes a payload of copies of the arguments from the i-th on.
func (l *skynet) detached(t *vm.Thread, i int) service.Payload {
	payload := l.argsFrom(t, i)
	err := message.Detach(t.State().Detached(), payload.Values, of(t).runsPairs())
	switch err {
	case nil:
		return payload
	case message.ErrTableKey:
		return service.Packed(packed(t, t.Args(i)))
	}
	t.Errorf("%s", err)
	return service.Payload{}
}

// runsPairs gives what runs __pairs for packing and copying.
func (l *libraries) runsPairs() message.Pairs {
	if l.pairs == nil {
		l.pairs = func(table *vm.Table) ([]vm.Value, bool) { return pairsOf(l.state.Running(), table) }
	}
	return l.pairs
}

func pairsOf(t *vm.Thread, table *vm.Table) (list []vm.Value, has bool) {
	meta := table.Metatable().GetString("__pairs")
	if meta.IsNil() {
		return nil, false
	}
	defer t.Keep(&list)()
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
