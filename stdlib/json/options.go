package json

import (
	"fmt"
	"strings"

	"lunarium/runtime/vm"
)

// Limits that hold where the options say nothing else.
const (
	defaultDepth  = 128
	mostDepth     = 10_000
	defaultSize   = 64 << 20
	defaultValues = 1 << 20
)

// option stores a value of an options table; false when it is not what the
// option takes.
type option[T any] struct {
	takes string
	set   func(to *T, v vm.Value) bool
}

type encodeOptions struct {
	indent  string // "" is the compact form
	replace bool   // invalid UTF-8 becomes U+FFFD
	depth   int
	size    int
}

type decodeOptions struct {
	null       vm.Value
	bigStrings bool
	unique     bool
	depth      int
	size       int
	values     int
}

var encodeTable = map[string]option[encodeOptions]{
	"pretty": {"true, false or white space", func(o *encodeOptions, v vm.Value) bool {
		if v.Type() == vm.TypeBoolean {
			o.indent = ""
			if v.Truth() {
				o.indent = "  "
			}
			return true
		}
		indent, ok := v.AsString()
		o.indent = indent
		return ok && strings.Trim(indent, " \t") == ""
	}},
	"invalid": {`"error" or "replace"`, func(o *encodeOptions, v vm.Value) bool {
		return choice(v, &o.replace, "error", "replace")
	}},
	"depth": depthOption(func(o *encodeOptions) *int { return &o.depth }),
	"size":  sizeOption(func(o *encodeOptions) *int { return &o.size }),
}

var decodeTable = map[string]option[decodeOptions]{
	"null": {"a value", func(o *decodeOptions, v vm.Value) bool { o.null = v; return true }},
	"big": {`"number" or "string"`, func(o *decodeOptions, v vm.Value) bool {
		return choice(v, &o.bigStrings, "number", "string")
	}},
	"duplicates": {`"last" or "error"`, func(o *decodeOptions, v vm.Value) bool {
		return choice(v, &o.unique, "last", "error")
	}},
	"depth":  depthOption(func(o *decodeOptions) *int { return &o.depth }),
	"size":   sizeOption(func(o *decodeOptions) *int { return &o.size }),
	"values": sizeOption(func(o *decodeOptions) *int { return &o.values }),
}

func depthOption[T any](field func(*T) *int) option[T] {
	return integer(field, mostDepth)
}

func sizeOption[T any](field func(*T) *int) option[T] {
	return integer(field, vm.MaxString)
}

func integer[T any](field func(*T) *int, most int) option[T] {
	return option[T]{fmt.Sprintf("an integer from 1 to %d", most), func(to *T, v vm.Value) bool {
		f, ok := v.AsNumber()
		if !ok || f < 1 || f > float64(most) || f != float64(int(f)) {
			return false
		}
		*field(to) = int(f)
		return true
	}}
}

func choice(v vm.Value, second *bool, names ...string) bool {
	name, _ := v.AsString()
	*second = name == names[1]
	return *second || name == names[0]
}

// readOptions takes argument i, a table or nothing, into to.
func readOptions[T any](t *vm.Thread, i int, to *T, table map[string]option[T]) {
	if t.Arg(i).IsNil() {
		return
	}
	t.CheckTable(i).Entries(func(k, v vm.Value) bool {
		name, _ := k.AsString()
		o, known := table[name]
		if !known {
			t.ArgError(i, fmt.Sprintf("unknown option '%s'", vm.ErrorText(k)))
		}
		if !o.set(to, v) {
			t.ArgError(i, fmt.Sprintf("the option '%s' takes %s", name, o.takes))
		}
		return true
	})
}
