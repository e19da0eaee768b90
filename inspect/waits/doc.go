// Package waits answers who waits for whom on a node, through any number of services.
//
// A task waits for one thing at most. So the waits are a graph in which each waiter has one
// next, and whoever follows it comes to an end or round a cycle; seen from the ends, it
// is a forest. A call is followed by its source and session to the task that handles it, a
// launch to the start function, a place in a queue to the task inside, a message that
// waits in a mailbox to the task that runs.
//
// Services are asked at different instants, each for a bounded time. What one tells may not
// hold any more when the next is asked:
//   - A request of which the service that was asked knows nothing was answered meanwhile,
//     or nobody will answer it. Whoever sent it is asked again, after that: if it still
//     waits in that session, and no answer lies in its mailbox, none comes.
//   - The tasks of a cycle are asked again when all have been asked once. A session is
//     used once. Who waits in the same session both times has waited all the while; so
//     there was a moment, between the first round and the second, at which all of them
//     waited for each other, and nobody will end that. A cycle of which something has
//     changed is looked at anew, and at last left out.
//
// A service that does not come to answering is an end itself. What the node knows of it is
// told, and what waits in its mailbox.
//
// With the real clock services are asked by some goroutines, which have ended when the
// answer is there; with the virtual one in order.
//
// Glossary:
//   - waiter: a task, a client, or a service as the end of chains
//   - next: who a waiter waits for; end: a waiter that has none
//   - cycle: waiters that wait for each other in a circle; in words, a deadlock
//   - silent: a service that did not answer in time
//
// Files, from the ground up:
//   - forest.go: who waits, as trees and cycles, from nothing but who is next
//   - waiter.go: who waits or is waited for, as data
//   - ask.go: services asked, each for a bounded time
//   - search.go: from waiters to those they wait for, and on
//   - confirm.go: what is asked again before it is told
//   - graph.go: the waits of a node, and those of one request
//   - groups.go: the tasks of a node by what they wait for
package waits
