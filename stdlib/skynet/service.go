package skynet

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib/lua"
)

// This file opens the library in a service, with what the node has for it.

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
	// Extend puts further libraries into a service's state, or is nil.
	Extend func(service.Self) error
}

// Open puts Lua's libraries and skynet's into a service's state, on the service's own
// thread. complete adds to the host what is not the node's; it is called when the host
// is first needed. The options must not change any more.
func Open(svc service.Self, options *Options, complete func(*lua.Host)) error {
	l := &serviceLibraries{
		library: library{svc: svc, node: svc.Node(), state: svc.State(), options: options, complete: complete},
	}
	frame.Open(l.state, &l.lua, &l.library)
	svc.ShareProtocols(standard.handled)
	l.table = l.state.Instance(template)
	if options.Preload != "" {
		code, err := svc.Node().Sources().CompileFile(options.Preload)
		if err != nil {
			return fmt.Errorf("preload: %w", err)
		}
		svc.SetPreload(l.state.NewClosure(code, vm.TableValue(l.state.Globals)))
	}
	if options.Extend != nil {
		return options.Extend(svc)
	}
	return nil
}

// serviceLibraries is what the libraries keep of a service.
type serviceLibraries struct {
	lua lua.Libraries
	library
}

// serviceHost gives a service's libraries what the node has: its clock, its
// log, its output.
func serviceHost(s *vm.State) *lua.Host {
	l := ofState(s)
	svc, node := l.svc, l.node
	host := &lua.Host{
		Stdin:      strings.NewReader(""),
		Stdout:     unlessTried(svc, svc.Print),
		Stderr:     unlessTried(svc, func(text string) { svc.Error(strings.TrimSuffix(text, "\n")) }),
		Now:        svc.Now,
		CPU:        func() time.Duration { return svc.CPU(lua.ProcessorTime) },
		Exit:       node.Stop,
		Getenv:     os.LookupEnv,
		Seed:       int64(node.Seed())<<32 | int64(svc.Address()),
		Compile:    node.Sources().CompileOwned,
		ReadFile:   os.ReadFile,
		ModulePath: l.options.ModulePath,
	}
	host.Known, host.Loaded = svc.KnownFile, svc.NoteFile
	if host.ModulePath == "" {
		host.ModulePath = "./?.lua;./?/init.lua"
	}
	l.complete(host)
	return host
}

// unlessTried makes a stream of what the service says, when it is not only tried.
func unlessTried(svc service.Self, say func(string)) writer {
	return func(text string) {
		if !svc.Tried() {
			say(text)
		}
	}
}

// writer makes a stream of a function that takes text.
type writer func(string)

var _ io.Writer = writer(nil)

// Write hands b over.
func (w writer) Write(b []byte) (int, error) {
	w(string(b))
	return len(b), nil
}
