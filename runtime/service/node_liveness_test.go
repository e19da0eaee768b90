package service

import (
	"fmt"
	"testing"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
)

func TestLivenessNamesItsReasons(t *testing.T) {
	var l liveness
	l.begin(liveService)
	l.beginMany(liveClosing, 3)
	l.begin(liveOutside)
	if got := l.String(); got != "1 services, 1 work outside, 3 closing" {
		t.Errorf("counted: %s", got)
	}
	settled := l.end(liveOutside) || l.end(liveClosing) || l.end(liveClosing) || l.end(liveClosing)
	if settled || !l.end(liveService) || !l.settled() || l.String() != "nothing" {
		t.Errorf("taken back: %s", &l)
	}
}

// The model of the count: one service whose mailbox is put into by work outside, which
// counts, and by a client, which does not; each atomic operation of notify, serve and
// leave is a step, and every interleaving of the steps is looked at. Nowhere may the
// count be 0 while a message that counted work brought, or that its sender is done
// with, has not been handled.
type livenessModel struct {
	place   uint32
	live    int
	box     [2]bool // messages that wait, by sender
	queued  int     // times that the service lies in the run queue
	senders [2]sender
	worker  int // step of the worker; 0: looks for work
}

type sender struct {
	step    int
	counts  bool // it is work outside, which is taken back at its end
	saw     uint32
	counted bool // notify counted before it tried to make the service queued
}

const senderDone = 9

// A sender's steps: put, look at the place, count, try to change it, queue, end.
func (m livenessModel) send(i int, countFirst bool) (next livenessModel, ok bool) {
	s := &m.senders[i]
	switch s.step {
	case 0:
		m.box[i] = true
		s.step = 1
	case 1: // the load of notify
		s.saw = m.place
		switch {
		case s.saw == runIdle && countFirst:
			s.step = 2
		case s.saw == runIdle:
			s.step = 3
		case s.saw == runRunning:
			s.step = 6
		default:
			s.step = 7
		}
	case 2:
		m.live++
		s.counted = true
		s.step = 3
	case 3:
		switch {
		case m.place == runIdle:
			m.place = runQueued
			s.step = 5
			if !s.counted {
				s.step = 4
			}
		case s.counted:
			s.step = 8
		default:
			s.step = 1
		}
	case 4: // the count that came too late
		m.live++
		s.step = 5
	case 5:
		m.queued++
		s.step = 7
	case 6:
		s.step = 1
		if m.place == runRunning {
			m.place = runNotified
			s.step = 7
		}
	case 7: // deliver has returned
		if s.counts {
			m.live--
		}
		s.step = senderDone
	case 8:
		m.live--
		s.counted = false
		s.step = 1
	default:
		return m, false
	}
	return m, true
}

// The worker's steps: take, run, take the mailbox, look for news, leave, take back.
func (m livenessModel) work() (next livenessModel, ok bool) {
	switch m.worker {
	case 0:
		if m.queued == 0 {
			return m, false
		}
		m.queued--
		m.worker = 1
	case 1:
		m.place = runRunning
		m.worker = 2
	case 2:
		m.box = [2]bool{}
		m.worker = 3
	case 3: // serveSlice's look for news
		m.worker = 4
		if m.place == runNotified {
			m.place = runRunning
			m.worker = 2
		}
	case 4: // leave
		m.worker = 6
		if m.place == runRunning {
			m.place = runIdle
			m.worker = 5
		}
	case 5:
		m.live--
		m.worker = 0
	case 6:
		m.place = runQueued
		m.queued++
		m.worker = 0
	}
	return m, true
}

// wrong says what does not hold in a state.
func (m livenessModel) wrong() string {
	for i, s := range m.senders {
		if m.live == 0 && m.box[i] && (s.counts || s.step == senderDone) {
			return fmt.Sprintf("settled with the message of sender %d in the mailbox", i)
		}
	}
	if m.live < 0 || m.queued > 1 {
		return "the count is below 0, or the service queued twice"
	}
	return ""
}

func (m livenessModel) search(countFirst bool, seen map[livenessModel]bool) string {
	if seen[m] {
		return ""
	}
	seen[m] = true
	if fault := m.wrong(); fault != "" {
		return fault
	}
	stuck := true
	for i := range m.senders {
		if next, ok := m.send(i, countFirst); ok {
			stuck = false
			if fault := next.search(countFirst, seen); fault != "" {
				return fault
			}
		}
	}
	if next, ok := m.work(); ok {
		stuck = false
		if fault := next.search(countFirst, seen); fault != "" {
			return fault
		}
	}
	if stuck && (m.live != 0 || m.box != [2]bool{}) {
		return fmt.Sprintf("at the end %d are counted, and messages left %v", m.live, m.box)
	}
	return ""
}

// notify counts before it queues; the other order lets the node settle too early.
func TestModelOfLiveness(t *testing.T) {
	begin := livenessModel{live: 1, senders: [2]sender{{counts: true}, {}}}
	seen := map[livenessModel]bool{}
	if fault := begin.search(true, seen); fault != "" {
		t.Error(fault)
	}
	if len(seen) < 200 {
		t.Errorf("%d states were looked at", len(seen))
	}
	if fault := begin.search(false, map[livenessModel]bool{}); fault == "" {
		t.Error("the model does not see the wrong order")
	}
}

// Work outside that was cancelled is waited for until it has ended: what it holds is
// given back only then.
func TestCancelledWorkOutsideIsWaitedFor(t *testing.T) {
	cancelled, end := make(chan struct{}), make(chan struct{})
	w := newWorld(t, func(c *Config) {
		c.Open = func(s Self) error {
			s.State().Globals.SetString("work", s.State().NewFunction("work", func(t *vm.Thread) int {
				return host.Await(t, "work", func(finish func(func(*vm.Thread) int)) func() {
					go func() {
						<-end
						finish(func(*vm.Thread) int { return 0 })
					}()
					return func() { close(cancelled) }
				})
			}))
			return bind(s)
		}
	})
	s := w.launch("worker", `start(function() fork(work) end)`)
	w.Kill(s.Address())
	<-cancelled
	<-s.Gone()
	if w.Clock().AtRest() {
		t.Error("the node is at rest while cancelled work goes on")
	}
	close(end)
	w.settle()
}
