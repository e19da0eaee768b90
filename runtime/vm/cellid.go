package vm

import "unsafe"

// Identity gives a light userdata that is equal for the same variable only
// (debug.upvalueid).
func (c *cell) Identity() Value { return Light(unsafe.Pointer(c)) }
