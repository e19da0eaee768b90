// Package crash keeps each error that nobody caught once, with what was there when it was
// raised: the variables of each call, the message that was handled, who had asked for it.
//
// A Log is told of errors on the thread of the service that failed (service.Config.Crashed),
// while the stacks stand as the error left them. Errors are folded: those that are raised at
// the same line with the same text, but for numbers, addresses and quoted values, are one
// place. Each is counted; described, which takes longer, are only so many in a second of
// the node's clock, of one place and of all. What is kept is plain data, bounded in number
// and bytes; the place that failed least lately makes way.
//
// A Log's methods may be called from any goroutine. This package starts none.
//
// Glossary:
//   - place: a line of code and a text of an error, folded; what operators call a crash
//   - detail: one error of a place, described
//   - asker: a task that waited for the answer which the error kept from it
//   - pattern: the text of an error without what differs from one time to the next
//
// Files, from the ground up:
//   - pattern.go: the text of an error without what differs
//   - detail.go: one error with what was there, as data
//   - describe.go: details made, on the service's own thread
//   - log.go: the places, counted and bounded
package crash
