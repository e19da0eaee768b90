package service

import (
	"time"

	"lunarium/runtime/message"
)

// This file holds the states of a service, as its scheduler and as people see it.

// A service's run state: what it is to the scheduler.
const (
	runIdle uint32 = iota
	runQueued
	runRunning
	runNotified
	runEnded
)

// What others ask of a service's worker, as bits of Service.asked.
const (
	askStart uint32 = 1 << iota // load the state and run the main chunk
	askDo                       // call what Do queued
	askEnd                      // end the service
)

// ending is how and why a service ends.
type ending struct {
	reason error  // ErrExited, ErrKilled, ErrStart, ErrStopped
	text   string // for those who wait for an answer
}

// stoppedWithNode is the end of a service whose node stops.
func stoppedWithNode() *ending {
	return &ending{reason: message.ErrStopped, text: "was stopped with the node"}
}

// Status tells what a service is doing.
type Status string

// The states of a service, as Status gives them.
const (
	StatusStarting Status = "starting" // its start function has not ended
	StatusIdle     Status = "idle"     // nothing to do
	StatusReady    Status = "ready"    // waits for a worker
	StatusRunning  Status = "running"
	StatusBusy     Status = "busy"  // one task runs for long without waiting
	StatusStuck    Status = "stuck" // inside a Go function that does not return
	StatusEnded    Status = "ended"
)

// busyTime is how long a task may run before its service counts as busy.
const busyTime = 100 * time.Millisecond
