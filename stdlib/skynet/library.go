package skynet

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
	"lunarium/stdlib/lua"
)

// This file holds what require "skynet" gives, and what the library keeps of a service.

// library is the library's part of a service.
type library struct {
	svc      service.Self
	node     *service.Node
	state    *vm.State
	options  *Options
	complete func(*lua.Host)
	table    *vm.Table
	byName   map[string]*protocol // what Lua registered
	byID     map[message.Type]*protocol
	inits    []vm.Value // what skynet.init registered before start
	started  bool
	limited  bool          // memlimit was called
	given    int           // bytes of names and of the environment that the service gave to the node
	pairs    message.Pairs // see runsPairs
}

// of gives the library of the service that runs.
func of(t *vm.Thread) *library { return ofState(t.State()) }

func ofState(s *vm.State) *library { return lua.Beside(s).(*library) }

// bound makes a library function of a method.
func bound(method func(*library, *vm.Thread) int) func(*vm.Thread) int {
	return func(t *vm.Thread) int { return method(of(t), t) }
}

// parts are what the table has, by subject.
var parts = []kit.Library{
	{Name: "skynet", Subject: "Messages", Functions: messageFunctions},
	{Name: "skynet", Subject: "Protocols", Functions: protocolFunctions},
	{Name: "skynet", Subject: "Tasks and time", Functions: taskFunctions},
	{Name: "skynet", Subject: "Services", Functions: lifecycleFunctions},
	{Name: "skynet", Subject: "Names and settings", Functions: nameFunctions},
	{Name: "skynet", Subject: "Information", Functions: informationFunctions},
	{Name: "skynet", Subject: "Tracing", Functions: tracingFunctions},
	{Name: "skynet", Subject: "The manager", Functions: managerFunctions},
	{Name: "skynet", Subject: "Modules", Functions: moduleFunctions},
}

// declared is everything that the table has.
var declared = whole(parts)

// whole puts the parts of a table together.
func whole(parts []kit.Library) kit.Library {
	l := kit.Library{Name: parts[0].Name}
	for _, part := range parts {
		l.Functions = append(l.Functions, part.Functions...)
	}
	return l
}

// Declarations gives what the library and its modules in Go consist of.
func Declarations() []kit.Library {
	return slices.Concat(parts, []kit.Library{cacheFunctions, coroutineFunctions})
}

// template is what require "skynet" gives.
var template = withTypes(vm.NewTemplate("skynet", declared.Bound()).
	Set("pack", packValue).
	Set("unpack", unpackValue).
	Set("ret", retValue).
	Set("pcall", lua.PcallFunction).
	Make("cache", lua.Instance(cacheTemplate)))

// withTypes adds the numbers of the message types, PTYPE_TEXT and so on.
func withTypes(template *vm.Template) *vm.Template {
	for id := message.TypeText; id <= message.TypeTrace; id++ {
		template.Set("PTYPE_"+strings.ToUpper(id.String()), vm.Int(int(id)))
	}
	return template
}

// retValue is skynet.ret, which pack knows.
var retValue = vm.SharedFunction("skynet", "ret", kit.Library{Name: "skynet", Functions: []kit.Function{retFunction}}.Function("ret"))

// packValue and unpackValue are skynet.pack and skynet.unpack, by which a
// protocol's values can be told to travel as copies.
var (
	packValue   = vm.SharedFunction("skynet", "pack", packFunction)
	unpackValue = vm.SharedFunction("skynet", "unpack", unpackFunction)
)

// cacheFunctions are those of skynet.cache: code is never stale here.
var cacheFunctions = kit.Library{Name: "skynet.cache", Functions: []kit.Function{
	kit.Fn("clear", "", kit.Unheard, "forgets compiled code",
		bound(func(l *library, _ *vm.Thread) int { l.node.Sources().Clear(); return 0 })),
	kit.Fn("mode", "[mode]", kit.None, `gives "ON": code is never stale here`,
		func(t *vm.Thread) int { return t.Return(vm.String("ON")) }),
}}

var cacheTemplate = vm.NewTemplate("cache", cacheFunctions.Bound())

// frame is what the states of services have in common.
var frame = &lua.Frame{
	Registry:  lua.NewRegistry(lua.NewLoaded().Make("skynet", lua.Instance(template)), preloadTemplate),
	Globals:   globals,
	MakeHost:  serviceHost,
	Tasks:     true,
	Reachable: func(beside any, visit func(*vm.Value)) { beside.(*library).reachable(visit) },
}

// globals are the globals of a service: skynet's loader tells it the name by which it
// was launched and the directory of its file, with a slash at the end.
var globals = lua.NewGlobals().
	Make("SERVICE_NAME", func(s *vm.State) vm.Value { return vm.String(ofState(s).svc.Spec().Name) }).
	Make("SERVICE_PATH", func(s *vm.State) vm.Value {
		file := ofState(s).svc.Path()
		if file == "" {
			return vm.Nil
		}
		return vm.String(filepath.Dir(file) + "/")
	})

// Templates gives everything that the libraries of a service consist of.
func Templates() []*vm.Template {
	return append(lua.Templates(), globals, template, preloadTemplate)
}

// reachable names what the library keeps of Lua's values.
func (l *library) reachable(visit func(*vm.Value)) {
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
func payloadValues(t *vm.Thread, p message.Payload) []vm.Value {
	if p.Packed {
		return decode(t, p.Raw)
	}
	t.State().Adopt(p.Values)
	return p.Values
}

// payloadBytes gives what a payload carries in packed form.
func payloadBytes(t *vm.Thread, p message.Payload) string {
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
func (l *library) argsFrom(t *vm.Thread, i int) message.Payload {
	payload := l.svc.Borrow(max(0, t.NArgs()-i+1))
	t.CopyArgs(payload.Values, i)
	return payload
}

// detached makes a payload of copies of the arguments from the i-th on.
func (l *library) detached(t *vm.Thread, i int) message.Payload {
	payload := l.argsFrom(t, i)
	err := message.Detach(t.State().Detached(), payload.Values, of(t).runsPairs())
	switch err {
	case nil:
		return payload
	case message.ErrTableKey:
		return message.Packed(packed(t, t.Args(i)))
	}
	t.Errorf("%s", err)
	return message.Payload{}
}

// runsPairs gives what runs __pairs for packing and copying.
func (l *library) runsPairs() message.Pairs {
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
