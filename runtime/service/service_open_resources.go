package service

import "sync"

// This file holds how many things a service has open in the world outside.

// openResources counts what libraries have open for a service in the world outside:
// pools, listeners. They close it when the service has ended; until then a
// successor may find files locked and addresses in use, and the node is not
// settled.
type openResources struct {
	mu       sync.Mutex
	open     int
	ended    bool          // the service has
	released chan struct{} // see Released; nil: nobody has asked
	told     bool          // released is closed
}

// release tells those who wait when nothing is open any more, once: what is opened
// after the service's end is nobody's wait any more. mu is held.
func (b *openResources) release() {
	if b.told || !b.ended || b.open > 0 || b.released == nil {
		return
	}
	b.told = true
	close(b.released)
}
