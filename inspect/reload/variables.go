package reload

import (
	"fmt"

	"lunarium/inspect/live"
	"lunarium/runtime/bytecode"
	"lunarium/runtime/vm"
)

// This file finds out which variables the functions of a file share, and where they were
// declared.

// ref is upvalue index of a closure.
type ref struct {
	closure *vm.Closure
	index   int
}

func (r ref) value() vm.Value { return r.closure.Upvalue(r.index) }

func (r ref) cell() vm.Cell { return r.closure.Cell(r.index) }

// variables are a file's outermost variables by name and, for those that share
// a name, their order.
type variables map[string]slot

// slot is a local variable of a file's outermost block. A file that was loaded more
// than once has many.
type slot struct {
	ref
	many bool
}

// fileVariables finds the variables of files that functions hold, by the chunks.
func fileVariables(functions []*vm.Closure) map[*vm.Code]variables {
	found := map[*vm.Code]variables{}
	for _, c := range functions {
		root := live.MainChunk(c.Code())
		vars := found[root]
		if vars == nil {
			vars = variables{}
			found[root] = vars
		}
		for i := range c.Upvalues() {
			key := fileKey(c.Code(), i)
			if key == "" {
				continue
			}
			known, ok := vars[key]
			switch {
			case !ok:
				vars[key] = slot{ref: ref{c, i}}
			case known.cell() != c.Cell(i):
				known.many = true
				vars[key] = known
			}
		}
	}
	return found
}

// outermost names the variable in a register of a main chunk. Variables that
// live until its end occupy the registers in the order of their declaration.
func outermost(p *bytecode.Proto, register int, name string) string {
	index, same := 0, 0
	for _, local := range p.Locals {
		if local.EndPC < len(p.Code) {
			continue
		}
		if index == register {
			if local.Name != name {
				return ""
			}
			if same > 0 {
				return fmt.Sprintf("%s#%d", name, same+1)
			}
			return name
		}
		if local.Name == name {
			same++
		}
		index++
	}
	return ""
}

// declares gives the function in which upvalue i of c is a local variable, and the
// register there; nil for what the chunk was given, its _ENV.
func declares(c *vm.Code, i int) (in *vm.Code, register int) {
	for c.Parent() != nil {
		u := c.Proto().Upvalues[i]
		if u.InStack {
			return c.Parent(), int(u.Index)
		}
		c, i = c.Parent(), int(u.Index)
	}
	return nil, 0
}

// environment is the key of a chunk's _ENV among its file's variables.
const environment = "\x00_ENV" // no variable has that name

// fileKey gives the key of upvalue i among its file's variables, "" when it is not
// one of the outermost block.
func fileKey(c *vm.Code, i int) string {
	in, register := declares(c, i)
	switch {
	case in == nil:
		return environment
	case in.Parent() != nil:
		return ""
	}
	return outermost(in.Proto(), register, c.Proto().Upvalues[i].Name)
}
