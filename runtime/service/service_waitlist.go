package service

import (
	"slices"
	"sync"
	"sync/atomic"

	"lunarium/runtime/message"
)

// This file holds who waits for room in a mailbox.

// waitlist is who waits for room in a service's mailbox.
type waitlist struct {
	count   atomic.Int32 // waiters
	blocked atomic.Int32 // tasks of the service itself that wait elsewhere
	mu      sync.Mutex
	waiters []*waitingSender
}

// waitingSender is a task that waits under a session.
type waitingSender struct {
	address message.Address // of its service
	session int32
	gone    atomic.Bool // it waits no more
}

// enter adds a waiter; false when the service has ended.
func (r *waitlist) enter(w *waitingSender) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.count.Load() < 0 {
		return false
	}
	r.waiters = append(r.waiters, w)
	r.count.Add(1)
	return true
}

// leave takes the first waiters out, up to a number.
func (r *waitlist) leave(count int) (first []*waitingSender) {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := 0
	for taken < len(r.waiters) && len(first) < count {
		if w := r.waiters[taken]; !w.gone.Load() {
			first = append(first, w)
		}
		taken++
	}
	r.waiters = slices.Delete(r.waiters, 0, taken)
	r.count.Store(int32(len(r.waiters)))
	return first
}

// close takes all waiters out and refuses further ones.
func (r *waitlist) close() []*waitingSender {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count.Store(-1)
	return r.waiters
}
