package stdlib

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib/cache"
)

// ServiceOptions is what the services of one node share.
type ServiceOptions struct {
	// ModulePath is package.path; "" looks beside the node's working directory.
	ModulePath string
	// Data is the directory of the files that libraries keep.
	Data string
	// Preload is a file that runs in each service before its main chunk, or "".
	Preload string
	// OpenConsole opens a remote console on "host:port" for a service, such as
	// newservice("debug_console", port), which closes it when it ends; nil when the
	// node has none.
	OpenConsole func(owner service.Address, hostPort string) (io.Closer, error)
	// Replaced counts a version of a service's code that the service has put in place
	// itself, and gives its number; nil when nobody counts.
	Replaced func(svc *service.Service, old vm.Value) (number int, err error)
	// Caches are the caches that the node's services share; nil gives each
	// service its own.
	Caches *cache.Stores
	// Extend puts further libraries into a service's state, or is nil.
	Extend func(*service.Service) error
}

// OpenService puts every library and skynet's into a service's state. It is
// what service.Config.Open calls, on the service's own thread.
func OpenService(svc *service.Service, options ServiceOptions) error {
	l := &serviceLibraries{
		libraries: libraries{state: svc.State(), connect: serviceHost},
		skynet:    skynet{svc: svc, node: svc.Node(), state: svc.State(), options: options},
	}
	l.libraries.skynet = &l.skynet
	open(&l.libraries, serviceRegistry, serviceGlobals)
	openSkynet(&l.skynet)
	if options.Preload != "" {
		code, err := svc.Node().Sources().CompileFile(options.Preload)
		if err != nil {
			return fmt.Errorf("preload: %w", err)
		}
		svc.SetPreload(svc.State().NewClosure(code, vm.TableValue(svc.State().Globals)))
	}
	if options.Extend != nil {
		return options.Extend(svc)
	}
	return nil
}

// serviceLibraries is what the libraries keep of a service.
type serviceLibraries struct {
	libraries
	skynet skynet
}

// serviceHost gives a service's libraries what the node has: its clock, its
// log, its output.
func serviceHost(l *libraries) *Host {
	svc, node := l.skynet.svc, l.skynet.node
	host := &Host{
		Stdin:      strings.NewReader(""),
		Stdout:     unlessTried(svc, svc.Print),
		Stderr:     unlessTried(svc, func(text string) { svc.Error(strings.TrimSuffix(text, "\n")) }),
		Now:        svc.Now,
		CPU:        func() time.Duration { return svc.CPU(ProcessorTime) },
		Exit:       node.Stop,
		Getenv:     os.LookupEnv,
		Seed:       int64(node.Seed())<<32 | int64(svc.Address()),
		Compile:    node.Sources().CompileOwned,
		ReadFile:   os.ReadFile,
		ModulePath: l.skynet.options.ModulePath,
		Caches:     l.skynet.options.Caches,
		Data:       l.skynet.options.Data,
	}
	host.Known, host.Loaded = svc.KnownFile, svc.NoteFile
	if replaced := l.skynet.options.Replaced; replaced != nil {
		host.Version = func() int { _, current := svc.Versions(); return current }
		host.Replaced = func(old vm.Value) (int, error) { return replaced(svc, old) }
	}
	if host.Caches == nil {
		host.Caches = new(cache.Stores)
	}
	if host.ModulePath == "" {
		host.ModulePath = "./?.lua;./?/init.lua"
	}
	return host
}

// unlessTried makes a stream of what the service says, when it is not only tried.
func unlessTried(svc *service.Service, say func(string)) writer {
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
