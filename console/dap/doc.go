// Package dap lets editors debug a running node: it speaks the Debug Adapter Protocol, and
// stands on inspect/debug as the console's debugger does.
//
// A client attaches to the node; its breakpoints are in every service that runs their code,
// now or later. When a client ends, however it does, its breakpoints go and what stood for
// it goes on.
//
// Serve owns the goroutine that it is called on. Each client has two: one that reads its
// messages, and one that answers them and tells what happened, in that order, and that
// alone writes. What a request does on a service's thread is bounded in time.
//
// What clients send is not trusted: messages, breakpoints and what is kept for a client are
// bounded in number and size, and nothing but attaching is answered before the password.
//
// Glossary:
//   - client: an editor, or whatever debugs
//   - thread: a service, or a task of it that stands or steps
//   - source: code; the client has the file, or asks the node for the text by a number
//   - root: a folder as the client calls it, and as the node does
//   - reference: a number for a value that can be looked into
//
// Files, from the ground up:
//   - wire.go: messages are read
//   - hits.go: what hit conditions mean
//   - configuration.go: what an attach configuration says
//   - paths.go: how files are called by the client and by the node
//   - known.go: what the client knows by numbers
//   - breakpoint_list.go: the breakpoints of a client
//   - server.go: the listener, and who may attach
//   - session.go: one client, and what it is sent
//   - threads.go: services and tasks as threads; they go on, step, pause
//   - sources.go: code as the client sees it
//   - breakpoints.go: breakpoints are set
//   - values.go: stacks, values and evaluated code
//   - attach.go: a client begins and ends to debug
//   - news.go: what happened to services
//   - requests.go handlers.go: the requests that are answered
//   - serve.go: a client's messages and news in order
//   - accept.go: clients are taken in
package dap
