// Package inspect asks questions about a running node and answers them in
// plain, sorted, limited Go data.
//
// A question about a service's state runs on the service's own thread
// (service.Service.Do), between two messages or where a busy task is
// preempted, so it never races with Lua code. What it returns holds no Lua
// value: the console, the recorded sessions and JSON are made from it, last.
//
// This package starts no goroutines. Functions that take a context wait for
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
