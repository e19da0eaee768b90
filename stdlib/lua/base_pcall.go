package lua

import "lunarium/runtime/vm"

// This file holds pcall and xpcall.

func pcall(t *vm.Thread) int {
	t.CheckAny(1)
	return t.ProtectArgs()
}

func xpcall(t *vm.Thread) int {
	if t.NArgs() < 2 {
		t.ArgError(2, "value expected")
	}
	handler := t.Arg(2)
	if handler.IsNil() {
		handler = vm.False // no function either, but a handler
	}
	return t.Protect(t.Arg(1), t.Args(3), handler)
}

// PcallFunction is the function pcall, which others compare with.
var PcallFunction = vm.SharedFunction("_G", "pcall", pcall)
