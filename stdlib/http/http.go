package http

import (
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds how the library is put into a state.

// Open makes the library for a state and gives what require returns.
func Open(s *vm.State) vm.Value {
	l := &library{state: s, exchanges: map[*vm.Table]*exchange{}}
	s.Collector().AddRoots("http", l.reachable)
	l.headers = s.NewTable(0, 1)
	l.headers.SetString("__index", s.NewFunction("header", anyCase))
	l.request = l.requestMethods().Metatable(s, nil)
	l.reply = l.answerMethods().Metatable(s, nil)
	l.stream = l.streamMethods().Metatable(s, nil)
	l.router = routerMethods.Metatable(s, nil)
	l.server = s.NewLibrary(vm.Library{"__index": l.serverField})
	return vm.TableValue(s.NewLibrary(l.functions().Bound()))
}

// reachable names what the library keeps of Lua's values.
func (l *library) reachable(visit func(*vm.Value)) {
	kit.VisitTables(visit, l.router, l.request, l.headers, l.stream, l.server, l.reply)
	for request := range l.exchanges {
		v := vm.TableValue(request)
		visit(&v)
	}
}
