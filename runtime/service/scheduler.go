package service

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/queue"
	"lunarium/runtime/vm"
)

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
	fresh      queue.FIFO[*Service]
	expired    queue.FIFO[*Service]
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
}

// A service's run state: what it is to the scheduler.
const (
	runIdle uint32 = iota
	runQueued
	runRunning
	runNotified
	runEnded
)

// worker is a goroutine that runs services.
type worker struct {
	node *Node
	// next is a service that this worker will run after the present one: the
	// receiver of a message that it sent. It costs no lock and wakes nobody.
	next    atomic.Pointer[Service]
	turns   int // services taken from next in a row
	beat    atomic.Uint64
	seen    uint64 // the monitor's: beat at its last look
	stale   int    // the monitor's: looks without a beat
	lost    bool   // under scheduler.mu: does not count, as it is stuck
	at      atomic.Pointer[Service]
	clock   time.Duration   // when the present service was taken, as Clock.monotonic
	lists   [][]vm.Value    // see Service.Borrow
	message message.Message // that the present service took from its mailbox
	gaveWay time.Duration   // when it last let other goroutines run
	now     time.Duration   // the last look at the time: then, or at the machine's last poll
}

const (
	// sliceTime is how long a service may run while others wait.
	sliceTime = time.Millisecond
	// slicePolls is the same for the virtual clock, in polls of the machine.
	slicePolls = 20
	// sliceMessages bounds the messages taken in one slice.
	sliceMessages = 64
	// busyPolls is how many polls make a task endlessly busy: it is no longer
	// waited for when the node settles.
	busyPolls = 2000
	// boundedPoll is what a poll counts towards the limit of Limited: several times what it
	// takes, so that the count and not the caller's patience decides.
	boundedPoll = 250 * time.Microsecond
	// fairTurns bounds how often in a row a worker prefers the receiver of its
	// own message over the queues, and fresh services come before spent ones.
	fairTurns = 16
)

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
func (s *Service) notify(w *worker) {
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
			return
		}
	}
}

// enqueue finds a worker for a service that was just made queued.
func (n *Node) enqueue(s *Service, w *worker) {
	if w != nil && w.next.Load() == nil && w.next.CompareAndSwap(nil, s) {
		return
	}
	n.push(s)
}

// push puts a service at the end of the fresh ones.
func (n *Node) push(s *Service) { n.scheduler.push(&n.scheduler.fresh, s) }

// pushExpired puts a service at the end of those that used up their slices.
func (n *Node) pushExpired(s *Service) { n.scheduler.push(&n.scheduler.expired, s) }

func (sc *scheduler) push(to *queue.FIFO[*Service], s *Service) {
	sc.mu.Lock()
	to.Push(s)
	sc.queued.Add(1)
	wake := sc.sleeping > 0
	sc.mu.Unlock()
	if wake {
		sc.available.Signal()
	}
}

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
func (w *worker) take() *Service {
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
func (w *worker) wait() *Service {
	sc := &w.node.scheduler
	slept := false
	for {
		w.lost = false // it came back, also when the monitor saw that too late
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
		if s, ok := sc.pop(); ok {
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

// pop takes the service whose turn it is; mu is held.
func (sc *scheduler) pop() (s *Service, ok bool) {
	if sc.frozen || sc.queued.Load() == 0 {
		return nil, false
	}
	sc.queued.Add(-1)
	if sc.freshInRow++; sc.freshInRow > fairTurns || sc.fresh.Len() == 0 {
		sc.freshInRow = 0
		if s, ok = sc.expired.Pop(); ok {
			return s, true
		}
	}
	return sc.fresh.Pop()
}

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
func (n *Node) settleOne(why reason) {
	if !n.scheduler.liveness.end(why) {
		return
	}
	n.cameToRest()
	if n.scheduler.settlers.Load() > 0 {
		n.scheduler.mu.Lock()
		n.wakeSettlers()
		n.scheduler.mu.Unlock()
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
