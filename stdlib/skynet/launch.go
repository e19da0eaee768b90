package skynet

import (
	"strings"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
	"lunarium/stdlib/kit"
)

// This file holds services that begin and end.

// Services gives the services that come with the library, their sources by name. They
// go before files of that name: in skynet's own directories there are some, for skynet's
// own socket library.
func Services() map[string]string {
	services := map[string]string{}
	for _, name := range []string{"debug_console", "service_provider", "service_cell"} {
		services[name] = luaSource("lua/" + name + ".lua")
	}
	return services
}

// lifecycleFunctions begin and end services.
var lifecycleFunctions = []kit.Function{
	kit.Fn("start", "f", kit.Declares, "sets the function that runs when the service has been loaded",
		bound(func(l *library, t *vm.Thread) int { return l.begin(t.CheckFunction(1)) })),
	kit.Fn("init", "f", kit.Declares, "registers a function to run before the start function",
		bound((*library).init)),
	kit.Fn("exit", "", kit.Ends, "ends the service",
		bound(func(l *library, t *vm.Thread) int { return l.svc.Exit(t) })),
	kit.Fn("newservice", "name, ...", kit.Acts, "launches a service, waits until it has started, and gives its address",
		bound((*library).newservice)),
	kit.Fn("uniqueservice", "[true,] name, ...", kit.Acts, "gives the one service of a name, launched when there is none",
		bound((*library).uniqueservice)),
	kit.Fn("queryservice", "[true,] name", kit.Acts, "waits for the one service of a name, and gives it",
		bound((*library).queryservice)),
	kit.Fn("memlimit", "bytes", kit.Limits, "bounds the service's memory; it can be called once",
		bound((*library).memlimit)),
}

// begin sets the start function; those that init registered run before it.
func (l *library) begin(start vm.Value) int {
	l.started = true
	if len(l.inits) == 0 {
		l.svc.SetStart(start)
		return 0
	}
	pending := append(l.inits, start)
	var next func(t *vm.Thread) int
	next = func(t *vm.Thread) int {
		if len(pending) == 0 {
			return 0
		}
		fn := pending[0]
		pending = pending[1:]
		return t.CallThen(fn, nil, next)
	}
	l.svc.SetStart(l.state.NewGoClosure("start", next, pending...))
	return 0
}

// init registers a function to run before start's; after start it runs now.
func (l *library) init(t *vm.Thread) int {
	fn := t.CheckFunction(1)
	if l.started {
		return t.CallThen(fn, nil, func(*vm.Thread) int { return 0 })
	}
	l.inits = append(l.inits, fn)
	return 0
}

// spec reads a service's name and arguments from argument i on.
func (l *library) spec(t *vm.Thread, i int) service.Spec {
	spec := service.Spec{Name: t.CheckString(i)}
	for j := i + 1; j <= t.NArgs(); j++ {
		spec.Args = append(spec.Args, l.argument(t, j))
	}
	return spec
}

// argument gives a service's argument as text.
func (l *library) argument(t *vm.Thread, i int) string {
	v := t.Arg(i)
	switch v.Type() {
	case vm.TypeNil, vm.TypeBoolean:
		return t.ToStringMeta(v)
	}
	return t.CheckString(i)
}

// launched gives the address of a new service; nil when it exited by itself
// while it started.
func launched(t *vm.Thread, child message.Address) int {
	if child == 0 {
		return t.Return(vm.Nil)
	}
	return t.Return(vm.Int(int(child)))
}

func (l *library) newservice(t *vm.Thread) int { return l.svc.Launch(t, l.spec(t, 1), launched) }

// uniqueservice takes a name, or true and a name: one node is the whole network.
func (l *library) uniqueservice(t *vm.Thread) int {
	return l.svc.Unique(t, l.spec(t, afterTrue(t)), launched)
}

func (l *library) queryservice(t *vm.Thread) int {
	return l.svc.Query(t, t.CheckString(afterTrue(t)), launched)
}

func afterTrue(t *vm.Thread) int {
	if t.Arg(1) == vm.True {
		return 2
	}
	return 1
}

// memlimit bounds the service's memory, in bytes; it can be called once.
func (l *library) memlimit(t *vm.Thread) int {
	if l.limited {
		t.Errorf("the memory limit was set before")
	}
	l.limited = true
	l.svc.SetMemLimit(t.CheckInt(1))
	return 0
}

// launch is skynet.manager's: it does not wait until the service has started.
func (l *library) launch(t *vm.Thread) int {
	var words []string
	for i := 1; i <= t.NArgs(); i++ {
		words = append(words, strings.Fields(t.CheckString(i))...)
	}
	if len(words) == 0 {
		t.ArgError(1, "service name expected")
	}
	child, err := l.node.Spawn(service.Spec{Name: words[0], Args: words[1:], By: l.svc.Address()})
	if err != nil {
		l.svc.Error(worded.Text(err))
		return t.Return(vm.Nil)
	}
	return t.Return(vm.Int(int(child.Address())))
}
