package inspect

import (
	"context"
	"fmt"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// Replaced counts as a version of a service's code that the service itself has put another
// implementation into the variable that held old: a table with handle_message, as in the
// tutorial. It gives the version's number; own thread.
func Replaced(s *service.Service, old vm.Value) (number int, err error) {
	was := implementation(old)
	r := &reload{ctx: context.Background(), svc: s, st: s.State(), change: &Change{Service: s.Name()}}
	defer r.st.SuspendCollector()()
	v, code, ok := r.holder()
	if was == nil || !ok || v.Value().AsTable() == old.AsTable() {
		return 0, fmt.Errorf("%s keeps no table with handle_message in a variable in the place of the old one", s.Handle())
	}
	r.st.AddRoots("versions", r.visitVersions)
	if err := r.tellFunctions(old.AsTable(), was, v.Value().AsTable(), code); err != nil {
		return 0, err
	}
	r.finish(func() service.Version {
		list, current := s.Versions()
		if now := &list[current-1]; now.Impl == nil {
			now.Impl, now.Holder = was, v.Name
		}
		return service.Version{Code: s.Code(), Impl: code, Holder: v.Name, Own: true}
	})
	if sameText(was.Proto(), code.Proto()) {
		list, current := s.Versions()
		list[current-1].Changes = "the same text again"
	}
	return r.change.Version, nil
}

// tellFunctions compares the functions of two implementations that the service holds.
func (r *reload) tellFunctions(old *vm.Table, was *vm.Code, fresh *vm.Table, code *vm.Code) error {
	holders, err := r.st.FindHolders(func(c *vm.Code) vm.Interest {
		if root := rootOf(c); root == was || root == code {
			return vm.Wanted
		}
		return vm.Unwanted
	})
	if err != nil {
		return err
	}
	before, after := map[string]string{}, map[string]string{}
	tableFunctions(before, old)
	tableFunctions(after, fresh)
	innerFunctions(before, map[*vm.Code]bool{}, holders.Functions(), was)
	innerFunctions(after, map[*vm.Code]bool{}, holders.Functions(), code)
	r.change.functions(r.svc, functionChange{was: before, now: after, started: map[string]bool{}})
	return nil
}

// implementation gives the code of a table with handle_message, or nil.
func implementation(v vm.Value) *vm.Code {
	t := v.AsTable()
	if t == nil {
		return nil
	}
	handle := t.GetString("handle_message").AsClosure()
	if handle == nil {
		return nil
	}
	return rootOf(handle.Code())
}
