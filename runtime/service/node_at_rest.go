package service

import (
	"slices"
	"sync"
	"sync/atomic"

	"lunarium/runtime/vm"
)

// This file holds tasks that go on when the node has nothing else to do: recorded answers come then.

// resting are tasks that go on one at a time, when a worker finds nothing else to do but what used its slice up.
// The zero value is empty.
type resting struct {
	count   atomic.Int32 // of waiting
	mu      sync.Mutex
	waiting []atRest // the next one first
}

type atRest struct {
	rank int
	goOn func()
}

// add has a task wait, behind those of the same rank.
func (q *resting) add(rank int, goOn func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	at, _ := slices.BinarySearchFunc(q.waiting, rank, func(t atRest, rank int) int {
		if t.rank <= rank {
			return -1
		}
		return 1
	})
	q.waiting = slices.Insert(q.waiting, at, atRest{rank, goOn})
	q.count.Store(int32(len(q.waiting)))
}

// next takes the task of the lowest rank; nil: none waits.
func (q *resting) next() (goOn func()) {
	if q.count.Load() == 0 {
		return nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		return nil
	}
	goOn = q.waiting[0].goOn
	q.waiting = slices.Delete(q.waiting, 0, 1)
	q.count.Store(int32(len(q.waiting)))
	return goOn
}

// goOnAtRest lets the next task go on that waits for that; scheduler.mu is held, and given up meanwhile.
func (w *worker) goOnAtRest() bool {
	sc := &w.node.scheduler
	if sc.frozen || sc.fresh.Len() > 0 {
		return false
	}
	goOn := w.node.resting.next()
	if goOn == nil {
		return false
	}
	sc.mu.Unlock()
	defer sc.mu.Lock()
	goOn()
	return true
}

// hostAtRest is host.Host.AtRest for a service.
func (s *core) hostAtRest(t *vm.Thread, what string, rank int, then func(*vm.Thread) int) int {
	return s.hostAwait(t, what, func(finish func(func(*vm.Thread) int)) func() {
		s.node.resting.add(rank, func() { finish(then) })
		return nil
	})
}
