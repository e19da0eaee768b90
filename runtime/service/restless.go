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
// from outside (Do, kill), and no step more until GoOn and the next Settle, or until
// something comes from outside the node.
type unrest struct {
	steps   atomic.Int64 // since the node was last at rest
	total   atomic.Int64 // all steps
	limit   atomic.Int64 // of steps; what is above it pauses the worker
	ordered atomic.Int32 // services that have orders to obey
	rests   atomic.Int64 // how often the node came to rest

	// Under scheduler.mu.
	most   int64 // how many steps it may take at most
	room   int64 // how many it may take next
	paused bool
	goOn   bool           // the next that waits for rest lets the worker go on
	why    *RestlessError // since the steps were used up; nil: they are not
}

func (u *unrest) init() {
	u.most, u.room = mostSteps, mostSteps
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
	if rests := u.rests.Load(); s.restless.rests.Load() != rests {
		s.restless.rests.Store(rests)
		s.restless.steps.Store(0)
	}
	s.restless.steps.Add(int64(cost))
}

// restless is what a service did since the node was last at rest.
type restless struct{ rests, steps atomic.Int64 }

// spent tells whether the steps are used up.
func (u *unrest) spent() bool { return u.steps.Load() >= u.limit.Load() }

// rested notes that the node is at rest: it may take steps again, and more of them.
func (n *Node) rested() {
	if !n.config.Virtual {
		return
	}
	sc := &n.scheduler
	u := &sc.unrest
	sc.mu.Lock()
	defer sc.mu.Unlock()
	u.rests.Add(1)
	u.steps.Store(0)
	u.room = min(u.most, 2*u.room)
	u.limit.Store(u.room)
	u.why = nil
	if u.paused {
		u.paused = false
		sc.work.Broadcast() // what is endlessly busy goes on
	}
}

// pause tells whether the worker is to pause. mu is held.
func (n *Node) pause() bool {
	sc := &n.scheduler
	u := &sc.unrest
	if !n.config.Virtual || sc.stopped || !u.spent() || u.ordered.Load() > 0 {
		u.paused = false
		return false
	}
	u.paused = true
	if u.why == nil {
		u.room = max(leastSteps, u.room/fewerSteps)
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
		if s.restless.rests.Load() == rests && s.restless.steps.Load() > steps {
			most, steps = s, s.restless.steps.Load()
		}
	}
	if most == nil {
		return &RestlessError{Name: "the node"}
	}
	return &RestlessError{most.Name(), most.address}
}

// GoOn lets a restless node take some more steps when it is next waited for; an
// operator's next command does so. limit is how long a task may take that somebody
// waits for, as for Limited.
func (n *Node) GoOn(limit time.Duration) {
	if !n.config.Virtual {
		return
	}
	sc := &n.scheduler
	sc.mu.Lock()
	defer sc.mu.Unlock()
	u := &sc.unrest
	u.goOn = true
	// A task that may take that long is half of what is allowed.
	most := min(max(mostSteps, 2*costPoll*int64(limit/boundedPoll)), longestSteps)
	if u.room >= u.most {
		u.room = most
		u.limit.Store(most)
	}
	u.most = most
}

// orderCame lets a paused worker obey what is ordered.
func (n *Node) orderCame() {
	if !n.config.Virtual || !n.scheduler.unrest.spent() {
		return
	}
	n.scheduler.mu.Lock()
	defer n.scheduler.mu.Unlock()
	n.scheduler.work.Broadcast()
}

// resume lets a paused worker take more steps. mu is held.
func (sc *scheduler) resume() {
	u := &sc.unrest
	if !u.paused {
		return
	}
	u.paused, u.goOn, u.why = false, false, nil
	u.limit.Store(u.steps.Load() + u.room)
	sc.work.Broadcast()
}

// outsideCame lets a paused node deal with what comes from outside.
func (n *Node) outsideCame() {
	if !n.config.Virtual || !n.scheduler.unrest.spent() {
		return
	}
	n.scheduler.mu.Lock()
	defer n.scheduler.mu.Unlock()
	n.scheduler.resume()
}

// restless gives why nobody needs to wait for rest; nil as long as it may
// come. mu is held.
func (sc *scheduler) restless() error {
	u := &sc.unrest
	switch {
	case !u.paused:
		return nil
	case u.goOn:
		sc.resume()
		return nil
	}
	return u.why
}
