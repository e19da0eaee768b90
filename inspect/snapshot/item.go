package snapshot

import (
	"lunarium/inspect/plain"
	"lunarium/runtime/vm"
)

// This file holds what a snapshot consists of: a graph of objects, in plain data.

// item is a value: a plain one, or the number of an object.
type item struct {
	kind   plain.Kind
	number float64 // of a number; 1 of true
	text   string  // of a string
	object int     // of a table, function, userdata or thread
}

// plainItem gives what a value of no identity is.
func plainItem(v vm.Value) item {
	switch v.Type() {
	case vm.TypeBoolean:
		if v.Truth() {
			return item{kind: plain.Boolean, number: 1}
		}
		return item{kind: plain.Boolean}
	case vm.TypeNumber:
		f, _ := v.AsNumber()
		return item{kind: plain.Number, number: f}
	case vm.TypeString:
		s, _ := v.AsString()
		return item{kind: plain.String, text: s}
	}
	return item{}
}

// value gives the value of a plain item.
func (i item) value() vm.Value {
	switch i.kind {
	case plain.Boolean:
		return vm.Bool(i.number == 1)
	case plain.Number:
		return vm.Number(i.number)
	case plain.String:
		return vm.String(i.text)
	}
	return vm.Nil
}

// isObject tells whether the item is the number of an object.
func (i item) isObject() bool { return i.kind >= plain.Table }

// same tells whether two plain items are equal; a NaN is equal to another.
func (i item) same(other item) bool {
	return i == other || i.number != i.number && other.number != other.number && i.kind == other.kind
}

// entry is an entry of a table, or a variable of a function by its name.
type entry struct{ key, value item }

// object is a table or a function with what it holds, or something else by its
// description alone.
type object struct {
	kind     plain.Kind
	text     string // "function join chat.lua:10"; of a table ""
	sequence uint64 // its number in its state; 0: it has none
	meta     int    // the object that is a table's metatable; -1: there is none
	entries  []entry
	at       map[item]int // which entry has a key; nil: not asked for yet
}

// get gives the entry of a key.
func (o *object) get(key item) (item, bool) {
	if o.at == nil {
		o.at = make(map[item]int, len(o.entries))
		for i := range o.entries {
			o.at[o.entries[i].key] = i
		}
	}
	i, ok := o.at[key]
	if !ok {
		return item{}, false
	}
	return o.entries[i].value, true
}

// length gives how many of the keys 1, 2, … the object has.
func (o *object) length() int {
	n := 0
	for {
		if _, ok := o.get(item{kind: plain.Number, number: float64(n + 1)}); !ok {
			return n
		}
		n++
	}
}

// root is a name of the state with its value.
type root struct {
	name   string
	value  item
	global bool
}

// graph is a state at a moment.
type graph struct {
	roots   []root
	objects []object
}

// root gives the value of a name.
func (g *graph) root(name string) (item, bool) {
	for _, r := range g.roots {
		if r.name == name {
			return r.value, true
		}
	}
	return item{}, false
}
