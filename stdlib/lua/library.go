package lua

import "lunarium/runtime/vm"

// This file holds what the libraries keep of one state, and how a function finds it.

// Libraries is what the libraries keep of one state. The functions themselves
// are shared by all states and find it by the thread that they run on.
type Libraries struct {
	state    *vm.State
	frame    *Frame
	beside   any
	packages *vm.Template // the library package: its functions can't name it while it is made
	opened   *Host
	random   *random
	streams  *streams
}

// of gives the libraries of the running state.
func of(t *vm.Thread) *Libraries { return ofState(t.State()) }

func ofState(s *vm.State) *Libraries { return s.Data().(*Libraries) }

// Beside gives what a library that is opened with these keeps of the state
// (Frame.Open), nil when there is none.
func Beside(s *vm.State) any { return ofState(s).beside }

// reachable names what the libraries keep of Lua's values.
func (l *Libraries) reachable(visit func(*vm.Value)) {
	if s := l.streams; s != nil {
		for _, v := range [...]*vm.Value{&s.standard[0], &s.standard[1], &s.standard[2], &s.input, &s.output} {
			visit(v)
		}
	}
	if l.frame.Reachable != nil {
		l.frame.Reachable(l.beside, visit)
	}
}

// host gives what the libraries may use of the world.
func (l *Libraries) host() *Host {
	if l.opened == nil {
		l.opened = l.frame.MakeHost(l.state)
	}
	return l.opened
}

// on makes a library function of a method of a library's part of Libraries.
func on[L ~struct{ *Libraries }](method func(L, *vm.Thread) int) func(*vm.Thread) int {
	return func(t *vm.Thread) int { return method(L(struct{ *Libraries }{of(t)}), t) }
}

// Instance makes a recipe for a field: the state's table of a template.
func Instance(template *vm.Template) func(*vm.State) vm.Value {
	return func(s *vm.State) vm.Value { return vm.TableValue(s.Instance(template)) }
}

// loaded gives package.loaded, which lives in the registry as _LOADED.
func loaded(s *vm.State) *vm.Table { return s.Registry.GetString("_LOADED").AsTable() }

// Frame is what the states of one kind have in common.
type Frame struct {
	Registry, Globals *vm.Template
	// MakeHost makes a state's host when it is first needed.
	MakeHost func(*vm.State) *Host
	// Tasks says that all code runs as tasks, which are coroutines; nothing runs as
	// the main thread then.
	Tasks bool
	// Reachable names what else is kept beside these of Lua's values; nil: nothing.
	Reachable func(beside any, visit func(*vm.Value))
}
