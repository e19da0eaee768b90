// Package whatif tells what new code would have done: it gives the messages that a service
// has taken to two copies of it, one with the code that runs and one with the new code, and
// compares what they answer and what they know afterwards.
//
// A copy is a service of its own node, with the virtual clock, which begins when the snapshot
// was taken: the program that runs, from its beginning, with the snapshot's state put in. It has
// the address of the service, and whoever else is on that one's node has a stand-in under the same
// address and names, which answers every call with an error. Nothing that a copy does leaves its node: what
// reaches outside (vm.Deed, host.Await) is refused, or passed over where nobody needs its
// result, and noted.
//
// What a copy can't know is told: messages of which the flight recorder keeps only a part,
// or none, and those that the copy with the old code answers otherwise than the service did.
//
// The copies run on the workers of their nodes while the goroutine that asks waits, and are
// gone when it has its answer. The service itself is asked for its texts and nothing more.
//
// Glossary:
//   - copy: a service that stands for another one; old, new: with the code that runs, or with
//     the new one
//   - stand-in: what has another service's address and names on a copy's node
//   - course: the messages that a copy is given; from its window on the new code runs
//   - outcome: what came of a message: an answer, an error, or nothing
//
// Files, from the ground up:
//   - course.go: which messages a copy is given
//   - offline.go: what reaches outside is not done
//   - copy.go: copies, and what came of the messages that they were given
//   - whatif.go: two copies compared
package whatif
