package dap

import (
	"maps"
	"slices"

	"github.com/google/go-dap"

	inspect "lunarium/inspect/debug"
)

// This file holds the breakpoints of a client.

// breakpoint is one of the client's.
type breakpoint struct {
	wanted   inspect.Wanted
	source   *dap.Source // as the client called it; nil: it is at no line
	line     int         // where it is; 0: not known yet
	verified bool
	message  string // why it is not
}

// breakpoints are those of a client: by the node's path of the file, and the others.
type breakpoints struct {
	lines      map[string][]*breakpoint
	functions  []*breakpoint
	exceptions []*breakpoint
	last       int // number
}

// mostBreakpoints is how many breakpoints a client may set in one request.
const mostBreakpoints = 1000

// all lists the breakpoints that can be heeded.
func (b *breakpoints) all() (list []*breakpoint) {
	for _, file := range slices.Sorted(maps.Keys(b.lines)) {
		list = append(list, b.lines[file]...)
	}
	list = append(append(list, b.functions...), b.exceptions...)
	return slices.DeleteFunc(list, func(one *breakpoint) bool { return one.wanted.ID == 0 })
}

// isFunction tells whether a number is that of a function's breakpoint.
func (b *breakpoints) isFunction(id int) bool {
	return slices.ContainsFunc(b.functions, func(one *breakpoint) bool { return one.wanted.ID == id })
}

// take gives breakpoints their numbers: that which the same one had before, if it did.
func (b *breakpoints) take(list, before []*breakpoint) {
	for _, one := range list {
		if one.message != "" {
			continue
		}
		same := slices.IndexFunc(before, func(old *breakpoint) bool {
			with := one.wanted
			with.ID = old.wanted.ID
			return old.wanted == with
		})
		if same >= 0 {
			one.wanted.ID, one.line, one.verified = before[same].wanted.ID, before[same].line, before[same].verified
			before = slices.Delete(slices.Clone(before), same, same+1)
			continue
		}
		b.last++
		one.wanted.ID = b.last
	}
}
