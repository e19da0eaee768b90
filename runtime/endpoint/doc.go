// Package endpoint counts what goes through a node's connections to the outside, and lists
// them for people. It knows of the node a clock and the names of owners, which it is given.
//
// It starts no goroutine. All of it may be used from any.
//
// Files, from the ground up:
//
//   - endpoint.go: one thing that is open, and what goes through it
//   - registry.go: the list of what is open
//
// What calls upwards:
//
//   - endpoint.go to registry.go: an endpoint that is closed leaves the list
package endpoint
