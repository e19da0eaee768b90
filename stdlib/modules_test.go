package stdlib_test

import (
	"strings"
	"testing"

	"lunarium/runtime/vm"
	"lunarium/stdlib"
)

// Plain Lua, which has no service, has the module, and its functions say what they need.
func TestOnlyServicesHaveVersions(t *testing.T) {
	s := vm.NewState(vm.Config{})
	module := new(stdlib.Modules).Find("versions")(s, nil).AsTable()
	for name, args := range map[string][]vm.Value{"current": nil, "replaced": {vm.TableValue(s.NewTable(0, 0))}} {
		task := s.NewTask(module.GetString(name), args...).AsTask()
		if status := task.Resume(); status != vm.StatusError || !strings.Contains(task.Failure().Error(), "only the code of a service has versions") {
			t.Errorf("%s: status %d, %v", name, status, task.Failure())
		}
	}
}
