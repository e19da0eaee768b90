package vm

import "unsafe"

// This file holds Lua functions, their variables' cells, and Go functions.

// Closure is a Lua function: code and the cells of its upvalues, which follow
// the struct in the same allocation.
type Closure struct {
	code *Code
	id   uint64 // sequence number, and markedBit
}

// cell is an upvalue: v points into a thread's stack while the variable lives
// there, and at own afterwards. Its identity is the variable's.
type cell struct {
	v    unsafe.Pointer // *Value
	own  Value
	next *cell // next open cell further down the stack
}

func (c *Closure) upvalue(i int) **cell {
	if checked {
		c.checkUpvalue(i)
	}
	return (**cell)(unsafe.Add(unsafe.Pointer(c), cellsOffset+uintptr(i)*cellSize))
}

const (
	cellsOffset = unsafe.Sizeof(Closure{}) // where a closure's cells begin
	cellSize    = unsafe.Sizeof((*cell)(nil))
)

// The cells lie right behind the Closure.
const _ = -(cellsOffset ^ unsafe.Offsetof(closure1{}.cells))

func (c *cell) get() Value { return *(*Value)(c.v) }

func (c *cell) set(v Value) {
	if v.n < tagFloor {
		v.p = nil
	}
	*(*Value)(c.v) = v
}

func newCell(v Value) *cell {
	c := &cell{own: v}
	c.v = unsafe.Pointer(&c.own)
	return c
}

type (
	closure1 struct {
		Closure
		cells [1]*cell
	}
	closure2 struct {
		Closure
		_ [2]*cell
	}
	closure3 struct {
		Closure
		_ [3]*cell
	}
	closure4 struct {
		Closure
		_ [4]*cell
	}
	closure6 struct {
		Closure
		_ [6]*cell
	}
	closure10 struct {
		Closure
		_ [10]*cell
	}
	closure30 struct {
		Closure
		_ [30]*cell
	}
	closure256 struct {
		Closure
		_ [256]*cell
	}
)

// newClosure allocates a closure with room for the code's upvalues.
func newClosure(code *Code, id uint64) *Closure {
	var c *Closure
	switch n := len(code.upvalues); {
	case n == 0:
		c = new(Closure)
	case n == 1:
		c = &new(closure1).Closure
	case n == 2:
		c = &new(closure2).Closure
	case n == 3:
		c = &new(closure3).Closure
	case n == 4:
		c = &new(closure4).Closure
	case n <= 6:
		c = &new(closure6).Closure
	case n <= 10:
		c = &new(closure10).Closure
	case n <= 30:
		c = &new(closure30).Closure
	default:
		c = &new(closure256).Closure
	}
	c.code, c.id = code, id
	return c
}

// Code gives the function's code.
func (c *Closure) Code() *Code { return c.code }

// Upvalues gives the number of upvalues.
func (c *Closure) Upvalues() int { return len(c.code.upvalues) }

// UpvalueName gives the name of upvalue i, counted from 0: "" when stripped.
func (c *Closure) UpvalueName(i int) string { return c.code.proto.Upvalues[i].Name }

// Upvalue gives the value of upvalue i, counted from 0.
func (c *Closure) Upvalue(i int) Value { return (*c.upvalue(i)).get() }

// SetUpvalue changes the variable behind upvalue i for everyone who shares it.
func (c *Closure) SetUpvalue(i int, v Value) { (*c.upvalue(i)).set(v) }

// Cell is the identity of a variable that closures share.
type Cell = *cell

// Cell gives the identity of upvalue i.
func (c *Closure) Cell(i int) Cell { return *c.upvalue(i) }

// Join makes upvalue i refer to upvalue j of other (debug.upvaluejoin).
func (c *Closure) Join(i int, other *Closure, j int) { *c.upvalue(i) = *other.upvalue(j) }

// GoFunction is a function implemented in Go. Run reads its arguments from the
// thread, pushes its results and returns how many it pushed, or ends with one of
// the methods that hand control to the machine (CallThen, Suspend, Yield …) and
// returns what that returned.
type GoFunction struct {
	Name string // for tracebacks and argument errors; "string.rep" style is fine
	Run  func(t *Thread) int
	id   uint64 // with isGoClosure or isIterator
}

// goClosure is a Go function with upvalues: values that Run keeps between calls,
// where the debug library and the memory meter see them.
type goClosure struct {
	GoFunction
	upvalues []Value
}

// closure gives the upvalues' owner, nil when there are none.
func (g *GoFunction) closure() *goClosure {
	if g.id&isGoClosure == 0 {
		return nil
	}
	return (*goClosure)(unsafe.Pointer(g))
}

// closureBytes gives the memory of a closure, in newClosure's sizes.
func closureBytes(upvalues int) int {
	for _, room := range [...]int{0, 1, 2, 3, 4, 6, 10, 30} {
		if upvalues <= room {
			return int(unsafe.Sizeof(Closure{})) + 8*room
		}
	}
	return int(unsafe.Sizeof(closure256{}))
}

// AsClosure gives the Lua function or nil.
func (v Value) AsClosure() *Closure {
	if v.hi() != hiClosure {
		return nil
	}
	return (*Closure)(v.p)
}

// AsGo gives the Go function or nil.
func (v Value) AsGo() *GoFunction {
	if v.hi() != hiGo {
		return nil
	}
	return (*GoFunction)(v.p)
}

// ClosureValue wraps a Lua function.
func ClosureValue(c *Closure) Value {
	if c == nil {
		return Nil
	}
	return Value{unsafe.Pointer(c), uint64(hiClosure) << 32}
}

// FunctionValue wraps a Go function.
func FunctionValue(f *GoFunction) Value {
	if f == nil {
		return Nil
	}
	return Value{unsafe.Pointer(f), uint64(hiGo) << 32}
}

// control is what Run returns when the machine has taken over.
const control = -1
