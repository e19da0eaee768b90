package service

import "lunarium/runtime/message"

// This file holds which types of messages a service traces, and what a protocol does
// about tags.

// traceAll is the set of all types; a set has a bit for each type.
var traceAll = typeSet{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}

type typeSet [4]uint64

// set adds types, or takes them out.
func (t *typeSet) set(on bool, types []message.Type) {
	for _, typ := range types {
		if on {
			t[typ>>6] |= 1 << (typ & 63)
		} else {
			t[typ>>6] &^= 1 << (typ & 63)
		}
	}
}

// tracing is which messages of a service are traced; it is replaced and not changed.
type tracing struct {
	types typeSet
	after uint64 // the number of the last record before it began
}

func (t *typeSet) has(typ message.Type) bool { return t[typ>>6]&(1<<(typ&63)) != 0 }

// TraceMode says what a protocol does about the trace tags of messages.
type TraceMode uint8

// The trace modes of a protocol.
const (
	TraceFollows TraceMode = iota // a message's tag goes along
	TraceStarts                   // a message without a tag gets one
	TraceIgnores                  // tags end here
)
