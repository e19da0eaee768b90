// Package persist is the library that Lua code gets by require "persist": a
// service's state in files that survive a crash. docs/libraries/persist.md is
// its reference.
//
// A snapshot is a file PREFIX_NUMBER.dat in skynet's serialisation format: the
// state and then its seal, a string with the length and the SHA-256 of what
// stands before it. skynet.unpack therefore still gives the state as its first
// value. A file that holds the state alone, as the tutorial's persist_state
// writes it, is valid, too.
//
// Invariants:
//   - A snapshot comes into being by a link or rename of a file that is written
//     and synced, so that its name never stands for a part of it.
//   - Numbers only grow: a number is the time in seconds, or one more than the
//     largest that is there.
//   - Packing and unpacking happen on the state's own thread, all work with files
//     on goroutines, for one directory in the order in which it was asked for.
//
// Glossary: a snapshot is a file with a state; its seal shows that it is whole; a store is
// a directory of them under one prefix; to prune is to remove old ones.
//
// Files, from the ground up:
//   - snapshot.go: snapshots, with their content and their seal
//   - store.go: the snapshots of a directory, which there are, how one is written and read
//   - library.go: the library's functions
package persist
