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
//     middle nothing is changed (gc_cycle.go). Whatever Go code keeps of values that Lua
//     code has seen is reported to it (gc_collector.go says how).
//   - The tables of a state point at its heap, which counts what they take and may
//     refuse it, collecting on the way: in the middle of an operation that makes a
//     table grow, a weak table may lose entries.
//   - A frame's function stands in its slot while the frame does; Thread.boundary
//     counts the frames at which a nested run ends. Built with the tag checked, the
//     machine sees to these and to all bounds itself (checked.go).
//   - unsafe stays inside this package, in the files of values, tables, closures,
//     code, stacks and the run loop; everything above sees safe methods.
//
// Glossary: a task is a thread that the embedder resumes; a frame is a call on a thread's
// stack; a cell is a variable that closures share; an operation is what an instruction of the
// machine does, an opcode what one of the bytecode does; a boundary is where a run of the loop
// inside Go code ends; a cycle is one round of the collector; an instance is a state's own
// table of a library's template.
//
// Files, from the ground up:
//   - value.go: the 16 bytes of a Lua value, and its types
//   - endian.go: what keeps the machine from being built where it can't run
//   - call_error.go: errors of Lua code, and how a run of the machine ended
//   - stack_thread.go: threads: a Lua stack and its frames
//   - value_closure.go: Lua functions, their variables' cells, and Go functions
//   - gc_heap.go: what a state's tables, stacks and strings take, and its limit
//   - value_hash.go: hashes of keys
//   - table.go: tables: looking up and storing
//   - table_alloc.go: how tables get their memory
//   - state.go: a Lua universe: globals, registry, metatables of types, orders from outside
//   - value_meta.go: metamethods, and how they are found
//   - unchecked.go: what is left of the checks in a build without them
//   - checked.go: the machine's checks of its own steps, built with the tag checked
//   - op.go: the operations of the machine
//   - op_table.go: what each operation does with its operands
//   - op_instruction.go: the machine's instruction: its layout, and what slow paths read of it
//   - code.go: functions' code, shared between states, and the loader that makes it
//   - table_memory.go: sizes of tables' parts
//   - gc_visited.go: a set of addresses of objects
//   - go_upvalue.go: variables of Go functions
//   - go_library.go: sets of Go functions, as tables of one state
//   - go_template.go: libraries' tables that are filled on demand
//   - code_chunks.go: the chunks of files that a state has functions of
//   - isolation.go: trying code without effects outside the machine
//   - gc_markqueue.go: a list of values that is never copied to grow
//   - gc_queue.go: a queue that takes memory only for what is in it
//   - run.go: resuming and closing tasks, polls, and the ends of runs
//   - value_number.go: conversions between numbers and strings
//   - table_array.go: the array part of tables
//   - table_traverse.go: going through a table's entries, as next does
//   - gc_collector.go: when the collector runs, and what it must be told of
//   - debug_callinfo.go: what can be asked of a running function
//   - call_handler.go: message handlers of protected calls
//   - stack_room.go: room on the stack, and overflows
//   - debug_cellid.go: identities of variables
//   - gc_loan.go: bytes that Go code holds for a state
//   - gc_weak.go: weak tables
//   - go_call.go: a Go function's view of its own call: arguments in, results out
//   - call_continuation.go: calls from Go that do not wait
//   - call_nested.go: calls from Go that wait
//   - debug_hook.go: hooks
//   - call_protect.go: protected calls
//   - table_cursor.go: going through a table in pieces while it changes
//   - debug_trap.go: traps, which stop a task before an instruction
//   - code_decode.go: bytecode made into the machine's instructions
//   - go_feeds.go: whether a Go function's results are all the arguments of another
//   - go_iterator.go: iterators that a loop calls without a call
//   - gc_mark.go: marking what can be reached
//   - gc_cycle.go: a cycle of the collector, in pieces
//   - table_compact.go: giving a table just the room that it needs
//   - call_meta.go: metamethods called by instructions
//   - table_detached.go: tables that belong to no state yet
//   - universe.go: what Lua code sees of a state, put aside for another
//   - op_index.go: slow paths of reading and assigning fields and elements
//   - gc_measure.go: measuring a state's memory in pieces
//   - gc_finalizer.go: finalizers
//   - call_typeerror.go: the words of errors of the machine's own operations
//   - call.go: calls and returns
//   - coroutine.go: coroutines
//   - op_arith.go: slow paths of arithmetic, comparisons and tests
//   - op_concat.go: concatenation
//   - debug_walk.go: a walk through all that can be reached, which marks nothing
//   - debug_holders.go: finding who holds functions of some code
//   - loop.go: the run loop
package vm
