package service

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/visible"
)

// ErrRestless: services keep each other, or themselves, busy without end, so that the
// node does not settle. The error is a *RestlessError.
var ErrRestless = errors.New("the node does not come to rest")

// RestlessError names the service that did most since the node was last at rest.
type RestlessError struct {
	Name    string
	Address message.Address
}

func (e *RestlessError) Error() string {
	return fmt.Sprintf("%s: %s %s has always more to do", ErrRestless, visible.Line(e.Name), e.Address)
}

// Unwrap gives ErrRestless.
func (e *RestlessError) Unwrap() error { return ErrRestless }

// What things cost in steps: about what they take, or hold of memory, in proportion
// to the handling of a small message, which takes about 1 µs.
const (
	costMessage = 1
	costTask    = 20 // a new one; those that handle messages are used again
	costPoll    = 50
	costOutside = 400
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

// spend counts steps.
func (n *Node) spend(cost int) {
	if n.config.Virtual {
		n.scheduler.unrest.steps.Add(int64(cost))
		n.scheduler.unrest.total.Add(int64(cost))
	}
}

// spend counts steps of the service. Own thread.
func (s *Service) spend(cost int) {
	if !s.node.config.Virtual {
		return
	}
	s.node.spend(cost)
	u := &s.node.scheduler.unrest
	if rests := u.rests.Load(); s.stepCount.rests.Load() != rests {
		s.stepCount.rests.Store(rests)
		s.stepCount.steps.Store(0)
	}
	s.stepCount.steps.Add(int64(cost))
}

// stepCount is what a service did since the node was last at rest.
type stepCount struct{ rests, steps atomic.Int64 }

// exhausted tells whether the steps are used up.
func (u *unrest) exhausted() bool { return u.steps.Load() >= u.limit.Load() }

// cameToRest notes that the node is at rest: it may take steps again, and more of them.
func (n *Node) cameToRest() {
	if !n.config.Virtual {
		return
	}
	sc := &n.scheduler
	u := &sc.unrest
	sc.mu.Lock()
	defer sc.mu.Unlock()
	u.rests.Add(1)
	u.steps.Store(0)
	u.allowance = min(u.most, 2*u.allowance)
	u.limit.Store(u.allowance)
	u.why = nil
	if u.paused {
		u.paused = false
		sc.available.Broadcast() // what is endlessly busy goes on
	}
}

// pause tells whether the worker is to pause. mu is held.
func (n *Node) pause() bool {
	sc := &n.scheduler
	u := &sc.unrest
	if !n.config.Virtual || sc.stopped || !u.exhausted() || u.ordered.Load() > 0 {
		u.paused = false
		return false
	}
	u.paused = true
	if u.why == nil {
		u.allowance = max(leastSteps, u.allowance/fewerSteps)
		u.why = n.busiest()
	}
	return true
}

// busiest gives the service that did most since the node was last at rest; of
// several the first.
func (n *Node) busiest() *RestlessError {
	var most *Service
	steps := int64(-1)
	rests := n.scheduler.unrest.rests.Load()
	for _, s := range n.Services() {
		if s.stepCount.rests.Load() == rests && s.stepCount.steps.Load() > steps {
			most, steps = s, s.stepCount.steps.Load()
		}
	}
	if most == nil {
		return &RestlessError{Name: "the node"}
	}
	return &RestlessError{most.Name(), most.address}
}

// AllowMoreSteps lets a restless node take some more steps when it is next waited for; an
// operator's next command does so. limit is how long a task may take that somebody
// waits for, as for Limited.
func (n *Node) AllowMoreSteps(limit time.Duration) {
	if !n.config.Virtual {
		return
	}
	sc := &n.scheduler
	sc.mu.Lock()
	defer sc.mu.Unlock()
	u := &sc.unrest
	u.granted = true
	// A task that may take that long is half of what is allowed.
	most := min(max(mostSteps, 2*costPoll*int64(limit/boundedPoll)), longestSteps)
	if u.allowance >= u.most {
		u.allowance = most
		u.limit.Store(most)
	}
	u.most = most
}

// noteOrder lets a paused worker obey what is ordered.
func (n *Node) noteOrder() {
	if !n.config.Virtual || !n.scheduler.unrest.exhausted() {
		return
	}
	n.scheduler.mu.Lock()
	defer n.scheduler.mu.Unlock()
	n.scheduler.available.Broadcast()
}

// resumeWorker lets a paused worker take more steps. mu is held.
func (sc *scheduler) resumeWorker() {
	u := &sc.unrest
	if !u.paused {
		return
	}
	u.paused, u.granted, u.why = false, false, nil
	u.limit.Store(u.steps.Load() + u.allowance)
	sc.available.Broadcast()
}

// noteOutsideEvent lets a paused node deal with what comes from outside.
func (n *Node) noteOutsideEvent() {
	if !n.config.Virtual || !n.scheduler.unrest.exhausted() {
		return
	}
	n.scheduler.mu.Lock()
	defer n.scheduler.mu.Unlock()
	n.scheduler.resumeWorker()
}

// whyRestless gives why nobody needs to wait for rest; nil as long as it may
// come. mu is held.
func (sc *scheduler) whyRestless() error {
	u := &sc.unrest
	switch {
	case !u.paused:
		return nil
	case u.granted:
		sc.resumeWorker()
		return nil
	}
	return u.why
}
