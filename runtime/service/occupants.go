package service

import "sync"

// occupants tell when a node without a shell has nothing to live for any more.
type occupants struct {
	mu     sync.Mutex
	count  int
	empty  chan struct{} // see Empty
	closed bool
}

// Occupy keeps the node from being empty until the function that it gives is called,
// as an operator's session does who may launch something next.
func (n *Node) Occupy() (release func()) {
	n.occupants.mu.Lock()
	defer n.occupants.mu.Unlock()
	n.occupants.count++
	return sync.OnceFunc(func() {
		n.occupants.mu.Lock()
		n.occupants.count--
		n.occupants.mu.Unlock()
		n.occupants.closeWhenEmpty(n)
	})
}

// Empty is closed once the node's last service has ended and nobody occupies it; not
// before a service was launched.
func (n *Node) Empty() <-chan struct{} { return n.occupants.empty }

// closeWhenEmpty closes empty when it is time.
func (o *occupants) closeWhenEmpty(n *Node) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.closed && o.count == 0 && n.registry.deserted() {
		o.closed = true
		close(o.empty)
	}
}
