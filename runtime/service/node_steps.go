package service

import "time"

// This file holds the bound on what services do before a node comes to rest.

// spend counts steps.
func (n *Node) spend(cost int) {
	if n.config.Virtual {
		n.scheduler.unrest.steps.Add(int64(cost))
		n.scheduler.unrest.total.Add(int64(cost))
	}
}

// spend counts steps of the service. Own thread.
func (s *core) spend(cost int) {
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

// cameToRest notes that a node with the virtual clock is at rest: it may take steps again,
// and more of them. mu is held.
func (n *Node) cameToRest() {
	sc := &n.scheduler
	u := &sc.unrest
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
// several the first. It names none when all that did anything have ended.
func (n *Node) busiest() *RestlessError {
	var most *core
	steps := int64(-1)
	rests := n.scheduler.unrest.rests.Load()
	for _, s := range n.Services() {
		if s.stepCount.rests.Load() == rests && s.stepCount.steps.Load() > steps {
			most, steps = &s.core, s.stepCount.steps.Load()
		}
	}
	if most == nil {
		return &RestlessError{}
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

// noteOutsideEvent lets a paused node deal with what comes from outside.
func (n *Node) noteOutsideEvent() {
	if !n.config.Virtual || !n.scheduler.unrest.exhausted() {
		return
	}
	n.scheduler.mu.Lock()
	defer n.scheduler.mu.Unlock()
	n.scheduler.resumeWorker()
}
