package json

import (
	"strings"

	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds the options of encode and decode.

// Limits that hold where the options say nothing else.
const (
	defaultDepth  = 128
	mostDepth     = 10_000
	defaultSize   = 64 << 20
	defaultValues = 1 << 20
)

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

var encodeTable = kit.Options[encodeOptions]{
	{Name: "pretty", Takes: "true, false or white space", Set: func(to *encodeOptions, v vm.Value) bool {
		if v.Type() == vm.TypeBoolean {
			to.indent = ""
			if v.Truth() {
				to.indent = "  "
			}
			return true
		}
		indent, ok := v.AsString()
		to.indent = indent
		return ok && strings.Trim(indent, " \t") == ""
	}},
	kit.Choice("invalid", func(to *encodeOptions, i int) { to.replace = i == 1 }, "error", "replace"),
	kit.Integer("depth", 1, mostDepth, func(to *encodeOptions) *int { return &to.depth }),
	kit.Integer("size", 1, vm.MaxString, func(to *encodeOptions) *int { return &to.size }),
}

var decodeTable = kit.Options[decodeOptions]{
	kit.Value("null", func(to *decodeOptions) *vm.Value { return &to.null }),
	kit.Choice("big", func(to *decodeOptions, i int) { to.bigStrings = i == 1 }, "number", "string"),
	kit.Choice("duplicates", func(to *decodeOptions, i int) { to.unique = i == 1 }, "last", "error"),
	kit.Integer("depth", 1, mostDepth, func(to *decodeOptions) *int { return &to.depth }),
	kit.Integer("size", 1, vm.MaxString, func(to *decodeOptions) *int { return &to.size }),
	kit.Integer("values", 1, vm.MaxString, func(to *decodeOptions) *int { return &to.values }),
}

// pollEvery is after how many values a long conversion looks whether it is to
// end.
const pollEvery = 1024
