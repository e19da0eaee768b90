package lua

import (
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds the templates of the registry and the globals, and how a state is
// opened with them.

// templates are the libraries that are globals and modules alike.
var templates = []*vm.Template{
	packageTemplate, CoroutineTemplate, tableTemplate, stringTemplate, utf8Template, mathTemplate,
	bit32Template, osTemplate, ioTemplate, debugTemplate, lfsTemplate,
}

// Declarations gives what the libraries and the methods of their objects consist of.
func Declarations() []kit.Library {
	return []kit.Library{
		baseFunctions, bit32Functions, coroutineFunctions, debugFunctions, directoryMethods, fileMethods, ioFunctions,
		lfsFunctions, lockMethods, mathFunctions, osFunctions, packageFunctions, stringFunctions, tableFunctions, utf8Functions,
	}
}

// withLibraries adds the libraries, and the globals as _G, to the template of
// the globals or of package.loaded.
func withLibraries(template *vm.Template) *vm.Template {
	template.Make("_G", func(s *vm.State) vm.Value { return vm.TableValue(s.Globals) })
	for _, library := range templates {
		template.Make(library.Name(), Instance(library))
	}
	return template
}

// NewGlobals makes the template of the globals: the basic functions and the
// libraries. What is added to it is in the globals, too.
func NewGlobals() *vm.Template {
	return withLibraries(vm.NewTemplate("_G", baseFunctions.Bound()).
		Set("next", nextFunction).
		Set("tostring", tostringFunction).
		Set("pcall", PcallFunction).
		Set("_VERSION", vm.String("Lua 5.2")))
}

// NewLoaded makes the template of package.loaded.
func NewLoaded() *vm.Template { return withLibraries(vm.NewTemplate("loaded")) }

// NewRegistry makes the template of a registry.
func NewRegistry(loaded, preload *vm.Template) *vm.Template {
	return vm.NewTemplate("registry").
		Make("_LOADED", Instance(loaded)).
		Make("_PRELOAD", Instance(preload)).
		Make("FILE*", Instance(fileTemplate))
}

// Templates gives everything that the libraries consist of.
func Templates() []*vm.Template { return append(templates, globalTemplate, fileTemplate) }

// Names gives the names of everything in the templates, for vm.NewLoader.
func Names(templates []*vm.Template) []string {
	var names []string
	for _, template := range templates {
		names = append(names, template.Names()...)
	}
	return names
}

var (
	globalTemplate   = NewGlobals()
	registryTemplate = NewRegistry(NewLoaded(), vm.NewTemplate("preload"))
	plain            = &Frame{Registry: registryTemplate, Globals: globalTemplate}
)

// Open puts every library into a state.
func Open(s *vm.State, host *Host) { plain.Open(s, &Libraries{opened: host}, nil) }

// Open puts every library into a state, by a frame's templates. l is empty; beside is
// what Beside gives.
func (f *Frame) Open(s *vm.State, l *Libraries, beside any) {
	l.state, l.frame, l.beside, l.packages = s, f, beside, packageTemplate
	s.SetData(l)
	s.Collector().AddRoots("libraries", l.reachable)
	s.Follow(s.Registry, f.Registry)
	s.Follow(s.Globals, f.Globals)
	s.SetTypeMetatable(vm.TypeString, s.Instance(stringMeta))
}
