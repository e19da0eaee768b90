package stdlib

import (
	"io"
	"os"
	"time"

	"lunarium/runtime/vm"
	"lunarium/stdlib/cache"
)

// Host is what the libraries of a state may use of the world outside it. All
// functions must be set; they are called on the goroutine that runs the state.
type Host struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer // each print or io.write is one Write
	// Child is what commands get as standard input, output and errors. Where it is
	// nil the input is empty and what they write is copied to Stdout and Stderr.
	Child [3]*os.File

	Now    func() time.Time            // os.time, os.date; wall or virtual
	CPU    func() time.Duration        // os.clock
	Exit   func(code int)              // os.exit; may return, the caller's error then ends the code
	Getenv func(string) (string, bool) // os.getenv
	Seed   int64                       // math.random until math.randomseed

	// Compile makes code of source text or of a precompiled chunk. chunkName
	// is as load's ("=stdin", "@file.lua", or the source itself). The error's
	// text is what load returns. stop is asked now and then; when it says true
	// the work is given up.
	Compile func(chunkName string, source []byte, stop func() bool) (*vm.Code, error)
	// LeaveInterrupts leaves what the terminal's keys send to the command that
	// os.execute has started, until undo; nil where commands have no terminal.
	LeaveInterrupts func() (undo func())
	// Chdir changes the working directory, which is the whole process's; nil where
	// that is not the code's to change.
	Chdir func(string) error
	// ReadFile reads what loadfile, dofile and require load.
	ReadFile func(path string) ([]byte, error)
	// Known gives the code that a file is to be taken to hold, nil for what it
	// does; Loaded is told of the code of each file that was loaded. nil: nobody
	// knows better, nobody wants to know.
	Known  func(path string) *vm.Code
	Loaded func(path string, code *vm.Code)

	// Version gives the number of the version of its code that a service runs. Replaced
	// counts as one that it has itself put another implementation in the place of old.
	// nil where code has no versions.
	Version  func() int
	Replaced func(old vm.Value) (number int, err error)

	Caches *cache.Stores // what require "cache" connects to

	ModulePath string     // package.path
	Data       string     // directory of the files that libraries keep (db_pool, persist)
	Searchers  []Searcher // asked by require after package.preload, before the path
}

// Searcher finds modules that are not files. It gives nil when it has none of
// that name. The function gets the module's name and ":go:" as arguments and
// returns the module.
type Searcher func(name string) func(*vm.Thread) int

// libraryTemplates are the libraries that are globals and modules alike.
var libraryTemplates = []*vm.Template{
	packageTemplate, coroutineTemplate, tableTemplate, stringTemplate, utf8Template, mathTemplate,
	bit32Template, osTemplate, ioTemplate, debugTemplate, lfsTemplate,
}

// withLibraries adds the libraries, and the globals as _G, to the template of
// the globals or of package.loaded.
func withLibraries(template *vm.Template) *vm.Template {
	template.Make("_G", func(s *vm.State) vm.Value { return vm.TableValue(s.Globals) })
	for _, library := range libraryTemplates {
		template.Make(library.Name(), instance(library))
	}
	return template
}

var (
	loadedTemplate   = withLibraries(vm.NewTemplate("loaded"))
	registryTemplate = registry(loadedTemplate, vm.NewTemplate("preload"))
)

// Names gives the names of everything in the libraries, for vm.NewLoader.
func Names() []string {
	var names []string
	for _, template := range append(libraryTemplates, serviceGlobals, skynetTemplate, fileTemplate, preloadTemplate) {
		names = append(names, template.Names()...)
	}
	return names
}

// Open puts every library into a state.
func Open(s *vm.State, host *Host) {
	open(&libraries{state: s, opened: host}, registryTemplate, globalTemplate)
}

// open makes a state's libraries show what the templates contain.
func open(l *libraries, registry, globals *vm.Template) {
	l.packages = packageTemplate
	l.state.SetData(l)
	l.state.AddRoots("libraries", l.reachable)
	l.state.Follow(l.state.Registry, registry)
	l.state.Follow(l.state.Globals, globals)
	l.state.SetTypeMetatable(vm.TypeString, l.state.Instance(stringMeta))
}
