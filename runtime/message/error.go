package message

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"lunarium/runtime/number"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file says what can't be sent or read, and where it is.

const (
	// MaxDepth is how deep tables may be nested, as in skynet.
	MaxDepth = 32
	// MaxItems bounds the values of one message, tables' keys included. Shared
	// tables count once for each way to reach them.
	MaxItems = 1 << 24
)

// ErrTooLong: the packed message would be longer than a string may be.
var ErrTooLong = errors.New("can't pack a message of more than 2 GB")

// ValueError says which value can't be sent.
type ValueError struct {
	// Path leads to the value: the argument's number, then keys: "[2].pos.callback".
	Path string
	// What is the trouble: "a function", "a table that contains itself" …
	What string
}

// Error gives "can't send a function (at [2].pos.callback)".
func (e *ValueError) Error() string { return fmt.Sprintf("can't send %s (at %s)", e.What, e.Path) }

// FormatError says where packed bytes are not in the format.
type FormatError struct {
	Offset int // of the item that is wrong, in bytes from the start
	What   string
}

// Error gives "invalid packed message at byte 12: …".
func (e *FormatError) Error() string {
	return fmt.Sprintf("invalid packed message at byte %d: %s", e.Offset, e.What)
}

// trouble says what makes a value impossible to send; failing conversions run
// it to find the place, so that successful ones keep no path.
type trouble struct {
	pairs Pairs
	path  []vm.Value
	above []*vm.Table
	items int
}

// explain finds the first value that can't be sent.
func explain(values []vm.Value, pairs Pairs) error {
	s := trouble{pairs: pairs}
	for i, v := range values {
		s.path = append(s.path[:0], vm.Int(i+1))
		if what := s.find(v); what != "" {
			return &ValueError{Path: s.where(), What: what}
		}
	}
	return &ValueError{Path: "[1]", What: fmt.Sprintf("more than %d values", MaxItems)}
}

func (s *trouble) find(v vm.Value) string {
	if s.items++; s.items > MaxItems {
		return fmt.Sprintf("more than %d values", MaxItems)
	}
	switch v.Type() {
	case vm.TypeNil, vm.TypeBoolean, vm.TypeNumber, vm.TypeString:
		return ""
	case vm.TypeTable:
		return s.findInside(v.AsTable())
	}
	return "a " + v.Type().String()
}

func (s *trouble) findInside(t *vm.Table) (what string) {
	if slices.Contains(s.above, t) {
		return "a table that contains itself"
	}
	if len(s.above) == MaxDepth {
		return fmt.Sprintf("tables nested more than %d deep", MaxDepth)
	}
	s.above = append(s.above, t)
	entries(t, s.pairs, func(k, v vm.Value) bool {
		s.path = append(s.path, k)
		if what = s.find(k); what != "" {
			what += " as a key"
			return false
		}
		if what = s.find(v); what != "" {
			return false
		}
		s.path = s.path[:len(s.path)-1]
		return true
	})
	s.above = s.above[:len(s.above)-1]
	return what
}

func (s *trouble) where() string {
	var b strings.Builder
	for _, key := range s.path {
		b.WriteString(Step(key))
	}
	return b.String()
}

// Step writes one key of a path: ".name", "[3]", `["two words"]`.
func Step(key vm.Value) string {
	if name, ok := key.AsString(); ok {
		if isName(name) {
			return "." + name
		}
		const longest = 40
		if len(name) > longest {
			name = name[:longest] + "…"
		}
		return "[" + visible.Quote(name) + "]"
	}
	if f, ok := key.AsNumber(); ok {
		return "[" + number.Format(f) + "]"
	}
	if key.Type() == vm.TypeBoolean {
		return fmt.Sprintf("[%t]", key.Truth())
	}
	return "[" + key.Type().String() + "]"
}

func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || '9' < c) {
			return false
		}
	}
	return s != ""
}
