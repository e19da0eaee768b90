// Package cli is the program's command line: it reads the flags and wires a
// node to its libraries, its shell, its remote console and its transcripts. It
// is the one package that may import all others.
//
// Run owns the goroutine that it is called on: the shell's, or that which waits
// for a signal. Each remote session has a goroutine of the telnet server's.
package cli
