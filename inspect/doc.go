// Package inspect asks questions about a running node and answers them in
// plain, sorted, limited Go data.
//
// A question about a service's state runs on the service's own thread
// (service.Service.Do), between two messages or where a busy task is
// preempted, so it never races with Lua code. What it returns holds no Lua
// value: the console, the recorded sessions and JSON are made from it, last.
//
// A question costs what it touches. Names are looked for in the service's code first
// (names.go), and what is larger is gone through in steps of 2 ms, between which the
// service's messages pass (steps.go). A description that takes one step is of one
// moment. One that takes several is not: each table up to some thousand entries is
// shown as it was at one moment, a larger one with the entries that were there all the
// time and some of those that came or went, and its total is exact if it did not
// change. Values that are given back, such as results, are those of the call.
//
// This package starts no goroutines; work in steps is a coroutine that runs on the
// service's own thread. Functions that take a context wait for
// the service and give up with the context.
//
// A Debugger stops tasks of one service at breakpoints and looks into them. What
// decides about stopping runs on the service's own thread, from the machine's
// trap; what has happened is collected for the console, which asks for it.
//
// A reload (Reload, Undo) runs a service's new code in recording mode, in which
// nothing outside the code's own tables and closures changes; compares what the
// service holds, what its old code began with and what the new code begins
// with; and only when all is decided installs it: new closures share the
// running variables, tables of functions are brought up to date in place.
package inspect
