// Package live reads a service's live values: what has which name, what can be reached
// from where, and what a value looks like as plain data. inspect, inspect/debug and
// inspect/reload stand on it.
//
// Everything here runs on the service's own thread, but for functions that take a
// context, which wait for it. What takes longer is done as Work in steps of 2 ms:
// a coroutine that runs on the service's own thread, so that messages pass between two
// steps. No goroutine is started, and no live value is kept beyond the work, but for
// weak references to functions (names.go).
//
// Glossary:
//   - work: something longer, done in steps; a nil work is done in one
//   - name: what code inside the service calls a value
//   - place: a name with the value that it has, which can be read and set
//   - variable: a local variable that functions hold as an upvalue
//   - own chunk: a chunk of the service's own files rather than of a library
//   - chain: the a.b[1]:c that a piece of code ends in
//
// Files, from the ground up:
//   - steps.go: work in steps
//   - entries.go: a table's entries, in order
//   - completion_chain.go: the end of a piece of code, read and followed
//   - variables.go: the variables that functions hold
//   - names.go: what a name means in a service
//   - describe.go: live values into plain ones
//   - environment.go: code compiled for a service, and the names that it finds
//   - names_path.go: paths through a service's names
//   - candidates.go: what may stand for the end of a chain
package live
