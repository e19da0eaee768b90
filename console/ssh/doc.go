// Package ssh serves the console over SSH: a listener whose sessions have a terminal with the
// line editor, plain lines, or one command with an exit status. What a session says is its
// handler's business.
//
// The host's key is a file that is made when it is missing. Users come in by passwords and keys, as
// package access says; nothing but sessions is served: no forwarding, no files, no agents.
//
// Each connection has a goroutine that takes its sessions, and one for each of these; the SSH library
// has its own. A client waits in a lobby (netguard.Lobby) until it is let in, which has to come within
// AdmitTime. A client that takes no output for WriteTimeout is dropped. The context of a session ends
// when its client is gone, or on Shutdown.
//
// Glossary: a client is a connection; a session is one of its channels; a host key shows clients
// which node it is.
//
// Files, from the ground up:
//   - hostkey.go: the host's key
//   - session.go: one session: what the client asks for, and its streams
//   - server.go: listening, and who is let in
package ssh
