// Package host is what Go functions of libraries have of the world outside the
// machine: waiting for work, posting tasks, opening files, listeners and connections,
// and holding the Lua functions that are called when something happens there.
//
// A Host is a table of functions that whoever runs a state offers to it: a service of
// a node does, with its scheduler and its clock. A state made without one waits by
// blocking and takes no posted tasks. So a library knows no service, and the machine
// knows neither files nor listeners.
//
// Invariants:
//   - A state's Host is set when the state is made (vm.Config.Host) and never changes.
//   - Code that is only tried (vm.Isolation) does not wait, and holds its handlers aside.
//   - Await, Watch, Sleep, Wakeup, TakeFiles and the handlers belong to the goroutine that
//     runs the state; everything else may be called from any. The package starts no
//     goroutine.
//
// Glossary: work is done outside the machine, by other goroutines or other programs; a
// posted task runs in the state because something happened outside; a handler is the Lua
// function that such a task calls; a reading is what code has read of the world, also as the
// answer to a question that its task waited for; an opened thing is what a library has to close when the state ends.
//
// Files, from the ground up:
//   - host.go: what whoever runs a state offers, and how a state without one behaves
//   - readings.go: what is read of the world, and who takes part
//   - trace.go: to which trace a request belongs
//   - wait.go: suspending a task until work or time has passed
//   - ask.go: suspending a task until the world has answered, or as it was recorded
//   - post.go: tasks that begin outside
//   - open.go: what libraries have open, and files as a budget
//   - handlers.go: Lua functions held for what happens outside
package host
