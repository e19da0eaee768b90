package vm

import (
	"slices"
	"sync"
	"unsafe"

	"lunarium/runtime/bytecode"
)

// This file is the code of functions, which states share.

// Code is a function's predecoded code, immutable and shared between states.
type Code struct {
	start     unsafe.Pointer // *instr
	k         unsafe.Pointer // *Value
	frameSize uintptr        // bytes of registers
	params    int
	vararg    bool
	nested    bool // has prototypes, so that returning may have to close upvalues
	capturing bool // an upvalue is a local variable of the enclosing function
	upvalues  []bytecode.UpvalueDesc
	constants []Value
	instrs    []instr
	protos    []*Code
	proto     *bytecode.Proto
	parent    *Code // the function that this one is written in; nil for a chunk
	chunk     *Code // the outermost one, which each of its functions keeps alive
	bytes     int   // of a chunk: what it takes with all its functions
	owned     bool  // of a chunk: see Loader.LoadOwned

	text  string // what it was compiled from; "" when nobody keeps it
	arm   sync.Once
	hooks []instr // the armed program
}

// Proto gives the bytecode that the code was made from.
func (c *Code) Proto() *bytecode.Proto { return c.proto }

// KeepText attaches what a chunk was compiled from, before anybody else has it; Text
// gives it, or "".
func (c *Code) KeepText(text string) {
	c.text = text
	c.bytes += len(text)
}

func (c *Code) Text() string { return c.text }

// Parent gives the function that this one is written in; nil for a chunk.
func (c *Code) Parent() *Code { return c.parent }

// Protos gives the functions that are written in this one.
func (c *Code) Protos() []*Code { return c.protos }

// DefinedName gives the name that the function has where it is written, "" when
// it has none.
func (c *Code) DefinedName() string {
	if c.parent == nil {
		return ""
	}
	return bytecode.DefinedName(c.parent.proto, slices.Index(c.parent.protos, c))
}

// Declarer gives the function whose local variable upvalue i is; nil for a
// chunk's _ENV.
func (c *Code) Declarer(i int) *Code {
	for c != nil {
		u := c.upvalues[i]
		if u.InStack {
			return c.parent
		}
		c, i = c.parent, int(u.Index)
	}
	return nil
}

// OwnedBytes gives the memory that the code of the function's chunk takes in the
// account of a state that has it; 0 when that is the program itself.
func (c *Code) OwnedBytes() int {
	if !c.chunk.owned {
		return 0
	}
	return c.chunk.bytes
}

// maxInterned is the longest constant that is shared, maxShared how many are.
const (
	maxInterned = 64
	maxShared   = 1 << 17
)

// index gives the number of the instruction before the saved pc, in the plain
// or the armed program.
func (c *Code) index(pc uintptr) int {
	i := (pc - uintptr(c.start)) / instrSize
	if i < uintptr(len(c.instrs)) { // the last one, opBad, is never fetched
		return int(i) - 1
	}
	return (int(pc-uintptr(c.armed())) - int(instrSize)) >> armedShift
}

const _ = -(instrSize*2 ^ 1<<armedShift)

// armed gives the program in which every instruction stands behind an opHook
// of its own, which runs the hooks.
func (c *Code) armed() unsafe.Pointer {
	c.arm.Do(func() {
		c.hooks = make([]instr, 2*len(c.instrs))
		for i, in := range c.instrs {
			c.hooks[2*i] = instr{op: uint16(opHook)}
			c.hooks[2*i+1] = in.spread()
		}
	})
	return unsafe.Pointer(unsafe.SliceData(c.hooks))
}

// armedShift is the logarithm of the armed program's bytes per instruction.
const armedShift = 5
