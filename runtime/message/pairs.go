package message

import "lunarium/runtime/vm"

// This file says what is sent of a table.

// Pairs runs the __pairs metamethod of a table that has a metatable. It gives
// keys and values in turn, or false when there is no such metamethod.
type Pairs func(t *vm.Table) (keysAndValues []vm.Value, has bool)

// entries calls f for what is sent of a table until f returns false.
func entries(t *vm.Table, pairs Pairs, f func(k, v vm.Value) bool) {
	if t.Metatable() != nil && pairs != nil {
		if list, has := pairs(t); has {
			for i := 0; i+1 < len(list) && f(list[i], list[i+1]); i += 2 {
			}
			return
		}
	}
	t.Entries(f)
}
