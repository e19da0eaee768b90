package service

import "lunarium/runtime/message"

// This file holds which types of messages a service traces, and what a protocol does
// about tags.

// traceAll is the set of all types; a set has a bit for each type.
var traceAll = typeSet{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}

type typeSet [4]uint64

func (t *typeSet) has(typ message.Type) bool { return t[typ>>6]&(1<<(typ&63)) != 0 }

// TraceMode says what a protocol does about the trace tags of messages.
type TraceMode uint8

// The trace modes of a protocol.
const (
	TraceFollows TraceMode = iota // a message's tag goes along
	TraceStarts                   // a message without a tag gets one
	TraceIgnores                  // tags end here
)
