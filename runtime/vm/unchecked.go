//go:build !checked

package vm

import "unsafe"

// This file is what is left of the checks in a build without them.

// checked says that the machine watches its own steps; see checked.go. These are
// the steps of the one that doesn't, of which the compiler leaves nothing.
const checked = false

func makeStack(size int) []Value { return make([]Value, size) }

func poison([]Value)       {}
func poisonFrames([]frame) {}

func (t *Thread) poisonAbove(uintptr)      {}
func (t *Thread) checkAddress(uintptr)     {}
func (t *Thread) checkCall()               {}
func (t *Thread) checkReturn(uintptr, int) {}
func (t *Thread) checkThen(uintptr)        {}
func (t *Thread) checkNested()             {}
func (t *Thread) checkAll()                {}

func (t *Table) checkElement(uint32) {}
func (t *Table) checkNode(uint32)    {}

func (c *Closure) checkUpvalue(int) {}

func (f *frame) checkOperand(uint16, bool) {}

func (s *State) checkStep(*Thread, unsafe.Pointer, unsafe.Pointer, unsafe.Pointer) {}
