package live

import (
	"slices"

	"lunarium/runtime/service"
)

// Missing names the variables that only a search of the whole heap could find now.
func Missing(s service.Self) (list []string) {
	for d := range NamesOf(s).missing(AnyName) {
		list = append(list, d.name)
	}
	slices.Sort(list)
	return list
}
