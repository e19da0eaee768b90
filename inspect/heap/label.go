package heap

import (
	"strconv"

	"lunarium/inspect/live"
	"lunarium/inspect/plain"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file holds labels: how one object holds another, in 32 bits.

// label is a way to hold something: what kind of way in its upper bits, and which in the
// lower ones.
type label uint32

const (
	byIndex    label = iota << labelBits // a table's entry under a whole number, from 0 on
	byName                               // under a string
	byKey                                // under any other key
	asKey                                // as a key
	asMeta                               // as the metatable
	asVariable                           // a function's variable
	asContent                            // what a variable or a place has
	onStack                              // on the stack of a task or coroutine; 0: no local variable
	otherwise
)

const (
	labelBits = 28
	labelMask = 1<<labelBits - 1
)

func (l label) way() label { return l &^ labelMask }

func (l label) which() int { return int(l & labelMask) }

// labels are the names and keys that labels refer to.
type labels struct {
	names column[string]
	keys  column[string] // those that are no strings, as steps
	known map[string]label
}

// mostKnown is how many names are kept once each: those of records' fields, which many
// links have.
const mostKnown = 1 << 14

// of gives the label of a way to hold.
func (l *labels) of(how vm.Held) label {
	switch how.How {
	case vm.HeldUnder:
		return l.ofKey(how.Key)
	case vm.HeldAsKey:
		return asKey
	case vm.HeldMeta:
		return asMeta
	case vm.HeldVariable:
		return asVariable | l.name(how.Name)
	case vm.HeldContent:
		return asContent
	case vm.HeldOnStack:
		if how.Name != "" {
			return onStack | l.name(how.Name)
		}
		return onStack
	}
	return otherwise
}

func (l *labels) ofKey(key vm.Value) label {
	if s, ok := key.AsString(); ok {
		return byName | l.name(s)
	}
	if f, ok := key.AsNumber(); ok && f >= 0 && f <= labelMask && f == float64(int(f)) {
		return byIndex | label(f)
	}
	text := live.PathKey(key).String()
	l.keys.add(text)
	return byKey | label(l.keys.count-1)&labelMask
}

// name gives the number of a name; 0 is the one of none.
func (l *labels) name(s string) label {
	if n, ok := l.known[s]; ok {
		return n
	}
	if l.known == nil {
		l.known = map[string]label{}
		l.names.add("")
	}
	n := label(l.names.count) & labelMask
	l.names.add(s)
	if len(l.known) < mostKnown {
		l.known[s] = n
	}
	return n
}

// longestStep is how much of a key a path shows.
const longestStep = 60

// step writes a label as a step of a path, as dump takes it where it may.
func (l *labels) step(how label) string {
	switch how.way() {
	case byIndex:
		return "[" + strconv.Itoa(how.which()) + "]"
	case byName:
		return plain.NameKey(shortened(l.names.at(how.which()), longestStep)).String()
	case byKey:
		return l.keys.at(how.which())
	case asKey:
		return ": a key"
	case asMeta:
		return ": metatable"
	case asVariable:
		return ": local " + visible.Line(l.names.at(how.which()))
	case asContent:
		return ""
	case onStack:
		if how.which() == 0 {
			return ": on its stack"
		}
		return ": local " + visible.Line(l.names.at(how.which()))
	}
	return ": held"
}
