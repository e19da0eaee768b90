package http

import (
	"net"
	"strconv"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds servers as Lua code sees them.

var serverMethods = kit.Library{Name: "server", Object: true, Functions: []kit.Function{
	kit.Fn("close", "", kit.Asks, "ends the server",
		closeServer),
}}

// serverField gives the fields of a server: address, host, port, url, requests,
// streams, faults, and the method close.
func (l *library) serverField(t *vm.Thread) int {
	s := servers.Check(t, 1)
	host, port, _ := net.SplitHostPort(s.address)
	switch t.CheckString(2) {
	case "address":
		return t.Return(vm.String(s.address))
	case "host":
		return t.Return(vm.String(host))
	case "port":
		n, _ := strconv.Atoi(port)
		return t.Return(vm.Int(n))
	case "url":
		if s.tls != nil {
			return t.Return(vm.String("https://" + s.address))
		}
		return t.Return(vm.String("http://" + s.address))
	case "requests":
		return t.Return(vm.Int(int(s.requests.Load())))
	case "streams":
		return t.Return(vm.Int(int(s.streams.Load())))
	case "faults":
		return t.Return(vm.Int(s.faults.count))
	case "close":
		return t.Return(l.state.NewFunction("close", serverMethods.Function("close")))
	}
	return t.Return(vm.Nil)
}

// closeServer is server:close(); again it has no effect: the handler's key may be
// that of another server by then.
func closeServer(t *vm.Thread) int {
	s := servers.Check(t, 1)
	if t.State().Isolated() {
		return 0
	}
	select {
	case <-s.closed:
	default:
		host.Release(t.State(), s.key)
		s.close()
	}
	return 0
}
