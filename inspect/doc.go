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
// A reload (Reload) runs a service's old and new program from their beginnings, each
// in a universe of its own (reload_trial.go); compares what the service holds, what its
// old program began with and what the new one begins with, place by place
// (reload_merge.go, reload_tables.go); and only when all is decided installs it
// (reload_install.go): new functions share the running variables and take the old ones'
// place wherever they are held, tables are brought up to date in place. What was written
// is kept (reload_journal.go), for Undo, Redo and GoTo.
package inspect
