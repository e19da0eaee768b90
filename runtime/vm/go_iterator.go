package vm

import "unsafe"

// This file holds iterators that a loop calls without a call.

// Step is an iterator's work without a call: from the state and the control
// variable of a generic for to the values of its next round, k nil at the end.
// Not ok says that it takes the call: for odd arguments, and errors.
type Step func(state, control Value) (k, v Value, ok bool)

// iterator is a Go function that a generic for can step without a call.
type iterator struct {
	GoFunction
	step Step
}

// SharedIterator is SharedFunction for a function that iterates; step must do what
// run does with two arguments.
func SharedIterator(library, name string, run func(*Thread) int, step Step) Value {
	f := &iterator{*SharedFunction(library, name, run).AsGo(), step}
	f.id |= isIterator
	return FunctionValue(&f.GoFunction)
}

// step does a round of the loop whose iterator, state and control variable stand
// at base, and puts the results behind them; false: the iterator must be called.
func (t *Thread) step(base uintptr, results int32) bool {
	fn := t.at(base)
	if fn.hi() != hiGo || t.hook != nil {
		return false
	}
	g := (*GoFunction)(fn.p)
	if g.id&isIterator == 0 {
		return false
	}
	k, v, ok := (*iterator)(unsafe.Pointer(g)).step(*t.at(base + valueSize), *t.at(base + 2*valueSize))
	if !ok {
		return false
	}
	*t.at(base + 3*valueSize) = k
	if results > 1 {
		*t.at(base + 4*valueSize) = v
	}
	for j := int32(2); j < results; j++ {
		*t.at(base + uintptr(3+j)*valueSize) = Nil
	}
	return true
}

// StepNext is the Step of next.
func StepNext(state, control Value) (k, v Value, ok bool) {
	if state.hi() != hiTable {
		return Nil, Nil, false
	}
	return state.tab().Next(control)
}

// StepIndex is the Step of ipairs' iterator.
func StepIndex(state, control Value) (k, v Value, ok bool) {
	if state.hi() != hiTable || control.n >= tagFloor {
		return Nil, Nil, false
	}
	i := control.num() + 1
	if i != float64(int64(i)) {
		return Nil, Nil, false
	}
	if v = state.tab().getNumber(i); v.n == nilBits {
		return Nil, Nil, true
	}
	return Number(i), v, true
}
