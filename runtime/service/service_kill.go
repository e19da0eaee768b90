package service

import (
	"errors"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds how a service is ordered to end, and who hears of ends.

func (s *core) ask(what uint32) {
	s.want(what)
	s.notify(nil)
	s.node.noteOrder()
}

// want notes what is asked for, and that it is ordered.
func (s *core) want(what uint32) {
	if s.asked.Or(what)&what == 0 {
		s.node.scheduler.unrest.ordered.Add(1)
	}
	if s.runState.Load() == runEnded {
		s.wanted()
	}
}

// wanted takes what is asked for off the service.
func (s *core) wanted() (asked uint32) {
	asked = s.asked.Swap(0)
	for _, order := range [...]uint32{askDo, askEnd} {
		if asked&order != 0 {
			s.node.scheduler.unrest.ordered.Add(-1)
		}
	}
	return asked
}

// kill orders the service's end; any goroutine. The end is waited for when the
// node settles, of an endlessly busy service too.
func (s *core) kill(e *ending) {
	s.orders.mu.Lock()
	if s.orders.ending == nil && !s.orders.closed {
		s.orders.ending = e
		s.node.scheduler.liveness.begin(liveKill)
	}
	s.orders.mu.Unlock()
	s.node.remove(s, e)
	s.want(askEnd)
	if machine := s.machine.Load(); machine != nil {
		machine.Interrupt(vm.InterruptKill)
	}
	s.notify(nil)
	s.node.noteOrder()
}

// Kill ends a service, whatever it is doing; false when there is none. Gone
// tells when it is over.
func (n *Node) Kill(a message.Address) bool {
	s := n.registry.find(a)
	if s == nil {
		return false
	}
	s.kill(&ending{reason: message.ErrKilled, text: "was killed"})
	return true
}

// remove takes a service off the node's lists; what it was stays known for a
// while.
func (n *Node) remove(s *core, e *ending) {
	if n.registry.remove(s, e.text) {
		n.unique.forget(s.address)
		n.tellExitMonitor(s.address)
	}
}

// MonitorExits sends the service of an address a client message from each service
// that ends from now on (skynet's MONITOR).
func (n *Node) MonitorExits(a message.Address) { n.exitMonitor.Store(uint32(a)) }

// tellExitMonitor tells the monitoring service about an end.
func (n *Node) tellExitMonitor(a message.Address) {
	if to := message.Address(n.exitMonitor.Load()); to != 0 && to != a {
		n.deliver(&message.Message{Type: message.TypeClient, Source: a, Dest: to, Payload: message.Packed("")}, nil)
	}
}

// Ended is a service that has ended, for who is told of it.
type Ended struct {
	*core
	Names  []string // that it had, without dots
	Reason error    // ErrExited, ErrKilled or ErrStart
	Text   string   // "exited"
}

// tellEnded tells of the end of a service. A node that stops ends all of them.
func (s *core) tellEnded(e *ending) {
	tell := s.node.config.Ended
	if tell == nil || errors.Is(e.reason, message.ErrStopped) || s.node.shutsDown.Load() {
		return
	}
	r := &s.node.registry
	r.mu.RLock()
	names := s.had
	r.mu.RUnlock()
	tell(Ended{s, names, e.reason, e.text})
}
