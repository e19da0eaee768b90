package service

import "sync"

// This file holds who keeps a node from being empty.

// occupants tell when a node without a shell has nothing to live for any more.
type occupants struct {
	mu     sync.Mutex
	count  int
	empty  chan struct{} // see Empty
	closed bool
}

// closeWhenEmpty closes empty when nobody occupies the node and its services have ended.
func (o *occupants) closeWhenEmpty(deserted func() bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.closed && o.count == 0 && deserted() {
		o.closed = true
		close(o.empty)
	}
}
