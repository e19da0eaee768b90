package service

import (
	"runtime"
	"time"
)

// This file holds how services come to workers, and workers to services.

func (n *Node) startWorkers(count int) {
	sc := &n.scheduler
	sc.available.L, sc.settled.L, sc.woke.L = &sc.mu, &sc.mu, &sc.mu
	sc.wanted = count
	sc.unrest.init()
	sc.mu.Lock()
	defer sc.mu.Unlock()
	for range count {
		n.addWorker()
	}
}

// addWorker starts a worker; scheduler.mu is held.
func (n *Node) addWorker() {
	w := &worker{node: n}
	n.scheduler.workers = append(n.scheduler.workers, w)
	go w.loop()
}

// notify makes sure that the service runs soon. w is the calling worker or nil.
func (s *core) notify(w *worker) {
	for {
		switch s.runState.Load() {
		case runIdle:
			// It counts before others see it queued: they leave it at that, and may
			// themselves be the last that count.
			s.node.scheduler.liveness.begin(liveService)
			if s.runState.CompareAndSwap(runIdle, runQueued) {
				s.node.enqueue(s, w)
				return
			}
			s.node.settleOne(liveService)
		case runRunning:
			if s.runState.CompareAndSwap(runRunning, runNotified) {
				return
			}
		default:
			if f := s.node.shuffle; f != nil {
				f.sent(s, w)
			}
			return
		}
	}
}

// enqueue finds a worker for a service that was just made queued.
func (n *Node) enqueue(s *core, w *worker) {
	if n.shuffle != nil {
		n.push(s)
		n.shuffle.sent(s, w)
		return
	}
	if w != nil && w.next.Load() == nil && w.next.CompareAndSwap(nil, s) {
		return
	}
	n.push(s)
}

// push puts a service at the end of the fresh ones.
func (n *Node) push(s *core) { n.scheduler.push(&n.scheduler.fresh, s) }

// pushExpired puts a service at the end of those that used up their slices.
func (n *Node) pushExpired(s *core) { n.scheduler.push(&n.scheduler.expired, s) }

func (w *worker) loop() {
	w.clock = w.node.clock.monotonic()
	for {
		s := w.take()
		if s == nil {
			return
		}
		w.at.Store(s)
		s.serve(w)
		w.at.Store(nil)
		w.letOthersRun()
	}
}

// about gives Clock.Elapsed, with the real clock as it was at the worker's last
// look, or the monitor's when the worker has been inside a Go function for longer: exact
// enough for what people read, and cheap. w may be nil.
func (n *Node) about(w *worker) time.Duration {
	if n.config.Virtual || w == nil {
		return n.clock.Elapsed()
	}
	return max(w.now, time.Duration(n.scheduler.lately.Load()))
}

// letOthersRun gives way, after each slice's time, to the goroutines that are no
// workers: timers, sessions, connections. Go would take a busy worker's
// processor away after 10 ms only.
func (w *worker) letOthersRun() {
	if w.clock-w.gaveWay >= sliceTime {
		w.gaveWay = w.clock
		runtime.Gosched()
	}
}

// take gives the next service to run, waiting for one; nil ends the worker.
func (w *worker) take() *core {
	w.beat.Add(1)
	sc := &w.node.scheduler
	if (w.turns < fairTurns || sc.queued.Load() == 0) && !sc.unrest.exhausted() {
		if s := w.next.Swap(nil); s != nil {
			w.turns++
			return s
		}
	}
	w.turns = 0
	sc.mu.Lock()
	defer sc.mu.Unlock()
	if s := w.next.Swap(nil); s != nil {
		sc.fresh.Push(s)
		sc.queued.Add(1)
	}
	return w.wait()
}

// wait takes from the run queues; scheduler.mu is held.
func (w *worker) wait() *core {
	sc := &w.node.scheduler
	slept := false
	for {
		w.lost = false // it came back, also when the monitor saw that too late
		if w.goOnAtRest() {
			continue
		}
		if sc.stopped && !sc.frozen && sc.queued.Load() == 0 || sc.able() > sc.wanted {
			sc.drop(w)
			if sc.queued.Load() > 0 {
				sc.available.Signal() // it may have been for this worker
			}
			return nil
		}
		if w.node.pause() {
			sc.settled.Broadcast()
			sc.available.Wait()
			slept = true
			continue
		}
		if s, ok := sc.pop(w); ok {
			if slept {
				w.clock = w.node.clock.monotonic()
			}
			return s
		}
		sc.sleeping++
		w.node.wakeSettlers()
		sc.available.Wait()
		if sc.sleeping == len(sc.workers) {
			sc.woke.Signal()
		}
		sc.sleeping--
		slept = true
	}
}

// yieldNext gives the receiver that waits for this worker to any other.
func (w *worker) yieldNext() {
	if w.next.Load() == nil {
		return
	}
	if s := w.next.Swap(nil); s != nil {
		w.node.push(s)
	}
}

// settleOne takes back one count of what is live, and wakes those that wait for the last.
// With the virtual clock the last is taken back under scheduler.mu, so that whoever sees
// that the node is at rest sees it noted: what he does next takes steps anew.
func (n *Node) settleOne(why reason) {
	sc := &n.scheduler
	if n.config.Virtual {
		if sc.liveness.endUnlessLast(why) {
			return
		}
		sc.mu.Lock()
		defer sc.mu.Unlock()
		if sc.liveness.end(why) {
			n.cameToRest()
			n.wakeSettlers()
		}
		return
	}
	if sc.liveness.end(why) && sc.settlers.Load() > 0 {
		sc.mu.Lock()
		defer sc.mu.Unlock()
		n.wakeSettlers()
	}
}

func (n *Node) wakeSettlers() {
	if n.scheduler.liveness.settled() && n.scheduler.settlers.Load() > 0 {
		n.scheduler.settled.Broadcast()
	}
}

// stopWorkers ends the workers once nothing is queued any more: services, all of
// them under orders to end.
func (n *Node) stopWorkers() {
	sc := &n.scheduler
	sc.mu.Lock()
	sc.stopped = true
	sc.mu.Unlock()
	sc.available.Broadcast()
	sc.settled.Broadcast()
	sc.woke.Broadcast()
}
