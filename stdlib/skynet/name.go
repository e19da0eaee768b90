package skynet

import (
	"errors"
	"strings"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
	"lunarium/stdlib/kit"
)

// This file holds addresses, names, settings, and what the manager adds.

// nameFunctions are about addresses and names.
var nameFunctions = []kit.Function{
	kit.Fn("self", "", kit.Reads, "gives the service's own address",
		bound(func(l *library, t *vm.Thread) int { return t.Return(vm.Int(int(l.svc.Address()))) })),
	kit.Fn("address", "address", kit.Reads, "gives an address as people write it",
		func(t *vm.Thread) int { return t.Return(vm.String(addressText(t.Arg(1)))) }),
	kit.Fn("localname", "name", kit.Reads, "gives the address that a name stands for, or nil",
		bound((*library).query)),
	kit.Fn("query", "name", kit.Reads, "gives the address that a name stands for, or nil",
		bound((*library).query)),
	kit.Fn("register", "name", kit.Registers, "gives the service a name",
		bound((*library).register)),
	kit.Fn("name", "name, address", kit.Names, "gives a service a name",
		bound((*library).name)),
	kit.Fn("alive", "address", kit.Reads, "tells whether there is a service with an address or a name",
		bound((*library).alive)),
	kit.Fn("harbor", "address", kit.Reads, "gives the number of the node of an address, and whether it is another one",
		bound((*library).harbor)),
	kit.Fn("getenv", "key", kit.Reads, "gives a setting of the node, or nil",
		bound((*library).getenv)),
	kit.Fn("setenv", "key, value", kit.Sets, "adds a setting of the node",
		bound((*library).setenv)),
}

// query looks a name up without waiting; nil when nobody has it.
func (l *library) query(t *vm.Thread) int {
	if a, ok := l.svc.Named(t.CheckString(1)); ok {
		return t.Return(vm.Int(int(a)))
	}
	return t.Return(vm.Nil)
}

// alive tells whether there is a service with an address or a name.
func (l *library) alive(t *vm.Thread) int {
	a, ok, _ := l.svc.ResolveDest(destination(t, 1))
	return t.Return(vm.Bool(ok && l.node.Service(a) != nil))
}

// register gives the service a name: true; or false and the reason when another
// service has it, which keeps it.
func (l *library) register(t *vm.Thread) int {
	return l.registered(t, t.CheckString(1), l.svc.Address())
}

func (l *library) registered(t *vm.Thread, name string, a message.Address) int {
	l.give(t, len(name))
	err := l.node.Register(name, a)
	if taken := (*service.TakenError)(nil); errors.As(err, &taken) {
		l.svc.Error(worded.Text(err))
		return t.Return(vm.False, vm.String(worded.Text(err)))
	}
	if err != nil {
		t.Errorf("%s", err)
	}
	return t.Return(vm.True)
}

// bytesOfEntry is what a name or a variable takes besides its text.
const bytesOfEntry = 150

// give counts what the node keeps for the service as the service's own memory.
func (l *library) give(t *vm.Thread, text int) {
	t.Take(bytesOfEntry + text)
	if l.given == 0 {
		l.state.Memory().CountHeld(func() int { return l.given })
	}
	l.given += bytesOfEntry + text
}

// name gives a service a name, as register does.
func (l *library) name(t *vm.Thread) int {
	name := t.CheckString(1)
	a, ok, why := l.svc.ResolveDest(destination(t, 2))
	if !ok {
		t.ArgError(2, why)
	}
	return l.registered(t, name, a)
}

// harbor gives the number of the node that an address belongs to, and whether
// that is another one.
func (l *library) harbor(t *vm.Thread) int {
	a := t.CheckInt(1)
	return t.Return(vm.Int(int(uint32(a)>>24)), vm.False)
}

func (l *library) getenv(t *vm.Thread) int {
	if value, ok := l.svc.Getenv(t.CheckString(1)); ok {
		return t.Return(vm.String(value))
	}
	return t.Return(vm.Nil)
}

func (l *library) setenv(t *vm.Thread) int {
	key := t.CheckString(1)
	text, ok := service.SettingText(t.Arg(2))
	if !ok {
		t.TypeError(2, "string")
	}
	l.give(t, len(key)+len(text))
	switch err := l.svc.Setenv(key, text); {
	case errors.Is(err, service.ErrEnvSet):
		t.Errorf("Can't setenv exist key : %s", key)
	case err != nil:
		t.Errorf("%s", err)
	}
	return 0
}

// managerFunctions are what skynet.manager adds.
var managerFunctions = []kit.Function{
	kit.Fn("launch", "line, ...", kit.Acts, "launches a service without waiting for it",
		bound((*library).launch)),
	kit.Fn("kill", "address", kit.Done, "ends a service, or a task",
		bound((*library).kill)),
	kit.Fn("abort", "", kit.Done, "ends the node",
		bound((*library).abort)),
	kit.Fn("term", "address", kit.Done, "gives up all calls to a service, as if it had died",
		bound((*library).term)),
	kit.Fn("monitor", "name [, query]", kit.Acts, "has the end of each service told to the service of a name",
		bound((*library).monitor)),
}

// abort ends the node with all its services, and so the process. It does not return.
func (l *library) abort(t *vm.Thread) int {
	l.node.Stop(0)
	return t.Suspend(nil)
}

// kill ends a service by its address or name, or a time-out or fork by its
// handle. nil and what has ended are no trouble.
func (l *library) kill(t *vm.Thread) int {
	v := t.Arg(1)
	switch v.Type() {
	case vm.TypeNil:
		return 0
	case vm.TypeThread:
		l.svc.CancelTask(v.AsThread())
		return 0
	}
	if a, ok, _ := l.svc.ResolveDest(destination(t, 1)); ok {
		l.node.Kill(a)
	} else if name, _ := v.AsString(); strings.HasPrefix(name, ":") {
		t.ArgError(1, "malformed address")
	}
	return 0
}

// term gives up all calls to a service, as if it had died.
func (l *library) term(t *vm.Thread) int {
	a, ok, why := l.svc.ResolveDest(destination(t, 1))
	if !ok {
		t.ArgError(1, why)
	}
	for _, task := range l.svc.TasksHere() {
		if task.Wait.Kind == service.WaitCall && task.Wait.Dest == a {
			_ = l.node.Send(message.Message{
				Type: message.TypeError, Session: task.Wait.Session, Source: a, Dest: l.svc.Address(),
			})
		}
	}
	return 0
}

// monitor launches the unique service of a name, or with query true waits for
// it, and has each service's end told to it by a client message.
func (l *library) monitor(t *vm.Thread) int {
	name := t.CheckString(1)
	then := func(t *vm.Thread, child message.Address) int {
		l.node.MonitorExits(child)
		return launched(t, child)
	}
	if t.Arg(2).Truth() {
		return l.svc.Query(t, name, then)
	}
	return l.svc.Unique(t, service.Spec{Name: name}, then)
}
