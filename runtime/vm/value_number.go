package vm

import "lunarium/runtime/number"

// This file converts between numbers and strings as operators do.

// ToNumber gives the number that v is, or that v, a string, reads as. It can be
// interrupted.
func (t *Thread) ToNumber(v Value) (float64, bool) {
	if v.n < tagFloor {
		return v.num(), true
	}
	if v.hi() != hiString {
		return 0, false
	}
	if s := v.str(); len(s) > number.Long {
		return number.ParseLong(s, t.Poll)
	}
	return number.Parse(v.str())
}

// ToString gives the string that v is, or a number's text.
func ToString(v Value) (string, bool) {
	if v.hi() == hiString {
		return v.str(), true
	}
	if v.n < tagFloor {
		return number.Format(v.num()), true
	}
	return "", false
}
