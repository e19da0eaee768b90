// Package endpoint counts what goes through a node's connections to the outside, and lists
// them for people. It knows of the node a clock and the names of owners, which it is given.
//
// It starts no goroutine. All of it may be used from any.
//
// Glossary: an endpoint is a listener or a connection to the outside; its owner is who
// opened it.
//
// Files, from the ground up:
//   - registry.go: what is open, and the list of it
//   - conn.go: connections and listeners that count what goes through them
package endpoint
