package skynet

import (
	"io"
	"maps"
	"slices"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib/lua"
)

// This file holds what the library keeps of a service, and how a function finds it.

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

// Options is what the services of one node share.
type Options struct {
	// ModulePath is package.path; "" looks beside the node's working directory.
	ModulePath string
	// Preload is a file that runs in each service before its main chunk, or "".
	Preload string
	// OpenConsole opens a remote console on "host:port" for a service, such as
	// newservice("debug_console", port), which closes it when it ends; nil when the
	// node has none.
	OpenConsole func(owner message.Address, hostPort string) (io.Closer, error)
}

// protocol is a message type as its sender sees it.
type protocol struct {
	name   string
	id     message.Type
	pack   vm.Value
	unpack vm.Value
	// direct: values travel as copies and not as bytes, which nobody can tell
	// because pack and unpack are skynet's own.
	direct  bool
	builtin bool // may be registered once more
}
