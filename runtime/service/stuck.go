package service

import (
	"cmp"
	"context"
	"time"

	"lunarium/runtime/message"
)

const (
	// monitorEvery is how often workers are looked at; monitorLooks without a
	// beat make one stuck.
	monitorEvery = 10 * time.Millisecond
	monitorLooks = 3
	// extraWorkers bounds the workers that stand in for stuck ones.
	extraWorkers = 64
)

// monitor looks for workers that are inside a Go function for long and lets
// others stand in for them. It sleeps while all of them do. It runs with the real clock only: with the virtual
// one there is a single worker and others wait for it, so that order is kept.
func (n *Node) monitor() {
	ticker := time.NewTicker(monitorEvery)
	defer ticker.Stop()
	for n.scheduler.awake() {
		select {
		case <-n.done:
			return
		case <-ticker.C:
			n.lookAtWorkers()
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

func (n *Node) lookAtWorkers() {
	sc := &n.scheduler
	sc.mu.Lock()
	workers := append([]*worker(nil), sc.workers...)
	sc.mu.Unlock()
	for _, w := range workers {
		beat := w.beat.Load()
		s := w.at.Load()
		if beat != w.seen || s == nil {
			w.seen, w.stale = beat, 0
			continue
		}
		if w.stale++; w.stale == monitorLooks {
			s.markStuck(w)
		}
	}
}

// markStuck notes that the service does not give its worker back and starts
// another worker in its place.
func (s *Service) markStuck(w *worker) {
	s.stuck.Store(true)
	sc := &s.node.scheduler
	sc.mu.Lock()
	if w.at.Load() == s && !w.lost && !sc.stopped && len(sc.workers) < sc.wanted+extraWorkers {
		w.lost = true
		s.node.addWorker()
	}
	sc.mu.Unlock()
	w.yieldNext()
}

// recovered undoes markStuck when the service can be stopped again. One worker
// too many is the consequence; the next one that looks for work ends.
func (s *Service) recovered(w *worker) {
	s.stuck.Store(false)
	sc := &s.node.scheduler
	sc.mu.Lock()
	w.lost = false
	sc.mu.Unlock()
}

// whenStill tells when there is nothing more to wait for on a node with the virtual clock:
// ErrStandsStill, when it has nothing left to do and no task stands in a debugger,
// ErrRestless, or ctx's error. With the real clock it tells nothing.
func (n *Node) whenStill(ctx context.Context) <-chan error {
	if !n.config.Virtual {
		return nil
	}
	settled := make(chan error, 1)
	go func() {
		for {
			if err := n.Settle(ctx); err != nil {
				settled <- err
				return
			}
			if !n.stoppedTasks.wait(ctx) {
				settled <- cmp.Or(ctx.Err(), message.ErrStandsStill)
				return
			}
		}
	}()
	return settled
}

// Settle waits until no service has anything to do and no timer is due. A
// service that is endlessly busy is not waited for. With the virtual clock the error
// is ErrRestless when that does not come about, else ErrStopped or ctx's.
func (n *Node) Settle(ctx context.Context) error { return n.awaitRest(ctx, false) }

// awaitRest is Settle, when asked to also while the node stops.
func (n *Node) awaitRest(ctx context.Context, stopping bool) error {
	sc := &n.scheduler
	stop := context.AfterFunc(ctx, func() {
		sc.mu.Lock()
		defer sc.mu.Unlock()
		sc.settled.Broadcast()
	})
	defer stop()
	sc.mu.Lock()
	defer sc.mu.Unlock()
	sc.settlers.Add(1)
	defer sc.settlers.Add(-1)
	for !sc.liveness.settled() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if sc.stopped && !stopping {
			return message.ErrStopped
		}
		if err := sc.whyRestless(); err != nil {
			return err
		}
		sc.settled.Wait()
	}
	return nil
}
