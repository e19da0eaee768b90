package host

import "lunarium/runtime/vm"

// This file tells who takes part in what Lua code reads of the world.

// ReadingsOf gives who takes part in what is read now; nil: nobody does.
func ReadingsOf(t *vm.Thread) *Readings { return of(t.State()).Readings() }

// Find gives the reading that somebody gives in the place of the world; ok is false when nobody does.
func (r *Readings) Find(t *vm.Thread, function, argument string) (found Reading, ok bool) {
	found = Reading{Function: function, Argument: argument}
	return found, r.Given(&found, t.Where(1))
}
