package service

import (
	"context"
	"sync"
)

// This file holds how many tasks debuggers have stopped, and the wait for a change.

// stoppedTasks counts the tasks of all services that debuggers have stopped.
type stoppedTasks struct {
	mu      sync.Mutex
	count   int
	changed chan struct{} // closed when the count next changes
}

func (s *stoppedTasks) add(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count += n
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// wait waits while tasks stand until their number changes; false when none
// stands, or ctx has ended.
func (s *stoppedTasks) wait(ctx context.Context) bool {
	s.mu.Lock()
	if s.count == 0 {
		s.mu.Unlock()
		return false
	}
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	changed := s.changed
	s.mu.Unlock()
	select {
	case <-changed:
		return true
	case <-ctx.Done():
		return false
	}
}
