package inspect

import (
	"slices"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// Missing names the variables that only a search of the whole heap could find now.
func Missing(s *service.Service, st *vm.State) (list []string) {
	for d := range namesOf(s, st).missing(anyName) {
		list = append(list, d.name)
	}
	slices.Sort(list)
	return list
}

// Behind tells how many objects are looked at for the functions of an implementation.
func Behind(impl vm.Value) int {
	return len(functionsBehind(impl.AsTable(), implementation(impl)).seen)
}
