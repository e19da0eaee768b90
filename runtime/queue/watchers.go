package queue

import (
	"slices"
	"sync"
	"sync/atomic"
)

// This file is who listens to a stream.

// Watchers are functions that hear of each entry of a stream. The zero value has none. It
// is safe for concurrent use.
type Watchers[T any] struct {
	count atomic.Int32 // of list, to be read without the lock
	mu    sync.Mutex
	list  []*watcher[T]
}

type watcher[T any] struct{ see func(T) }

// Any tells whether anybody watches.
func (w *Watchers[T]) Any() bool { return w.count.Load() > 0 }

// Add has f called for every entry until stop is called. f runs on the goroutine that
// tells of the entry, must be quick and must not use the Watchers.
func (w *Watchers[T]) Add(f func(T)) (stop func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	added := &watcher[T]{f}
	w.list = append(w.list, added)
	w.count.Store(int32(len(w.list)))
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.list = slices.DeleteFunc(w.list, func(other *watcher[T]) bool { return other == added })
		w.count.Store(int32(len(w.list)))
	}
}

// Tell calls the functions, in the order in which they were added.
func (w *Watchers[T]) Tell(entry T) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.list {
		one.see(entry)
	}
}
