package vm

import (
	"slices"
	"sync"
	"unsafe"

	"lunarium/runtime/bytecode"
)

// This file makes code of bytecode.

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
