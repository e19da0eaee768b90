package live

import (
	"slices"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// Missing names the variables that only a search of the whole heap could find now.
func Missing(s *service.Service, st *vm.State) (list []string) {
	for d := range NamesOf(s, st).missing(AnyName) {
		list = append(list, d.name)
	}
	slices.Sort(list)
	return list
}
