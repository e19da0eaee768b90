package stdlib

import "lunarium/runtime/vm"

// openVersions makes the library versions: what a service knows of the versions of its
// code that the console lists.
func openVersions(s *vm.State, host *Host) vm.Value {
	v := versions{host}
	return vm.TableValue(s.NewLibrary(vm.Library{
		"current": v.current, "replaced": vm.Effect("a version of its code", false, v.replaced),
	}))
}

type versions struct{ host *Host }

// current gives the number of the version that runs.
func (v versions) current(t *vm.Thread) int {
	v.check(t)
	return t.Return(vm.Int(v.host.Version()))
}

// replaced counts as a version that the given implementation has been replaced, and gives
// the number.
func (v versions) replaced(t *vm.Thread) int {
	v.check(t)
	number, err := v.host.Replaced(vm.TableValue(t.CheckTable(1)))
	if err != nil {
		t.Errorf("%s", err)
	}
	return t.Return(vm.Int(number))
}

func (v versions) check(t *vm.Thread) {
	if v.host.Version == nil {
		t.Errorf("only the code of a service has versions")
	}
}
