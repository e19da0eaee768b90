// Package versions is the library versions: what a service knows of the versions of its
// code that the console lists, and how it says that it has replaced some of it itself.
package versions

import (
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// Options are what the library asks. nil functions where code has no versions.
type Options struct {
	Current  func() int                                 // the number of the version that runs
	Replaced func(old vm.Value) (number int, err error) // counts one that has taken old's place
}

// Open makes the library's table.
func Open(s *vm.State, options Options) vm.Value {
	return vm.TableValue(s.NewLibrary(library{options}.functions().Bound()))
}

// functions are the library's.
func (v library) functions() kit.Library {
	return kit.Library{Name: "versions", Functions: []kit.Function{
		kit.Fn("current", "", kit.Reads, "gives the number of the version that runs",
			v.current),
		kit.Fn("replaced", "old", kit.Asks, "counts as a version that an implementation has been replaced, and gives its number",
			kit.Acts.Guard("a version of its code", v.replaced)),
	}}
}

// Declarations gives what the library consists of.
func Declarations() []kit.Library { return []kit.Library{library{}.functions()} }

type library struct{ options Options }

// current gives the number of the version that runs.
func (v library) current(t *vm.Thread) int {
	v.check(t)
	return t.Return(vm.Int(v.options.Current()))
}

// replaced counts as a version that the given implementation has been replaced, and gives
// the number.
func (v library) replaced(t *vm.Thread) int {
	v.check(t)
	number, err := v.options.Replaced(vm.TableValue(t.CheckTable(1)))
	if err != nil {
		t.Errorf("%s", err)
	}
	return t.Return(vm.Int(number))
}

func (v library) check(t *vm.Thread) {
	if v.options.Current == nil {
		t.Errorf("only the code of a service has versions")
	}
}
