// Package cli is the program's command line: it reads the flags and wires a
// node to its libraries, its shell, its remote console and its transcripts. It
// is the one package that may import all others.
//
// Run owns the goroutine that it is called on: the shell's, or that which waits
// for a signal. Each remote session has a goroutine of the telnet server's.
//
// Glossary:
//   - command: what the first word of a command line chooses, and not one of the console's
//   - program: a running node with what belongs to it
//   - manager: the service manager that started the program
//
// Files, from the ground up:
//   - heap.go: the heap's rhythm
//   - zone.go: the zone of the machine's clock
//   - values.go defaults.go: what may stand on the command line, and what is meant without
//   - flags.go: the flags of a node
//   - sections.go: what the manual says beside commands and flags
//   - description.go: the command line as data; reading flags by it
//   - version.go manual.go completion.go health.go: commands without a node
//   - library.go: what the libraries declare, for help
//   - nodelog.go: what the program says of itself
//   - passwd.go: a line of a users file
//   - program.go: a running node with what belongs to it
//   - manager.go: the service manager that started the program
//   - access.go: who may come in, and the log of changes
//   - mcp.go: assistants that start programs
//   - converse.go: lines of a reader in a session
//   - remote.go ssh.go web.go dap.go: the console over telnet and SSH, the page, and editors that debug
//   - otlp.go: traces go to a collector
//   - node.go: a node is made, and ends
//   - replay_files.go replay_apart.go replay.go: transcripts are replayed
//   - replay_shuffle.go: transcripts are replayed in other orders
//   - replay_command.go: the command replay
//   - shell.go: a node with its shell
//   - commands.go: the table of commands
//   - cli.go: the first word of a command line
//
// What calls upwards:
//   - description.go to commands.go: what is described is what the table has
//   - program.go to manager.go: the manager is told how the program's node is
package cli
