// Package heap tells where a service's memory is: which place retains how much, and what
// grows.
//
// A survey (vm.Survey) goes through the service's state on its own thread, in steps
// between which messages pass, and gives a graph of numbers: what each object takes and
// which others it holds. All else is done with that graph, on the goroutine that asked. The
// graph is as consistent as what mem measures: what is there all the time is in it, and what
// comes or goes meanwhile may be or not; of a service that does nothing meanwhile it is
// exact, and its bytes are those of mem.
//
// What a place retains is what it dominates: what would go if it did. What several places
// hold is none's, and told as shared by them. Each object is counted once.
//
// No live value is kept beyond the survey but for the bytes of names. This package
// starts no goroutines.
//
// Glossary:
//   - object: a table, string, function, variable, coroutine or userdata; or a place that
//     is none of these, as a task
//   - place: what has a path that people can name, as rooms.lobby.users
//   - link: that an object holds another; label: how
//   - to retain: to keep alive alone
//   - shape: a kind of objects; of records, the names of their fields
//   - mark: what places retained when it was made, as plain data
//   - rank: an order among the places that may lead to the same objects
//
// Files, from the ground up:
//   - column.go: lists that are never copied to grow
//   - shapes.go: kinds of objects
//   - label.go: how one object holds another
//   - graph.go: the graph that a survey gives
//   - walk.go: a service's places, and the survey of it
//   - dominators.go: what is held by whom alone
//   - places.go: what a place consists of, and who shares it
//   - rows.go: lists of places
//   - mark.go: what places retained at a moment
//   - lines.go: which lines allocated what grew
//   - growth.go: what has grown since
package heap
