package service

import "sync"

// occupants tell when a node without a shell has nothing to live for any more.
type occupants struct {
	mu     sync.Mutex
	holds  int
	empty  chan struct{} // see Empty
	closed bool
}

// Hold keeps the node from being empty until the function that it gives is called,
// as an operator's session does who may launch something next.
func (n *Node) Hold() (release func()) {
	n.occupants.mu.Lock()
	defer n.occupants.mu.Unlock()
	n.occupants.holds++
	return sync.OnceFunc(func() {
		n.occupants.mu.Lock()
		n.occupants.holds--
		n.occupants.mu.Unlock()
		n.occupants.look(n)
	})
}

// Empty is closed once the node's last service has ended and nobody holds it; not
// before a service was launched.
func (n *Node) Empty() <-chan struct{} { return n.occupants.empty }

// look closes empty when it is time.
func (o *occupants) look(n *Node) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.closed && o.holds == 0 && n.registry.deserted() {
		o.closed = true
		close(o.empty)
	}
}
