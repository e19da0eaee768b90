package service

import (
	"slices"
	"sync"
)

// Ring keeps the latest entries of a stream and hands new ones to watchers. It
// is safe for concurrent use.
type Ring[T any] struct {
	mu       sync.Mutex
	entries  []T
	limit    int
	next     int // where the next entry goes once the ring is full
	total    uint64
	watchers []*watcher[T]
}

type watcher[T any] struct{ see func(T) }

func newRing[T any](limit int) *Ring[T] { return &Ring[T]{limit: limit} }

func (r *Ring[T]) add(entry T) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total++
	if len(r.entries) < r.limit {
		r.entries = append(r.entries, entry)
	} else {
		r.entries[r.next] = entry
		r.next = (r.next + 1) % r.limit
	}
	for _, w := range r.watchers {
		w.see(entry)
	}
}

// Last gives up to n of the latest entries, the oldest first; n < 0 gives all.
func (r *Ring[T]) Last(n int) []T {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n < 0 || n > len(r.entries) {
		n = len(r.entries)
	}
	last := make([]T, 0, n)
	for i := len(r.entries) - n; i < len(r.entries); i++ {
		last = append(last, r.entries[(r.next+i)%len(r.entries)])
	}
	return last
}

// Total gives the number of entries ever added.
func (r *Ring[T]) Total() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.total
}

// Watch calls f for every new entry until stop is called. f runs on the
// goroutine that adds, must be quick and must not use the ring.
func (r *Ring[T]) Watch(f func(T)) (stop func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := &watcher[T]{f}
	r.watchers = append(r.watchers, w)
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.watchers = slices.DeleteFunc(r.watchers, func(other *watcher[T]) bool { return other == w })
	}
}
