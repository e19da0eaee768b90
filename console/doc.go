// Package console is the operator's language: a table of commands, and the
// sessions that run them.
//
// A Session belongs to one goroutine at a time. It writes to the writer that
// it was given and nowhere else; what services print and log reaches it
// through the node's Output, which the embedder connects. The same command
// gives the same bytes in the shell, over telnet, in the page and in a recorded
// session.
//
// A mode takes a session's lines in place of the commands: the Lua prompt, the
// debugger. The debugger's mode has a goroutine of its own, with the real clock,
// that tells what happens while the prompt waits.
//
// A command is one Command value; help, completion, the command reference and
// suggestions for misspelt names derive from the table in table.go alone. A
// command gets plain data from inspect or service and hands it to render; this
// package never touches a live Lua value.
package console
