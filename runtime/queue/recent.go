package queue

import "sync"

// This file is the log of recent entries: what people look at later.

// Recent keeps the latest entries of a stream and hands new ones to watchers. It
// is safe for concurrent use.
type Recent[T any] struct {
	mu       sync.Mutex
	entries  []T
	limit    int
	next     int // where the next entry goes once there are limit of them
	total    uint64
	watchers Watchers[T]
}

// NewRecent makes one that keeps up to limit entries.
func NewRecent[T any](limit int) *Recent[T] { return &Recent[T]{limit: limit} }

// Add adds an entry; the oldest one makes way for it.
func (r *Recent[T]) Add(entry T) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total++
	if len(r.entries) < r.limit {
		r.entries = append(r.entries, entry)
	} else {
		r.entries[r.next] = entry
		r.next = (r.next + 1) % r.limit
	}
	if r.watchers.Any() {
		r.watchers.Tell(entry)
	}
}

// Last gives up to n of the latest entries, the oldest first; n < 0 gives all.
func (r *Recent[T]) Last(n int) []T {
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

// Remove takes the entries out that a function picks, and gives them, the oldest first.
func (r *Recent[T]) Remove(picks func(*T) bool) (removed []T) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var left []T
	for i := range r.entries {
		entry := &r.entries[(r.next+i)%len(r.entries)]
		if picks(entry) {
			removed = append(removed, *entry)
		} else {
			left = append(left, *entry)
		}
	}
	if len(removed) > 0 {
		r.entries, r.next = left, 0
	}
	return removed
}

// Change calls a function for the entries that another picks, and tells how many those
// are.
func (r *Recent[T]) Change(picks func(*T) bool, change func(*T)) (changed int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.entries {
		if picks(&r.entries[i]) {
			change(&r.entries[i])
			changed++
		}
	}
	return changed
}

// Total gives the number of entries ever added.
func (r *Recent[T]) Total() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.total
}

// Watch calls f for every new entry until stop is called, as Watchers.Add does. f must
// not use what it watches.
func (r *Recent[T]) Watch(f func(T)) (stop func()) { return r.watchers.Add(f) }
