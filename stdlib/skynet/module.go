package skynet

import (
	"embed"

	"lunarium/runtime/host"
	"lunarium/runtime/message"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
	"lunarium/stdlib/kit"
	"lunarium/stdlib/lua"
)

// This file holds the library's modules in Lua, and what loads them.

// The parts of the library that are written in Lua: modules by their name.
//
//go:embed lua/*.lua
var luaSources embed.FS

// luaModules are loaded when they are first required.
var luaModules = []struct{ name, file string }{
	{"skynet.queue", "lua/queue.lua"},
	{"skynet.request", "lua/request.lua"},
	{"skynet.debug", "lua/debug.lua"},
	{"skynet.service", "lua/service.lua"},
}

// moduleFunctions are functions of skynet that a Lua module, or Lua's library, provides.
var moduleFunctions = []kit.Function{
	kit.Fn("pcall", "f, ...", kit.None, "is pcall",
		vm.Value.AsGo(lua.PcallFunction).Run),
	kit.Fn("request", "...", kit.Reads, "makes a group of requests that are sent at once",
		lazily("skynet.request")),
	kit.Fn("queue", "", kit.Reads, "makes a function that runs others one after the other",
		lazily("skynet.queue")),
}

// preloadTemplate is package.preload of a service: the modules known to require.
var preloadTemplate = withModules(vm.NewTemplate("preload", vm.Library{
	"skynet.coroutine":     bound((*library).coroutineModule),
	"skynet.remoteconsole": bound((*library).remoteConsole),
	// What the manager adds is there from the start.
	"skynet.manager":   bound(func(l *library, t *vm.Thread) int { return t.Return(vm.TableValue(l.table)) }),
	"skynet.codecache": bound(func(l *library, t *vm.Thread) int { return t.Return(l.table.GetString("cache")) }),
}))

func withModules(preload *vm.Template) *vm.Template {
	for _, m := range luaModules {
		preload.Set(m.name, vm.SharedFunction("preload", m.name, bound(func(l *library, t *vm.Thread) int {
			return t.CallThen(l.chunk(t, m.file), []vm.Value{vm.String(m.name)}, nil)
		})))
	}
	return preload
}

// chunk gives the main function of an embedded file.
func (l *library) chunk(t *vm.Thread, file string) vm.Value {
	code, err := l.node.Sources().Compile("="+file[len("lua/"):], []byte(luaSource(file)))
	if err != nil {
		t.Errorf("%s", err)
	}
	return l.state.NewClosure(code, vm.TableValue(l.state.Globals))
}

// luaSource gives the text of an embedded file.
func luaSource(file string) string {
	source, err := luaSources.ReadFile(file)
	if err != nil {
		panic(err) // the names are this package's own
	}
	return string(source)
}

// requireThen calls require for a module and goes on with it.
func requireThen(t *vm.Thread, name string, then func(t *vm.Thread) int) int {
	return t.CallThen(t.State().Globals.GetString("require"), []vm.Value{vm.String(name)}, then)
}

// lazily makes a function that a Lua module provides when it is first called:
// the module itself, called with the arguments.
func lazily(module string) func(t *vm.Thread) int {
	return func(t *vm.Thread) int {
		args := t.Args(1)
		return requireThen(t, module, func(t *vm.Thread) int { return t.CallThen(t.Arg(1), args, nil) })
	}
}

// debugMessage handles the debug protocol by the module skynet.debug.
func debugMessage(t *vm.Thread, m *message.Message) int {
	args := append([]vm.Value{vm.Int(int(m.Session)), vm.Int(int(m.Source))}, payloadValues(t, m.Payload)...)
	return requireThen(t, "skynet.debug", func(t *vm.Thread) int {
		module := t.Arg(1).AsTable()
		if module == nil || !module.GetString("dispatch").IsFunction() {
			t.Errorf("the service has replaced the module skynet.debug")
		}
		return t.CallThen(module.GetString("dispatch"), args, nil)
	})
}

// remoteConsole gives the function that opens a remote console.
func (l *library) remoteConsole(t *vm.Thread) int {
	return t.Return(l.state.NewFunction("open", kit.Acts.Guard("the remote console", func(t *vm.Thread) int {
		address := t.CheckString(1)
		if l.options.OpenConsole == nil {
			t.Errorf("this node has no remote console")
		}
		console, err := l.options.OpenConsole(l.svc.Address(), address)
		if err != nil {
			t.Throw(vm.String(worded.Text(err)))
		}
		closed, gone := host.Opened(l.state), host.Gone(l.state)
		go func() {
			<-gone
			_ = console.Close() // it may be closed already
			closed()
		}()
		return 0
	})))
}

// coroutineModule is coroutine with skynet.coroutine's further functions: what
// suspends a task does so inside any coroutine.
func (l *library) coroutineModule(t *vm.Thread) int {
	module := l.state.NewTable(0, 16)
	l.state.Instance(lua.CoroutineTemplate).Entries(func(k, v vm.Value) bool {
		module.Set(k, v)
		return true
	})
	module.SetString("thread", threadFunction)
	return t.Return(vm.TableValue(module))
}

// coroutineFunctions are what skynet.coroutine has beside those of coroutine.
var coroutineFunctions = kit.Library{Name: "skynet.coroutine", Functions: []kit.Function{
	kit.Fn("thread", "[co]", kit.None, "gives the task's thread, and whether the given coroutine is that",
		coroutineThread),
}}

var threadFunction = vm.SharedFunction("skynet.coroutine", "thread", coroutineThread)

// coroutineThread gives the task's own thread, and whether the given (by
// default the running) coroutine is that.
func coroutineThread(t *vm.Thread) int {
	co, _ := t.Running()
	if !t.Arg(1).IsNil() {
		co = t.CheckThread(1)
	}
	task := t.State().Task()
	return t.Return(vm.ThreadValue(task), vm.Bool(co == task))
}
