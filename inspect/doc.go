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
package inspect
