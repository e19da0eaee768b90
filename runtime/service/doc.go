// Package service runs Lua services: it is the node, its scheduler, and what a
// service can ask of both.
//
// A Node holds services, names, one clock and a run queue. A Service is one
// vm.State with a mailbox; Config.Workers goroutines take services that have
// something to do from the run queue, and a service runs on at most one of
// them at a time. That worker owns everything of the service except its
// mailbox, its counters and its request list, which are locked or atomic. The
// methods of Service that say "own thread" may only be called by Go functions
// that the service's Lua code calls, by a Handler, or inside Do.
//
// Work happens in tasks. A message, a fork, a time-out and the start function
// each get one; a task that waits gives its worker back and is found again by
// a session number. A time-out has no task before it is due, unless Lua code took
// its handle. Message tasks are pooled, and so are those of time-outs without a
// handle; others are not, because their threads are in Lua's hands.
//
// Order within a service: a message, then the tasks that it woke, then its
// forks, each followed by what it woke; then the next message. A task whose
// slice is used up stays the running task of its service, and nothing else of
// that service runs before it waits or ends. What was asked for by Do does.
//
// Between services: the receiver of a message that a worker's service sent runs
// next on that worker; then come services that had nothing to do, in the order in
// which they got something, and last those that used up their slice. None of
// these waits for more than a bounded number of the others.
//
// A debugger (AttachDebugger) may stop a task before an instruction. The task
// stands, as one that waits, until it is let go on; the service does other work
// meanwhile unless it is told to hold. Calls of an impatient client wait for
// standing tasks.
//
// What connects the node with the outside, whoever opened it, is registered with
// Node.Endpoints for people to see.
//
// Sleeps and time-outs are counted in ticks of 10 ms from the present one, as in
// skynet: a hundred sleeps of one tick take a hundred ticks. What libraries wait for by
// host.Sleep passes in full.
//
// With the virtual clock there is one worker, slices end by count instead of
// time, and time moves only in Advance and Next, which let the node settle
// between timers: the same inputs give the same outputs.
//
// Whoever waits for an answer gets one: a service that ends, no matter how,
// answers the requests in its mailbox, those being handled and those put off
// with Response.
package service
