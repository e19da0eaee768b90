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
package bytecode
