package service

import (
	"sync"
	"sync/atomic"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/queue"
	"lunarium/runtime/vm"
)

// This file holds the scheduler's queues, and its workers.

// scheduler hands services that have something to do to workers.
//
// A service is idle, queued, running, or running with news (notified). It is
// queued at most once; who makes it queued puts it where a worker finds it:
// with the fresh ones when it was idle, with the spent ones when it used its
// slice up. Fresh services come first, so that those that compute for long do
// not delay those that answer, but now and then a spent one has its turn.
type scheduler struct {
	mu         sync.Mutex
	available  sync.Cond // a service was queued, or the node stopped
	settled    sync.Cond // nothing is runnable
	woke       sync.Cond // a worker woke when all slept, or the node stopped
	fresh      queue.FIFO[*core]
	expired    queue.FIFO[*core]
	freshInRow int // fresh services taken since the last spent one
	workers    []*worker
	wanted     int // workers that should be able to run
	sleeping   int
	stopped    bool
	frozen     bool // workers take nothing from the queue

	queued   atomic.Int32 // length of both queues
	liveness liveness
	unrest   unrest
	settlers atomic.Int32 // goroutines that wait for settled
	lately   atomic.Int64 // the monitor's last look at the time, as Clock.monotonic
}

// worker is a goroutine that runs services.
type worker struct {
	node *Node
	// next is a service that this worker will run after the present one: the
	// receiver of a message that it sent. It costs no lock and wakes nobody.
	next    atomic.Pointer[core]
	turns   int // services taken from next in a row
	beat    atomic.Uint64
	seen    uint64 // the monitor's: beat at its last look
	stale   int    // the monitor's: looks without a beat
	lost    bool   // under scheduler.mu: does not count, as it is stuck
	at      atomic.Pointer[core]
	clock   time.Duration   // when the present service was taken, as Clock.monotonic
	lists   [][]vm.Value    // see Self.Borrow
	message message.Message // that the present service took from its mailbox
	gaveWay time.Duration   // when it last let other goroutines run
	now     time.Duration   // the last look at the time: then, or at the machine's last poll
}

func (sc *scheduler) push(to *queue.FIFO[*core], s *core) {
	sc.mu.Lock()
	to.Push(s)
	sc.queued.Add(1)
	wake := sc.sleeping > 0
	sc.mu.Unlock()
	if wake {
		sc.available.Signal()
	}
}

// pop takes the service whose turn it is; mu is held.
func (sc *scheduler) pop(w *worker) (s *core, ok bool) {
	if sc.frozen || sc.queued.Load() == 0 {
		return nil, false
	}
	sc.queued.Add(-1)
	if f := w.node.shuffle; f != nil {
		return f.next(&sc.fresh, &sc.expired)
	}
	if sc.freshInRow++; sc.freshInRow > fairTurns || sc.fresh.Len() == 0 {
		sc.freshInRow = 0
		if s, ok = sc.expired.Pop(); ok {
			return s, true
		}
	}
	return sc.fresh.Pop()
}

const (
	// sliceTime is how long a service may run while others wait.
	sliceTime = time.Millisecond
	// fairTurns bounds how often in a row a worker prefers the receiver of its
	// own message over the queues, and fresh services come before expired ones.
	fairTurns = 16
)

// together lets nothing run before f has returned, so that what f delivers to
// several services is there for all of them at once.
func (sc *scheduler) together(f func()) {
	sc.freeze(true)
	f()
	sc.freeze(false)
	sc.available.Broadcast()
}

func (sc *scheduler) freeze(frozen bool) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	sc.frozen = frozen
}

// able counts the workers that are not stuck.
func (sc *scheduler) able() int {
	count := 0
	for _, w := range sc.workers {
		if !w.lost {
			count++
		}
	}
	return count
}

func (sc *scheduler) drop(w *worker) {
	for i, other := range sc.workers {
		if other == w {
			sc.workers = append(sc.workers[:i], sc.workers[i+1:]...)
			return
		}
	}
}

// awake waits until a worker is not asleep; false when the node has stopped.
func (sc *scheduler) awake() bool {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	for sc.sleeping == len(sc.workers) && !sc.stopped {
		sc.woke.Wait()
	}
	return !sc.stopped
}

// resumeWorker lets a paused worker take more steps. mu is held.
func (sc *scheduler) resumeWorker() {
	u := &sc.unrest
	if !u.paused {
		return
	}
	u.paused, u.granted, u.why = false, false, nil
	u.limit.Store(u.steps.Load() + u.allowance)
	sc.available.Broadcast()
}

// whyRestless gives why nobody needs to wait for rest; nil as long as it may
// come. mu is held.
func (sc *scheduler) whyRestless() error {
	u := &sc.unrest
	switch {
	case !u.paused:
		return nil
	case u.granted:
		sc.resumeWorker()
		return nil
	}
	return u.why
}

// progress is what there is to do, and what was done, at one moment.
type progress struct {
	queued bool   // services wait for a worker
	taken  uint64 // how often workers have come for one
	late   bool   // a timer is
	due    time.Duration
}

// since tells whether nothing waits or something was done since an earlier moment.
func (p progress) since(first progress) bool {
	return (!p.queued || p.taken != first.taken) && (!p.late || p.due != first.due)
}

// progress tells of the workers. Those that are paused wait for people.
func (sc *scheduler) progress() progress {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	p := progress{queued: sc.queued.Load() > 0 && !sc.unrest.paused}
	for _, w := range sc.workers {
		p.taken += w.beat.Load()
	}
	return p
}
