// Package versions is the library versions: what a service knows of the versions of its
// code that the console lists, and how it says that it has replaced some of it itself.
package versions

import "lunarium/runtime/vm"

// Options are what the library asks. nil functions where code has no versions.
type Options struct {
	Current  func() int                                 // the number of the version that runs
	Replaced func(old vm.Value) (number int, err error) // counts one that has taken old's place
}

// Open makes the library's table.
func Open(s *vm.State, options Options) vm.Value {
	v := library{options}
	return vm.TableValue(s.NewLibrary(vm.Library{
		"current": v.current, "replaced": vm.Effect("a version of its code", false, v.replaced),
	}))
}

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
