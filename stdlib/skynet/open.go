package skynet

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
	"lunarium/stdlib/lua"
)

// This file holds what require "skynet" gives, and how it is put into a service.

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
	return nil
}
