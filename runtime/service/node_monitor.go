package service

import "time"

// This file holds the monitor, which has others stand in for workers that are stuck.

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

func (n *Node) lookAtWorkers() {
	sc := &n.scheduler
	sc.lately.Store(int64(n.clock.monotonic()))
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
func (s *core) markStuck(w *worker) {
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
func (s *core) recovered(w *worker) {
	s.stuck.Store(false)
	sc := &s.node.scheduler
	sc.mu.Lock()
	w.lost = false
	sc.mu.Unlock()
}
