package vm

// This file is what each object has besides its contents: the bits of its sequence
// number, and marks.

// marks are what is noted in a table, userdata or thread, mostly by the collector.
type marks uint8

const (
	marked      marks = 1 << iota // reached; clear between cycles
	finalizable                   // its metatable had __gc when it was set
	lazy                          // a table that shows what a Template contains (see table_lazy.go)
	ofLibrary                     // a table that was made of a library's functions
)

// Closures and Go functions have no byte to spare: a bit of their sequence number
// says that they are marked.
const (
	markedBit = isGoClosure >> 1
	idBits    = markedBit - 1
)

// isGoClosure marks, in its id, a GoFunction that is part of a goClosure.
const isGoClosure = 1 << 63

// sharedBit is the highest bit in the sequence numbers of shared functions; no
// state makes that many objects.
const sharedBit = 55

// isIterator marks, in its id, a GoFunction that is part of an iterator. Iterators are
// shared, so that no collector marks them: the bit is free, and they count as reached.
const isIterator = markedBit
