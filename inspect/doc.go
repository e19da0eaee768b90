// Package inspect asks questions about a running node and answers them in
// plain, sorted, limited Go data (inspect/plain).
//
// A question about a service's state runs on the service's own thread
// (service.Service.Do), between two messages or where a busy task is
// preempted, so it never races with Lua code. What it returns holds no Lua
// value: the console, the recorded sessions and JSON are made from it, last.
//
// A question costs what it touches. Names are looked for in the service's code first,
// and what is larger is gone through in steps of 2 ms, between which the service's
// messages pass (inspect/live). A description that takes one step is of one
// moment. One that takes several is not: each table up to some thousand entries is
// shown as it was at one moment, a larger one with the entries that were there all the
// time and some of those that came or went, and its total is exact if it did not
// change. Values that are given back, such as results, are those of the call.
//
// This package starts no goroutines. Functions that take a context wait for
// the service and give up with the context.
//
// Below it: plain has values and paths as data, live reads a service's values on its
// own thread. Beside it, on the same ground: debug stops tasks, reload exchanges code.
//
// Glossary:
//   - state: what a service knows, its own globals and the local variables of its functions
//   - question: something asked of a service, answered on its own thread
//   - results: the values that a call or a piece of code gave
//   - patch script: code that expects skynet's _U and _P
//
// Files, from the ground up:
//   - patch.go: what patch scripts of skynet find in their environment
//   - candidates.go: completion of code that is typed for a service
//   - services.go: a service's row in a list
//   - protocol.go: which message types a service has
//   - state.go: a service's state, as a whole or at a path
//   - eval.go: arguments, eval, set, info, exit, the end of a task
package inspect
