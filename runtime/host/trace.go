package host

import "lunarium/runtime/vm"

// This file is how libraries pass on to which trace something belongs.

// The names of the headers, as Go's net/http spells them.
const (
	TraceparentHeader = "Traceparent"
	TracestateHeader  = "Tracestate"
)

// TraceOf gives what a request that the running task sends belongs to.
func TraceOf(t *vm.Thread) TraceContext { return of(t.State()).TraceOf(t) }
