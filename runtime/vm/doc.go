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
// A task (State.NewTask) is a thread that the embedder resumes (Thread.AsTask). Thread.Suspend,
// called by a Go function, suspends the whole task, however many coroutines
// deep it stands; coroutine.yield suspends the innermost coroutine only.
//
// A Trap stops a task before an instruction, for a debugger; the task's stack can
// be looked at and changed until it is resumed.
//
// Faces. A State and a Thread show themselves to whoever writes a library function: making
// objects, metatables, universes; arguments, results, errors, calls, waiting. The rest lies
// behind what each is asked for, a pointer that is passed by value:
//   - Thread.AsTask (Task): those who run the state: resuming a task, its end, their data of it
//   - Thread.Debug, State.Debug (ThreadDebug, StateDebug): debuggers, the debug library and
//     reload: calls, variables, hooks; traps, what is loaded, what can be reached
//   - State.Collector (Collector): collectgarbage, and those who hold values or run cycles
//   - State.Memory (Memory): those who limit and measure what a state takes
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
//   - unsafe stays inside this package: in what values, tables, code and stacks are made of, in
//     the run loop with its slow paths, and in the collector, which walks them; everything
//     above sees safe methods.
//
// Glossary: a task is a thread that the embedder resumes; a frame is a call on a thread's
// stack; a cell is a variable that closures share; an operation is what an instruction of the
// machine does, an opcode what one of the bytecode does; a boundary is where a run of the loop
// inside Go code ends; a cycle is one round of the collector; an instance is a state's own
// table of a library's template.
//
// Files, from the ground up:
//   - endian.go: what keeps the machine from being built where it can't run
//   - value.go: the 16 bytes of a Lua value, and its types
//   - value_hash.go: hashes of keys
//   - value_id.go: the bits in sequence numbers, and marks
//   - value_event.go: the names of metamethods
//   - call_error.go: errors of Lua code, and how a run of the machine ended
//   - op.go: the operations of the machine, and the instruction's layout
//   - op_table.go: what each operation does with its operands
//   - code.go: functions' code, shared between states
//   - value_closure.go: Lua functions, their variables' cells, and Go functions
//   - table.go: what a table is made of
//   - table_alloc.go: the memory of tables
//   - value_userdata.go: Go values in Lua's hands
//   - debug_watch.go: debuggers' faces of threads and states; hooks and traps, which watch a thread
//   - stack_thread.go: threads: a Lua stack and its frames
//   - code_chunks.go: the chunks of files that a state has functions of
//   - gc_markqueue.go: a list of values that is never copied to grow
//   - gc_addressset.go: a set of addresses
//   - gc_numbering.go: numbers of addresses
//   - gc_queue.go: a queue that takes memory only for what is in it
//   - gc_visited.go: sets of objects
//   - gc_collector.go: the collector: its cycles, and what it must be told of
//   - gc_sample.go: samples of what a state allocates
//   - gc_heap.go: what a state's tables, stacks and strings take, and its limit
//   - isolation.go: trying code without effects outside the machine
//   - state.go: a Lua universe: globals, registry, metatables of types
//   - unchecked.go: what is left of the checks in a build without them
//   - checked.go: the machine's checks of its own steps, built with the tag checked
//   - call_raise.go: raising errors that say where
//   - state_orders.go: orders from other goroutines, and ends that are due
//   - op_instruction.go: what slow paths read of an instruction
//   - code_decode.go: bytecode made into the machine's instructions
//   - code_load.go: making code, and keeping its strings once
//   - value_number.go: conversions between numbers and strings
//   - table_array.go: elements of the array part
//   - table_find.go: looking a key up
//   - table_grow.go: room for more keys
//   - value_meta.go: metatables, and the metamethods in them
//   - table_set.go: storing
//   - table_traverse.go: going through a table's entries, as next does
//   - table_new.go: tables of a foretold size
//   - table_cursor.go: going through a table in pieces while it changes
//   - table_detached.go: tables that belong to no state yet
//   - table_compact.go: giving a table just the room that it needs
//   - stack_cells.go: variables that closures share, while they live on a stack
//   - stack_frames.go: frames pushed and dropped
//   - stack_extent.go: how much of a stack is in use
//   - stack_room.go: room on the stack, and overflows
//   - state_new.go: making a state and its objects
//   - go_library.go: sets of Go functions, as tables of one state
//   - go_template.go: what libraries' tables contain
//   - table_lazy.go: tables that are filled from a template on demand
//   - value_address.go: sequence numbers as programs see them
//   - go_call.go: a Go function's view of its own call: arguments in, results out
//   - go_upvalue.go: variables of Go functions
//   - go_feeds.go: whether a Go function's results are all the arguments of another
//   - call_typeerror.go: the words of errors of the machine's own operations
//   - call_continuation.go: what goes on when a call returns to a Go function that does not wait
//   - call.go: calls and returns
//   - debug_armed.go: which frames run the armed program
//   - coroutine.go: coroutines: resumed, yielding, ending
//   - debug_callinfo.go: what can be asked of a running function
//   - debug_traceback.go: tracebacks
//   - debug_calls.go: the active calls of a task, for who counts them
//   - debug_local.go: local variables of running functions
//   - debug_raise.go: stopping a task at an error
//   - call_run.go: runs of the loop, within each other
//   - call_handler.go: message handlers of protected calls
//   - call_unwind.go: errors on their way to who takes them
//   - go_callthen.go: calls from Go that do not wait
//   - go_iterator.go: iterators that a loop calls without a call
//   - go_tostring.go: the text of any value
//   - go_check.go: demands on arguments
//   - debug_cellid.go: identities of variables
//   - debug_trap.go: stopping a task before an instruction
//   - debug_hook.go: running hooks
//   - debug_try.go: running code where a thread stands
//   - gc_roots.go: where every search begins
//   - gc_mark.go: marking what can be reached
//   - gc_weak.go: weak tables
//   - gc_cycle.go: a cycle of the collector, in pieces
//   - gc_collect.go: cycles that somebody asks for
//   - gc_finalizer.go: finalizers
//   - gc_tend.go: cycles that run by themselves
//   - gc_loan.go: bytes that Go code holds for a state
//   - call_poll.go: polls of the run loop
//   - op_index.go: slow paths of tables: making them, reading and assigning fields and elements
//   - op_arith.go: slow paths of arithmetic, comparisons and tests
//   - op_concat.go: concatenation
//   - op_closure.go: slow paths of functions and their variables
//   - op_call.go: slow paths of calls and returns
//   - op_finish.go: results of metamethods, given to the instruction that called
//   - loop.go: the run loop
//   - task_resume.go: tasks: begun, resumed, suspended, closed
//   - universe.go: what Lua code sees of a state, put aside for another
//   - gc_measure.go: what a walk measures
//   - debug_walk.go: a walk through all that can be reached, which marks nothing
//   - gc_survey.go: what each object takes, and what it holds
//   - debug_holders.go: finding who holds functions of some code
//
// What calls upwards:
//   - value.go to call_error.go: a string that is too long is an error of Lua code
//   - value_closure.go debug_watch.go to stack_thread.go: Go functions and traps are called with the thread
//   - value_closure.go table.go stack_thread.go to unchecked.go: the checked machine looks at each slot, node and upvalue
//   - call_error.go to stack_thread.go: an error knows the coroutines that it ended
//   - table.go to gc_heap.go: a table tells its heap what it takes
//   - debug_watch.go stack_thread.go code_chunks.go gc_collector.go gc_heap.go isolation.go to state.go: parts of a state, its threads and its faces know it
//   - state.go to table_lazy.go table_detached.go: the state keeps libraries' tables, and makes detached ones
//   - gc_heap.go to state_orders.go: a kill ends a table's growth
//   - gc_heap.go to gc_cycle.go: memory that runs out is looked for in weak tables
//   - table_find.go table_grow.go table_traverse.go table_cursor.go table_compact.go to table_lazy.go: a table that follows a template is filled by whoever asks
//   - table_cursor.go to go_template.go: it goes through what was not copied yet by the template's names
//   - call.go to coroutine.go: the function that returns may be a thread's last
//   - call.go to debug_hook.go: hooks see calls and returns
//   - call.go to op_finish.go: the function that returns may be a metamethod, whose instruction waits
//   - call_run.go to loop.go task_resume.go: a run begins with what the task was resumed with, and is the loop
//   - call_run.go to call_unwind.go: an error ends a run, or goes on inside it
//   - gc_measure.go to debug_walk.go: a measurement is a walk that adds up, and reads how far it came
package vm
