// Package bytecode holds the Lua 5.2 virtual instruction set and the function
// prototypes made of it.
//
// It reads and writes the precompiled chunks of the reference implementation
// (64-bit, little-endian, double numbers), proves that a prototype is safe to
// run without bounds checks, lists it as luac does, and answers the questions
// that error messages ask about it: which variable lives in a register, and
// under which name a function was called.
//
// Invariants:
//   - A Proto does not change once Load has returned it; it may be shared
//     between any number of goroutines and states.
//   - Load returns only prototypes that Verify accepts. A Proto built by hand,
//     or read by Parse, must pass Verify before a machine may run it.
//   - The opcode table (Opcode.Info) is the one description of each
//     instruction; lister, verifier and name search read it.
//
// The package has no goroutines and no state of its own.
//
// Glossary: a prototype is a function as compiled; an opcode is an operation of Lua 5.2,
// an instruction one with its operands; a constant is told from a register by its highest
// bit (RK); a chunk is a file or text with all its functions.
//
// Files, from the ground up:
//   - chunkid.go: what messages show of a chunk's name
//   - header.go: how a precompiled chunk begins
//   - opcode.go: the opcodes, and the table of what they do with their operands
//   - instruction.go: the layout of an instruction
//   - proto.go: functions as the compiler left them
//   - names.go: which variable lives in a register, and under which name a function was called
//   - defined.go: the name that a function is given where it is written
//   - verify_open.go: which registers may hold variables that closures share
//   - verify.go: the proof that a prototype is safe to run
//   - verify_shape.go: what instructions ask of their neighbours
//   - load.go: reading a precompiled chunk
//   - dump.go: writing one
//   - list_text.go: numbers and strings as luac writes them
//   - list.go: a listing as luac makes it
//
// What calls upwards:
//   - verify_open.go to verify.go: it works on the verifier's own marks of jumps
//   - verify.go to verify_shape.go: an instruction is checked with its neighbours, in the same pass
package bytecode
