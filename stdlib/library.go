package stdlib

import (
	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// libraries is what the libraries keep of one state. The functions themselves
// are shared by all states and find it by the thread that they run on.
type libraries struct {
	state    *vm.State
	opened   *Host
	connect  func(*libraries) *Host // makes the host when it is first needed
	packages *vm.Template           // of the library package
	random   *random
	streams  *streams
	skynet   *skynet       // nil in a state that is no service
	pairs    message.Pairs // see runsPairs
}

// of gives the libraries of the running state.
func of(t *vm.Thread) *libraries { return ofState(t.State()) }

func ofState(s *vm.State) *libraries { return s.Data().(*libraries) }

// reachable names what the libraries keep of Lua's values.
func (l *libraries) reachable(visit func(*vm.Value)) {
	if s := l.streams; s != nil {
		for _, v := range [...]*vm.Value{&s.standard[0], &s.standard[1], &s.standard[2], &s.input, &s.output} {
			visit(v)
		}
	}
	if l.skynet != nil {
		l.skynet.reachable(visit)
	}
}

// host gives what the libraries may use of the world.
func (l *libraries) host() *Host {
	if l.opened == nil {
		l.opened = l.connect(l)
	}
	return l.opened
}

// on makes a library function of a method of a library's part of libraries.
func on[L ~struct{ *libraries }](method func(L, *vm.Thread) int) func(*vm.Thread) int {
	return func(t *vm.Thread) int { return method(L(struct{ *libraries }{of(t)}), t) }
}

// instance makes a recipe for a field: the state's table of a template.
func instance(template *vm.Template) func(*vm.State) vm.Value {
	return func(s *vm.State) vm.Value { return vm.TableValue(s.Instance(template)) }
}

// loaded gives package.loaded, which lives in the registry as _LOADED.
func loaded(s *vm.State) *vm.Table { return s.Registry.GetString("_LOADED").AsTable() }

// registry makes the template of a registry.
func registry(loaded, preload *vm.Template) *vm.Template {
	return vm.NewTemplate("registry").
		Make("_LOADED", instance(loaded)).
		Make("_PRELOAD", instance(preload)).
		Make("FILE*", instance(fileTemplate))
}
