package vm

import (
	"slices"
	"sync"
	"unsafe"

	"lunarium/runtime/bytecode"
)

// This file holds functions' code, shared between states, and the loader that makes it.

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

// Loader predecodes bytecode for the states of one seed and shares the bytes
// of equal constants between programs, so that key comparison is mostly a
// comparison of pointers. It is safe for concurrent use.
type Loader struct {
	seed    uint32
	mu      sync.Mutex
	strings map[string]string
}

// NewLoader makes a loader for states whose Config has the same seed. Constants
// share the bytes of the known strings too: those of the keys of templates.
func NewLoader(seed uint32, known ...string) *Loader {
	l := &Loader{seed: seed, strings: make(map[string]string, len(known))}
	for _, name := range eventNames {
		l.intern(name.str())
	}
	for _, s := range known {
		l.intern(s)
	}
	return l
}

// Load predecodes a verified prototype and those nested in it.
func (l *Loader) Load(p *bytecode.Proto) *Code {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.load(p, nil)
}

// LoadOwned is Load for code that a program has made: it counts as memory of each
// state that has a function of it. Other code is the program itself.
func (l *Loader) LoadOwned(p *bytecode.Proto) *Code {
	c := l.Load(p)
	c.owned = true
	return c
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

func (l *Loader) intern(s string) string {
	if len(s) > maxInterned {
		return s
	}
	if known, ok := l.strings[s]; ok {
		return known
	}
	if len(l.strings) >= maxShared {
		clear(l.strings) // sharing saves time, and nothing depends on it
	}
	l.strings[s] = s
	return s
}

func (l *Loader) load(p *bytecode.Proto, parent *Code) *Code {
	c := &Code{
		parent:    parent,
		proto:     p,
		params:    int(p.NumParams),
		vararg:    p.IsVararg,
		nested:    len(p.Protos) > 0,
		upvalues:  p.Upvalues,
		frameSize: uintptr(p.MaxStack) * valueSize,
		constants: make([]Value, len(p.Constants)+1),
		protos:    make([]*Code, len(p.Protos)),
	}
	c.capturing = slices.ContainsFunc(p.Upvalues, func(u bytecode.UpvalueDesc) bool { return u.InStack })
	hashes := make([]uint32, len(p.Constants))
	for i, k := range p.Constants {
		switch k.Kind {
		case bytecode.Boolean:
			c.constants[i] = Bool(k.Bool)
		case bytecode.Number:
			c.constants[i] = Number(k.Number)
		case bytecode.String:
			v := String(l.intern(k.String))
			c.constants[i] = v
			hashes[i] = hashBytes(v.p, uint32(v.n), l.seed)
		default:
			c.constants[i] = Nil
		}
	}
	if c.chunk = c; parent != nil {
		c.chunk = parent.chunk
	}
	c.chunk.bytes += codeBytes(p)
	for i, nested := range p.Protos {
		c.protos[i] = l.load(nested, c)
	}
	d := decoder{code: c, hashes: hashes}
	c.instrs = make([]instr, len(p.Code)+1)
	for pc := range p.Code {
		c.instrs[pc] = d.decode(pc)
	}
	c.instrs[len(p.Code)] = instr{op: uint16(opBad)}
	c.start = unsafe.Pointer(unsafe.SliceData(c.instrs))
	c.k = unsafe.Pointer(unsafe.SliceData(c.constants))
	return c
}

// codeBytes gives the memory of a function's code without those nested in it: the
// bytecode and what is made of it.
func codeBytes(p *bytecode.Proto) int {
	const perInstruction = int(instrSize + unsafe.Sizeof(bytecode.Instruction(0)) + unsafe.Sizeof(int32(0)))
	const perConstant = int(valueSize + unsafe.Sizeof(bytecode.Constant{}))
	const perFunction = int(unsafe.Sizeof(Code{}) + unsafe.Sizeof(bytecode.Proto{}) + 2*unsafe.Sizeof(p))
	n := perFunction + len(p.Source) + (len(p.Code)+1)*perInstruction + (len(p.Constants)+1)*perConstant
	for i := range p.Constants {
		n += len(p.Constants[i].String)
	}
	for i := range p.Upvalues {
		n += int(unsafe.Sizeof(p.Upvalues[i])) + len(p.Upvalues[i].Name)
	}
	for i := range p.Locals {
		n += int(unsafe.Sizeof(p.Locals[i])) + len(p.Locals[i].Name)
	}
	return n
}

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

// index gives the number of the instruction before the saved pc, in the plain
// or the armed program.
func (c *Code) index(pc uintptr) int {
	i := (pc - uintptr(c.start)) / instrSize
	if i < uintptr(len(c.instrs)) { // the last one, opBad, is never fetched
		return int(i) - 1
	}
	return (int(pc-uintptr(c.armed())) - int(instrSize)) >> armedShift
}

// armedShift is the logarithm of the armed program's bytes per instruction.
const armedShift = 5

const _ = -(instrSize*2 ^ 1<<armedShift)
