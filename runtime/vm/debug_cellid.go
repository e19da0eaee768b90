package vm

import "unsafe"

// This file gives the identities of variables.

// Identity gives a light userdata that is equal for the same variable only
// (debug.upvalueid).
func (c *cell) Identity() Value { return Light(unsafe.Pointer(c)) }

// UpvalueID gives a light userdata for upvalue i, which no other function shares.
func (g *GoFunction) UpvalueID(i int) Value { return Light(unsafe.Pointer(&g.closure().upvalues[i])) }
