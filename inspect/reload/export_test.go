package reload

import "lunarium/runtime/vm"

// Behind tells how many objects are looked at for the functions of an implementation.
func Behind(impl vm.Value) int {
	return len(functionsBehind(impl.AsTable(), implementation(impl)).seen)
}
