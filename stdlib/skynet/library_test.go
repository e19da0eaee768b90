package skynet

import (
	"testing"

	"lunarium/runtime/vm"
)

// TestSharedFunctionsAreApart: what Lua prints of a shared function depends on
// its name alone, so two names might look the same.
func TestSharedFunctionsAreApart(t *testing.T) {
	owner := map[string]string{}
	for _, template := range Templates() {
		for _, name := range template.Names() {
			fn := template.Get(name)
			if !fn.IsFunction() {
				continue
			}
			address, full := vm.Address(fn), template.Name()+"."+name
			if other, taken := owner[address]; taken && !vm.Same(fn, template.Get(name)) {
				t.Errorf("%s and %s are both printed as %s", other, full, address)
			}
			owner[address] = full
		}
	}
}
