package http

import (
	"net/http"

	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// library is what require "http" gives to one state.
type library struct {
	state      *vm.State
	transports map[string]*http.Transport // of the client, by the file of authorities
	router     *vm.Table                  // metatables
	request    *vm.Table
	headers    *vm.Table
	stream     *vm.Table
	server     *vm.Table
	reply      *vm.Table // of what the client got
	// exchanges are the requests under way, by the tables that handlers got.
	exchanges map[*vm.Table]*exchange
}

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

// module calls a function of another library, which is loaded when it is not
// yet. Use: return l.module(…).
func (l *library) module(t *vm.Thread, name, function string, args []vm.Value, then func(*vm.Thread) int) int {
	return t.CallThen(l.state.Globals.GetString("require"), []vm.Value{vm.String(name)}, func(t *vm.Thread) int {
		table := t.Arg(1).AsTable()
		if table == nil || !table.GetString(function).IsFunction() {
			t.Errorf("module '%s' has no function %s", name, function)
		}
		return t.CallThen(table.GetString(function), args, then)
	})
}

// bodyJSON is request:json() and answer:json(). A request whose body is no JSON is
// its client's fault.
func (l *library) bodyJSON(t *vm.Thread) int {
	message := t.CheckTable(1)
	decode := l.state.NewFunction("json", func(t *vm.Thread) int {
		return l.module(t, "json", "decode", t.Args(1), nil)
	})
	protect := l.state.NewFunction("json", func(t *vm.Thread) int { return t.ProtectArgs() })
	return t.CallThen(protect, []vm.Value{decode, message.GetString("body")}, func(t *vm.Thread) int {
		if t.Arg(1).Truth() {
			return t.ReturnArgs(2)
		}
		l.blame(message, "the body is no JSON: ", vm.ErrorText(t.Arg(2)))
		return t.Raise(t.Arg(2))
	})
}

// blame has a request answered with 400 if its handler does not catch the error
// that follows.
func (l *library) blame(request *vm.Table, what, reason string) {
	if ex := l.exchanges[request]; ex != nil {
		ex.fault, ex.reason = what+reason, reason
	}
}
