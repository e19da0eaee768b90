// Package mcp lets assistants look into a node: it serves the table of commands as tools of
// the Model Context Protocol, over HTTP, and connects a program that speaks it on its standard
// input and output to a node that runs.
//
// A tool is a command of the table, with its usage, help and examples; what it is called with is
// the rest of a command line. It runs in a console session of whoever the request is from, with
// the same roles, limits and audit log as any other. Unless changes are allowed, that session is
// an observer's, whoever it is of.
//
// HTTP requests stand each for itself, and each shows who sends it. What a session keeps from one
// call to the next, such as the marks of heap, is in a conversation: one for each user and machine,
// which ends when nothing was called for a while. A conversation runs one command at a time, on the
// goroutine of the request, and until that ends; calls at the same time have a few conversations
// beside the first.
//
// What a command may take is bounded: its time, and the bytes of its reply.
//
// Glossary: an assistant is a program that calls tools; a conversation is a session that goes on
// over several calls; the bridge connects standard input and output to a node.
//
// Files, from the ground up:
//   - reply.go: what a command writes, bounded
//   - tools.go: commands as tools
//   - conversation.go: sessions that go on over several calls
//   - handler.go: requests
//   - lines.go: what comes line by line, and answers to what is no message
//   - answered.go: connections that go on until all is answered
//   - bridge.go: standard input and output connected to a node
package mcp
