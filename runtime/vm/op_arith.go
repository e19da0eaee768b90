package vm

import (
	"math"
	"unsafe"

	"lunarium/runtime/number"
)

// This file holds slow paths of arithmetic, comparisons and tests.

// compute gives the result of an arithmetic operator on numbers.
func compute(e event, x, y float64) float64 {
	switch e {
	case eventAdd:
		return x + y
	case eventSub:
		return x - y
	case eventMul:
		return x * y
	case eventDiv:
		return x / y
	case eventMod:
		return x - float64(math.Floor(x/y)*y)
	case eventPow:
		return number.Power(x, y)
	default:
		return -x
	}
}

// arith does an operator whose operands are not both numbers: strings are
// converted, then metamethods tried.
//
//go:noinline
func (t *Thread) arith(i *instr, e event, b, c *Value) {
	t.arithValues(i.a, e, *b, *c)
}

func (t *Thread) arithValues(a uint16, e event, b, c Value) {
	result, handler := t.operate(e, b, c)
	if handler.n != nilBits {
		t.callMeta(handler, b, c)
		return
	}
	*t.at(t.current().base + uintptr(a)) = result
}

// operate gives the result of an arithmetic operator, or the metamethod that
// must be called with both operands.
func (t *Thread) operate(e event, b, c Value) (result, handler Value) {
	x, ok := t.ToNumber(b)
	if ok {
		var y float64
		if y, ok = t.ToNumber(c); ok {
			return Number(compute(e, x, y)), Nil
		}
	}
	if handler = t.state.metamethod(b, e); handler.n == nilBits {
		handler = t.state.metamethod(c, e)
	}
	if handler.n == nilBits {
		t.arithError(b, c)
	}
	return Nil, handler
}

// arithAny does an opArith.
//
//go:noinline
func (t *Thread) arithAny(i *instr) {
	f := t.current()
	t.arithValues(i.a, i.arithEvent(), f.operandB(i), f.operandC(i))
}

// condition ends a comparison: the fused jump is taken when holds agrees with
// the instruction.
func (t *Thread) condition(holds bool) {
	f := t.current()
	i := f.instruction()
	if holds != i.wanted() {
		f.pc += uintptr(i.y)
		return
	}
	if register, closes := i.closes(); closes {
		t.closeCells(f.base + uintptr(register))
	}
	f.pc += uintptr(int(i.x))
	t.state.budget--
}

// equalOp does an EQ of two values of one type with different pointers.
//
//go:noinline
func (t *Thread) equalOp(b, c Value, i *instr) {
	if b.hi() != hiTable && b.hi() != hiUserdata {
		f := t.current()
		if Same(b, c) == (i.a != 0) {
			f.pc += uintptr(int(i.x))
			t.state.budget--
		} else {
			f.pc += uintptr(i.y)
		}
		return
	}
	t.equalObjects(b, c)
}

// equalObjects does an EQ of two different tables or userdata.
func (t *Thread) equalObjects(b, c Value) {
	handler := t.equalHandler(b, c)
	if handler.n == nilBits {
		t.condition(false)
		return
	}
	t.callMeta(handler, b, c)
}

// equalHandler gives the __eq function for two different tables or userdata of
// the same type; nil when there is none that both share.
func (t *Thread) equalHandler(b, c Value) Value {
	s := t.state
	mb, mc := s.Metatable(b), s.Metatable(c)
	first := s.fastMeta(mb, eventEq)
	if first.n == nilBits || mb == mc {
		return first
	}
	if second := s.fastMeta(mc, eventEq); Same(first, second) {
		return first
	}
	return Nil
}

//go:noinline
func (t *Thread) lessOp(b, c unsafe.Pointer, i *instr) {
	t.compare(i.comparison(), *(*Value)(b), *(*Value)(c))
}

// compare does the comparison before the saved pc, < or <=.
func (t *Thread) compare(e event, b, c Value) {
	holds, handler, swapped := t.order(e, b, c)
	switch {
	case handler.n == nilBits:
		t.condition(holds)
	case swapped:
		t.callMeta(handler, c, b)
	default:
		t.callMeta(handler, b, c)
	}
}

// order compares two values, or gives the metamethod that must be called;
// swapped says that it is __lt with the operands exchanged, whose result is to
// be negated.
func (t *Thread) order(e event, b, c Value) (holds bool, handler Value, swapped bool) {
	if b.n < tagFloor && c.n < tagFloor {
		if e == eventLt {
			return b.num() < c.num(), Nil, false
		}
		return b.num() <= c.num(), Nil, false
	}
	if b.hi() == hiString && c.hi() == hiString {
		if e == eventLt {
			return b.str() < c.str(), Nil, false
		}
		return b.str() <= c.str(), Nil, false
	}
	if handler = t.orderHandler(e, b, c); handler.n != nilBits {
		return false, handler, false
	}
	if e == eventLe {
		if handler = t.orderHandler(eventLt, c, b); handler.n != nilBits {
			return false, handler, true
		}
	}
	t.orderError(b, c)
	return
}

func (t *Thread) orderHandler(e event, b, c Value) Value {
	if handler := t.state.metamethod(b, e); handler.n != nilBits {
		return handler
	}
	return t.state.metamethod(c, e)
}

// compareAny does an opCompare.
//
//go:noinline
func (t *Thread) compareAny(i *instr) {
	f := t.current()
	b, c := f.operandB(i), f.operandC(i)
	if e := i.comparison(); e != eventEq {
		t.compare(e, b, c)
		return
	}
	if !Same(b, c) && b.n == c.n && (b.hi() == hiTable || b.hi() == hiUserdata) {
		t.equalObjects(b, c)
		return
	}
	t.condition(Same(b, c))
}

// testAny does an opTestJump.
//
//go:noinline
func (t *Thread) testAny(i *instr) {
	f := t.current()
	v := f.register(i.b)
	if v.Truth() != (i.x != 0) {
		f.pc += uintptr(i.y)
		return
	}
	*t.at(f.base + uintptr(i.a)) = v
}

// Less tells whether a < b; a metamethod runs as by Call.
func (t *Thread) Less(a, b Value) bool {
	holds, handler, _ := t.order(eventLt, a, b)
	if handler.n == nilBits {
		return holds
	}
	return t.Call1(handler, a, b).Truth()
}

//go:noinline
func (t *Thread) forPrep(i *instr) {
	f := t.current()
	r := f.base + uintptr(i.a)
	for j, what := range [...]string{"initial", "limit", "step"} {
		v := t.at(r + uintptr(j)*valueSize)
		if v.IsNumber() {
			continue
		}
		n, ok := t.ToNumber(*v)
		if !ok {
			if j == 0 {
				t.runError("'for' initial value must be a number")
			}
			t.runError("'for' %s must be a number", what)
		}
		*v = Number(n)
	}
	*t.at(r) = Number(t.at(r).num() - t.at(r+2*valueSize).num())
	f.pc += uintptr(int(i.x))
}
