// Package usage describes a command line as data, and makes from it all that tells
// people about it: the text of help, the completion of words in shells, the page of
// the manual.
//
// A Program has commands, which have flags and operands, and each of these has the
// Value that says what may stand there. The description parses no command line: who parses
// has the same flags in a table of its own that holds these.
//
// Files, from the ground up:
//   - call.go: what the program is called with, and what it gives back
//   - size.go: sizes, as flags take them
//   - program.go: the description
//   - text.go: help
//   - man.go: the page of the manual
//   - complete.go: what may stand at the end of a line
//   - scripts.go: what shells run to ask for that
//
// Glossary. Command: what a first word chooses; Main is what runs without one. Flag:
// a word that begins with dashes. Operand: a word that does not. Value: what an
// operand is, or what follows a flag.
//
// Nothing here has state, opens a file or starts a goroutine.
package usage
