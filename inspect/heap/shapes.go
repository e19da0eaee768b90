package heap

import (
	"slices"
	"strings"

	"lunarium/inspect/plain"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file tells records apart by the names of their fields.

// shape numbers kinds of objects: first those of Lua's types, then tables by their keys.
type shape uint32

const (
	shapePlace shape = iota
	shapeVariable
	shapeString
	shapeTable
	shapeFunction
	shapeUserdata
	shapeCoroutine
	firstRecord
)

// shapeNames are what people read of the shapes that every service has: one, and many.
var shapeNames = [firstRecord][2]string{
	{"place", "places"}, {"variable", "variables"}, {"string", "strings"}, {"table", "tables"},
	{"function", "functions"}, {"userdata", "userdata"}, {"coroutine", "coroutines"},
}

// shapes are the kinds of records that a survey met.
type shapes struct {
	numbers map[uint64]shape
	names   []string // from firstRecord on
}

// mostShapes bounds how many kinds of records are told apart: tables that are used as
// dictionaries have keys of their own each.
const mostShapes = 4096

var shapesOfTypes = map[vm.Type]shape{
	vm.TypeLightUserdata: shapeVariable, vm.TypeString: shapeString, vm.TypeTable: shapeTable, vm.TypeFunction: shapeFunction,
	vm.TypeUserdata: shapeUserdata, vm.TypeThread: shapeCoroutine,
}

// of gives the shape of a table with such keys.
func (s *shapes) of(t *vm.Table, keys uint64) shape {
	n, ok := s.numbers[keys]
	switch {
	case ok:
		return n
	case len(s.names) >= mostShapes:
		return shapeTable
	case s.numbers == nil:
		s.numbers = map[uint64]shape{}
	}
	n = firstRecord + shape(len(s.names))
	s.numbers[keys] = n
	s.names = append(s.names, keysText(t))
	return n
}

const (
	// mostShownKeys and longestShownKey bound how a shape is written.
	mostShownKeys   = 5
	longestShownKey = 20
)

// keysText writes a table's keys: {at, id, text}.
func keysText(t *vm.Table) string {
	var keys []string
	t.Entries(func(k, _ vm.Value) bool {
		s, _ := k.AsString()
		keys = append(keys, visible.Line(shortened(s, longestShownKey)))
		return true
	})
	slices.Sort(keys)
	if len(keys) > mostShownKeys {
		keys = append(keys[:mostShownKeys], "…")
	}
	return "{" + strings.Join(keys, ", ") + "}"
}

// shortened cuts a text that is longer than so many bytes.
func shortened(s string, longest int) string {
	if len(s) <= longest {
		return s
	}
	return plain.OfString(s, longest).Text + "…"
}

func (s *shapes) one(n shape) string {
	if n < firstRecord {
		return shapeNames[n][0]
	}
	return s.names[n-firstRecord]
}

func (s *shapes) many(n shape) string {
	if n < firstRecord {
		return shapeNames[n][1]
	}
	return s.names[n-firstRecord]
}
