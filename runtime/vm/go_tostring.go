package vm

import "lunarium/runtime/number"

// This file gives the text of values, as tostring does.

// ToStringMeta gives v as tostring does; __tostring runs as by Call.
func (t *Thread) ToStringMeta(v Value) string {
	if v.hi() == hiString {
		return v.str()
	}
	if v.n < tagFloor {
		return number.Format(v.num())
	}
	if handler := t.state.MetaField(v, "__tostring"); !handler.IsNil() {
		result := t.Call1(handler, v)
		s, ok := ToString(result)
		if !ok {
			t.Errorf("'tostring' must return a string to 'print'")
		}
		return s
	}
	switch v.Type() {
	case TypeNil:
		return "nil"
	case TypeBoolean:
		if v.Truth() {
			return "true"
		}
		return "false"
	}
	return v.Type().String() + ": " + Address(v)
}
