package kit

import "lunarium/runtime/vm"

// This file holds declarations of libraries and their functions.

// Function is the declaration of a library's function.
type Function struct {
	Name   string
	Params string // for people: "address, type, ...", "text [, from [, to]]"
	Effect Effect
	Help   string // one line, without a full stop
	Run    func(*vm.Thread) int
}

// Fn declares a function; none of it may be left out.
func Fn(name, params string, effect Effect, help string, run func(*vm.Thread) int) Function {
	return Function{name, params, effect, help, run}
}

// Library is the declaration of a table of functions.
type Library struct {
	Name      string // what code calls it, "skynet"; "_G" is that of the globals
	Subject   string // what the functions are about, of one table declared in parts
	Object    bool   // the functions are methods, "file:read"
	Functions []Function
}

// Bound gives what the machine calls: each function, obeying its effect.
func (l Library) Bound() vm.Library {
	bound := make(vm.Library, len(l.Functions))
	for _, f := range l.Functions {
		bound[f.Name] = l.guarded(f)
	}
	return bound
}

// Function gives what the machine calls for one of the functions.
func (l Library) Function(name string) func(*vm.Thread) int {
	for _, f := range l.Functions {
		if f.Name == name {
			return l.guarded(f)
		}
	}
	panic(l.Name + " declares no function " + name)
}

func (l Library) guarded(f Function) func(*vm.Thread) int { return f.Effect.Guard(l.Full(f), f.Run) }

// Full gives the name by which code calls a function: "skynet.call", "file:read",
// "print".
func (l Library) Full(f Function) string {
	switch {
	case l.Object:
		return l.Name + ":" + f.Name
	case l.Name == "_G":
		return f.Name
	}
	return l.Name + "." + f.Name
}

// Signature gives a function's full name with its parameters.
func (l Library) Signature(f Function) string { return l.Full(f) + "(" + f.Params + ")" }
