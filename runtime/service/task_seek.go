package service

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"time"

	"lunarium/runtime/message"
)

// This file holds the questions of who follows waits from service to service: which tasks
// wait, and where a request is.

// Request names a request: who sent it, and by which session it is answered.
type Request struct {
	Source  message.Address
	Session int32
}

// Whereabouts tells where a request is that a service was sent.
type Whereabouts struct {
	Queued  bool          // it waits in the mailbox
	Before  int           // how many messages come before it there
	Put     bool          // its answer was put off with Response, and not given yet
	Since   time.Duration // when that was, as Clock.Elapsed
	Handled bool          // a task works on it
	Task    TaskInfo
}

// Sought is what a service is asked about. Its lists may be empty.
type Sought struct {
	Requests []Request // that it was sent
	Answers  []int32   // sessions of its own calls, whose answers may wait in its mailbox
	Tasks    []uint64  // tasks by number
}

// Found is what a service answers to Sought, of one moment.
type Found struct {
	Requests []Whereabouts       // of Sought.Requests, in order
	Answers  map[int32]int       // how many messages come before an answer that waits in the mailbox
	Tasks    map[uint64]TaskInfo // those of Sought.Tasks that live
	Running  *TaskInfo           // the task that runs, or was stopped at the end of its slice
	Start    *TaskInfo           // the start function, while it goes on
	Held     *TaskInfo           // a task that stands in the debugger while the service does nothing else
}

// Seek asks the service where requests are and what tasks do; tasks are described without
// their stacks. It goes once through what the service has to do, for all that is sought.
func (s *Service) Seek(ctx context.Context, what Sought) (found Found, err error) {
	err = s.runReading(ctx, func() { found = s.seek(what) })
	return found, err
}

// SeekMailbox is Seek for a service that does not come to answering: it finds what waits
// in the mailbox and was not taken yet.
func (s *Service) SeekMailbox(what Sought) Found {
	k := newSeeking(what)
	s.box.Each(k.seeMessage)
	return k.found
}

// mostSought bounds the messages that are looked at in a mailbox.
const mostSought = 100_000

// seeking is a search through what a service has to do.
type seeking struct {
	found    Found
	requests map[Request][]int
	answers  map[int32]bool
	seen     int // messages
}

func newSeeking(what Sought) *seeking {
	k := &seeking{requests: map[Request][]int{}, answers: map[int32]bool{}}
	k.found = Found{Requests: make([]Whereabouts, len(what.Requests)), Answers: map[int32]int{}, Tasks: map[uint64]TaskInfo{}}
	for i, r := range what.Requests {
		k.requests[r] = append(k.requests[r], i)
	}
	for _, session := range what.Answers {
		k.answers[session] = true
	}
	return k
}

// each calls f for what is known of a request, if it is sought.
func (k *seeking) each(m *message.Message, f func(*Whereabouts)) {
	if m.Session == 0 {
		return
	}
	for _, i := range k.requests[Request{m.Source, m.Session}] {
		f(&k.found.Requests[i])
	}
}

// seeMessage notes a message of the mailbox; false: no more are looked at.
func (k *seeking) seeMessage(_ uint64, m *message.Message) bool {
	if k.seen >= mostSought {
		return false
	}
	before := k.seen
	k.seen++
	if m.Type == message.TypeResponse || m.Type == message.TypeError {
		if k.answers[m.Session] {
			k.found.Answers[m.Session] = before
		}
	} else {
		k.each(m, func(w *Whereabouts) { w.Queued, w.Before = true, before })
	}
	return true
}

func (s *core) seek(what Sought) Found {
	k := newSeeking(what)
	wanted := map[uint64]bool{}
	for _, id := range what.Tasks {
		wanted[id] = true
	}
	for t := s.live; t != nil; t = t.next {
		if wanted[t.id] {
			k.found.Tasks[t.id] = s.briefInfo(t)
		}
		k.each(&t.message, func(w *Whereabouts) { w.Handled, w.Task = true, s.briefInfo(t) })
		switch {
		case t == s.current:
			k.found.Running = s.briefly(t)
		case t.kind == TaskStart:
			k.found.Start = s.briefly(t)
		case t.wait.Kind == WaitDebugger && s.debug.hold:
			k.found.Held = s.briefly(t)
		}
	}
	for a := range s.answers {
		k.each(&a.message, func(w *Whereabouts) { w.Put, w.Since = true, a.since })
	}
	s.inbox.Each(k.seeMessage)
	s.box.Each(k.seeMessage)
	return k.found
}

func (s *core) briefly(t *task) *TaskInfo {
	info := s.briefInfo(t)
	return &info
}

// EachWaiting lists the tasks that have begun and not ended, the oldest first, without
// their stacks: as EachTask, which lists the time-outs and forks that have not begun, too.
func (s *Service) EachWaiting(limited func() (context.Context, context.CancelFunc)) (tasks iter.Seq2[TaskInfo, error], total int, err error) {
	return s.eachTask(limited, (*core).snapshotBegun, (*core).briefInfo)
}

// snapshotBegun is snapshotTasks without those that have not begun.
func (s *core) snapshotBegun() *taskSnapshot {
	var begun []*waiter
	for t := s.live; t != nil; t = t.next {
		if t.wait.Kind != WaitTimer && t.wait.Kind != WaitFork {
			begun = append(begun, &t.waiter)
		}
	}
	slices.SortFunc(begun, func(a, b *waiter) int { return cmp.Compare(a.id, b.id) })
	return newSnapshot(begun)
}
