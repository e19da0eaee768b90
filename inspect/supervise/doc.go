// Package supervise keeps services running: one that ends though no operator ended it is
// launched again, with others of its group if that is how the group is kept, until it ends
// too often.
//
// What ends a service here: its own skynet.exit, a kill by whomever, and a start that fails.
// An error in a handler does not, and neither does the memory limit, which fails the task
// alone; a supervision may ask that an uncaught error ends its service, as in Erlang.
// The commands that end a service say so first (Expect), and end its supervision.
//
// The supervisor is the node's (service.Config.Ended and Crashed). It hears of an end on the
// ended service's own thread, before the node comes to rest, and launches the successor from
// there: it has no goroutine, no timer, and waits for nothing. The time in which ends are counted is the
// node's. A supervision outlives the session that made it, and ends with the node.
//
// Its lock is never held while the node is asked for something.
//
// Glossary:
//   - supervision: one service, or a group, that is kept running, and how
//   - member: one service of it, whatever incarnation; successor: the next incarnation
//   - strategy: which members begin anew when one has ended
//   - to give up: to launch no successor any more
//
// Files, from the ground up:
//   - rules.go: how services are kept running
//   - supervision.go: one supervision, and what happens to it
//   - supervisor.go: the supervisions of a node
package supervise
