package waits

import (
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file holds who waits or is waited for, as data.

// Kind says what a waiter is.
type Kind string

// The kinds of waiter. Those from Promised on are ends.
const (
	Task     Kind = "task"
	Client   Kind = "client"   // somebody outside, at a console or a page
	Promised Kind = "promised" // a service that has put answers off with skynet.response
	Lost     Kind = "lost"     // a service that handled requests and will not answer them
	Mailbox  Kind = "mailbox"  // a service that has not come to what waits in its mailbox
	Silent   Kind = "silent"   // a service that did not answer in time
	Gone     Kind = "gone"     // a service that has ended
	Node     Kind = "node"     // the node itself, which answers the launcher's calls
)

// Link says how a waiter comes to wait for its next.
type Link string

// The links between waiters.
const (
	Handled  Link = "handled"  // its request is handled there
	Launched Link = "launched" // it launches it
	Locked   Link = "locked"   // it waits for it to leave a queue
	Queued   Link = "queued"   // its request waits in the mailbox there
	Answered Link = "answered" // its answer waits in its own mailbox
	Room     Link = "room"     // its message waits for room in the mailbox there
	Ends     Link = "ends"     // its next is no task
)

// Waiter is who waits or is waited for.
type Waiter struct {
	Kind    Kind
	Address message.Address
	Name    string             // the service's, or the client's
	Task    service.TaskInfo   // of a task, without its stack
	Call    service.ClientCall // of a client
	Link    Link               // to the next; "": there is none
	Before  int                // Queued, Answered: how many messages come before
	Since   time.Duration      // since when it waits, as Clock.Elapsed; Promised: since the oldest promise
	Status  service.Status     // of a Silent service, or a task's that runs
	Busy    time.Duration      // how long that has run without waiting
	Queue   int                // messages that wait for a Silent service or a Mailbox
	Next    int                // in Graph.Waiters; None: it is an end
	Changed bool               // it went on while it was looked at, and was left out of a cycle
}

// command is what the waiter has asked for.
func (w *Waiter) Command() string {
	if w.Kind == Client {
		return w.Call.Command
	}
	return w.Task.Wait.Command
}

// asks gives the request that the waiter waits for, and who was sent it; false when it
// waits for none.
func (w *Waiter) asks() (service.Request, message.Address, bool) {
	switch {
	case w.Kind == Client && w.Call.Session > 0:
		return service.Request{Source: w.Address, Session: w.Call.Session}, w.Call.Dest, true
	case w.Kind == Task && !w.Task.Running && w.Task.Wait.Kind == service.WaitCall:
		return service.Request{Source: w.Address, Session: w.Task.Wait.Session}, w.Task.Wait.Dest, true
	}
	return service.Request{}, 0, false
}

// launches gives the service whose start the waiter waits for; 0: none.
func (w *Waiter) launches() message.Address {
	switch {
	case w.Kind == Client && w.Call.Session < 0:
		return w.Call.Dest
	case w.Kind == Task && !w.Task.Running && w.Task.Wait.Kind == service.WaitAwait:
		return w.Task.Wait.Dest
	}
	return 0
}

// needsRoom gives the service whose mailbox is full for the waiter; 0: none.
func (w *Waiter) needsRoom() message.Address {
	if w.Kind == Task && !w.Task.Running && w.Task.Wait.Kind == service.WaitRoom {
		return w.Task.Wait.Dest
	}
	return 0
}

// queues gives the task of its own service that the waiter waits for; 0: none.
func (w *Waiter) queues() uint64 {
	if w.Kind == Task && !w.Task.Running && w.Task.Wait.Kind == service.WaitToken {
		return w.Task.Behind
	}
	return 0
}

// sameWait tells whether a task waits for the same as it did at an earlier look.
func sameWait(before, now *service.TaskInfo) bool {
	return !now.Running && before.Wait.Kind == now.Wait.Kind && before.Wait.Session == now.Wait.Session &&
		before.Wait.Since == now.Wait.Since && before.Behind == now.Behind &&
		before.Source == now.Source && before.Session == now.Session && before.Answered == now.Answered
}
