package skynet

import (
	"io"
	"os"
	"strings"
	"time"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib/lua"
)

// This file holds what a service's libraries may use of the world.

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
		if !svc.State().Isolated() {
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
