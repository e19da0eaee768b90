package service

import "sync"

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

// hostOpened is host.Host.Opened for a service.
func (s *Service) hostOpened() (closed func()) {
	b := &s.openResources
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open++
	if b.ended {
		s.node.scheduler.liveness.begin(liveClosing)
	}
	return sync.OnceFunc(func() {
		b.mu.Lock()
		b.open--
		b.release()
		ended := b.ended
		b.mu.Unlock()
		if ended {
			s.node.settleOne(liveClosing)
		}
	})
}

// leaveOpenResources notes that the service has ended.
func (s *Service) leaveOpenResources() {
	b := &s.openResources
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	s.node.scheduler.liveness.beginMany(liveClosing, b.open)
	b.release()
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

// Released is closed when the service has ended and all that its libraries had
// open for it is closed.
func (s *Service) Released() <-chan struct{} {
	b := &s.openResources
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.released == nil {
		b.released = make(chan struct{})
		b.release()
	}
	return b.released
}
