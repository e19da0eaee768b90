// Package vm is the machine: it runs Lua 5.2 bytecode for one service.
//
// A State is one Lua universe: globals, registry, type metatables. It belongs
// to whichever goroutine runs it, one at a time; nothing in this package locks.
// What may be touched from other goroutines is Interrupt and nothing else.
// Code, the predecoded form of a bytecode.Proto, is immutable and shared
// between states.
//
// Libraries are shared between states too: a Template holds a library's
// functions, and a state's table of it copies an entry when it is first asked
// for, so that code may change what it finds, for its own state. Only where a
// look-up misses is the template asked; tables that follow none cost nothing.
//
// Coroutines are the machine's own: a Thread has a Lua stack and frames, and
// resuming one switches threads inside the run loop. Lua code called by pcall,
// metamethods, iterators and Go functions that use Thread.CallThen never
// recurses through Go, so it can be suspended anywhere. Thread.Call does
// recurse, and what it runs cannot be suspended.
//
// A task (State.NewTask) is a thread that the embedder resumes. Thread.Suspend,
// called by a Go function, suspends the whole task, however many coroutines
// deep it stands; coroutine.yield suspends the innermost coroutine only.
//
// A Trap stops a task before an instruction, for a debugger; the task's stack can
// be looked at and changed until it is resumed.
//
// Invariants:
//   - A Value's tag lies in the NaN space of its word; the pointer beside it is
//     meaningless for a number and must be ignored. NaNs made outside the
//     machine are made canonical by Number.
//   - A number stored into a table or an upvalue clears the pointer beside it,
//     so that nothing is kept alive by accident.
//   - Frames hold addresses as uintptr; the stack slot of the called function
//     keeps the closure alive, Thread.stack keeps the stack alive, and growing
//     the stack moves every address (Thread.growStack).
//   - Between cycles of the collector no object is marked. While one stands in the
//     middle nothing is changed (cycle.go). Whatever Go code keeps of values that Lua
//     code has seen is reported to it (collector.go says how).
//   - The tables of a state point at its heap, which counts what they take and may
//     refuse it, collecting on the way: in the middle of an operation that makes a
//     table grow, a weak table may lose entries.
//   - A frame's function stands in its slot while the frame does; Thread.boundary
//     counts the frames at which a nested run ends. Built with the tag checked, the
//     machine sees to these and to all bounds itself (checked.go).
//   - unsafe stays inside this package, in the files of values, tables, closures,
//     code, stacks and the run loop; everything above sees safe methods.
package vm
