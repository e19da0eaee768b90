package service

import (
	"errors"
	"fmt"
	"sync/atomic"

	"lunarium/runtime/message"
	"lunarium/runtime/visible"
)

// This file holds what work costs in steps, and how many were taken.

// What things cost in steps: about what they take, or hold of memory, in proportion
// to the handling of a small message, which takes about 1 µs.
const (
	costMessage = 1
	costTask    = 20 // a new one; those that handle messages are used again
	costPoll    = 50
	costOutside = 400
	// costPassing is what work outside costs besides, while time passes: a file that is
	// saved at each instant takes milliseconds.
	costPassing = 1000
	costLine    = 50 // of output, and costBytes of it one more
	costBytes   = 16
	costLaunch  = 200
	// costQueue messages that wait already make another one cost one more.
	costQueue = 8192
)

const (
	// mostSteps is how many steps a node with the virtual clock takes without coming
	// to rest before it is restless: some seconds of work.
	mostSteps = 5_000_000
	// longestSteps is the same when commands may take long.
	longestSteps = 5 * mostSteps
	// leastSteps is what it takes at least when it goes on after that.
	leastSteps = 10_000
	// fewerSteps divides what a restless node takes next.
	fewerSteps = 4
)

// ErrRestless: services keep each other, or themselves, busy without end, so that the
// node does not settle. The error is a *RestlessError.
var ErrRestless = errors.New("the node does not come to rest")

// RestlessError names the service that did most since the node was last at rest; none, with
// the address 0, when those that did anything have ended.
type RestlessError struct {
	Name    string
	Address message.Address
}

func (e *RestlessError) Error() string {
	if e.Address == 0 {
		return ErrRestless.Error() + ": services begin and end, one after the other"
	}
	return fmt.Sprintf("%s: %s %s has always more to do", ErrRestless, visible.Line(e.Name), e.Address)
}

// Unwrap gives ErrRestless.
func (e *RestlessError) Unwrap() error { return ErrRestless }

// unrest bounds, with the virtual clock, what the services of a node do before it
// comes to rest. It counts steps and no time, so that the same session ends alike
// everywhere. When they are used up the worker pauses: it does only what is ordered
// from outside (Do, kill), and no step more until AllowMoreSteps and the next Settle, or until
// something comes from outside the node.
type unrest struct {
	steps   atomic.Int64 // since the node was last at rest
	total   atomic.Int64 // all steps
	limit   atomic.Int64 // of steps; what is above it pauses the worker
	ordered atomic.Int32 // services that have orders to obey
	rests   atomic.Int64 // how often the node came to rest

	// Under scheduler.mu.
	most      int64 // how many steps it may take at most
	allowance int64 // how many it may take next
	paused    bool
	granted   bool           // the next that waits for rest lets the worker go on
	why       *RestlessError // since the steps were used up; nil: they are not
}

func (u *unrest) init() {
	u.most, u.allowance = mostSteps, mostSteps
	u.limit.Store(mostSteps)
}

// exhausted tells whether the steps are used up.
func (u *unrest) exhausted() bool { return u.steps.Load() >= u.limit.Load() }

// stepCount is what a service did since the node was last at rest.
type stepCount struct{ rests, steps atomic.Int64 }
