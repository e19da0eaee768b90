package waits

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file goes from waiters to those that they wait for, and on from there.

// ref names a waiter: a task by its service and number, a client's call by its session,
// the service as an end by its kind.
type ref struct {
	kind    Kind
	address message.Address
	id      uint64
}

// nobody is the ref of no waiter.
var nobody = ref{}

// one is a waiter while it is searched for whom it waits for.
type one struct {
	Waiter
	next ref
	open bool // its next is not known yet
	// given: a wait that the caller named; whether it goes on is not asked.
	given bool
}

// search is the state of a search.
type search struct {
	asking
	mu   sync.Mutex // of all, while services are asked
	all  map[ref]*one
	left int // tasks that were not looked at
	// unasked counts the services with tasks whose turn did not come in time.
	unasked int
}

func newSearch(a asking) *search { return &search{asking: a, all: map[ref]*one{}} }

// addTask notes a task as it was found, and what it waits for as open.
func (s *search) addTask(address message.Address, info service.TaskInfo) ref {
	at := ref{Task, address, info.ID}
	w := &one{Waiter: Waiter{Kind: Task, Address: address, Name: s.node.NameOf(address), Task: info, Since: info.Wait.Since, Next: None}}
	if info.Running {
		if svc := s.node.Service(address); svc != nil {
			w.Status, w.Busy = svc.Status(), svc.Stat().BusyFor
		}
	}
	_, _, asks := w.asks()
	w.open = asks || w.launches() != 0 || w.needsRoom() != 0 || w.queues() != 0
	s.all[at] = w
	return at
}

// addClient notes what a client waits for.
func (s *search) addClient(call service.ClientCall) ref {
	at := ref{Client, call.Client, uint64(uint32(call.Session))}
	s.all[at] = &one{open: call.Dest != 0, Waiter: Waiter{
		Kind: Client, Address: call.Client, Name: call.Name, Call: call, Since: call.Since, Next: None,
	}}
	return at
}

// end gives the waiter that a service is as the end of chains.
func (s *search) end(kind Kind, address message.Address) ref {
	at := ref{kind: kind, address: address}
	if s.all[at] != nil {
		return at
	}
	w := &one{Waiter: Waiter{Kind: kind, Address: address, Name: s.node.NameOf(address), Next: None}}
	if svc := s.node.Service(address); svc != nil {
		stat := svc.Stat()
		w.Status, w.Busy, w.Queue = svc.Status(), stat.BusyFor, stat.Queue
	}
	s.all[at] = w
	return at
}

// question is what one service is asked about, and by which waiters.
type question struct {
	service.Sought
	askers []ref // of Sought.Requests
	others []ref // those that want its running task, or its start function
	within []ref // those of its own tasks that wait for another of them
}

// questions gives those that are open, by the service that is to be asked.
func (s *search) questions() map[message.Address]*question {
	all := map[message.Address]*question{}
	of := func(a message.Address) *question {
		if all[a] == nil {
			all[a] = &question{}
		}
		return all[a]
	}
	for at, w := range s.all {
		if !w.open {
			continue
		}
		if request, dest, ok := w.asks(); ok {
			q := of(dest)
			q.Requests, q.askers = append(q.Requests, request), append(q.askers, at)
			continue
		}
		if launched := cmp.Or(w.launches(), w.needsRoom()); launched != 0 {
			q := of(launched)
			q.others = append(q.others, at)
			continue
		}
		if s.all[ref{Task, w.Address, w.queues()}] != nil {
			s.link(at, ref{Task, w.Address, w.queues()}, Locked)
			continue
		}
		q := of(w.Address)
		q.Tasks, q.within = append(q.Tasks, w.queues()), append(q.within, at)
	}
	return all
}

// link notes whom a waiter waits for.
func (s *search) link(from, to ref, how Link) {
	w := s.all[from]
	w.next, w.Link, w.open = to, how, false
}

// mostRounds bounds how often new waiters lead to further ones: a chain of calls, or a
// node that changes while it is looked at.
const mostRounds = 1000

// follow finds whom all waiters wait for.
func (s *search) follow() {
	for range mostRounds {
		questions := s.questions()
		if len(questions) == 0 || s.ctx.Err() != nil {
			break
		}
		s.each(slices.Collect(maps.Keys(questions)), func(svc *service.Service, address message.Address) {
			s.ask(svc, address, questions[address])
		})
	}
	for at, w := range s.all {
		if w.open { // the time is over
			_, dest, _ := w.asks()
			s.link(at, s.end(Silent, cmp.Or(dest, w.launches(), w.needsRoom(), w.Address)), Ends)
		}
	}
}

// ask asks one service, and notes what it answers.
func (s *search) ask(svc *service.Service, address message.Address, q *question) {
	if svc == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		kind := Gone
		if address == message.NodeAddress {
			kind = Node
		}
		for _, at := range slices.Concat(q.askers, q.others, q.within) {
			s.link(at, s.end(kind, address), Ends)
		}
		return
	}
	found, answered := s.seek(svc, q.Sought)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !answered {
		s.silent(address, q, found)
		return
	}
	for i, at := range q.askers {
		s.place(at, address, &found.Requests[i], &found)
	}
	for _, at := range q.others {
		if w := s.all[at]; w.launches() != 0 {
			s.launched(at, address, &found)
		} else {
			s.link(at, s.busyWith(address, &found), Room)
		}
	}
	for _, at := range q.within {
		if info, ok := found.Tasks[s.all[at].queues()]; ok {
			s.link(at, s.known(address, info), Locked)
		} else {
			s.link(at, nobody, "") // that has ended: it goes on any moment
			s.all[at].Changed = true
		}
	}
}

// silent notes what is known of a service that did not answer.
func (s *search) silent(address message.Address, q *question, found service.Found) {
	for i, at := range q.askers {
		s.link(at, s.end(Silent, address), Ends)
		if found.Requests[i].Queued {
			s.all[at].Link, s.all[at].Before = Queued, found.Requests[i].Before
		}
	}
	for _, at := range slices.Concat(q.others, q.within) {
		s.link(at, s.end(Silent, address), Ends)
	}
}

// place notes where a waiter's request is.
func (s *search) place(at ref, address message.Address, where *service.Whereabouts, found *service.Found) {
	switch {
	case where.Handled && !where.Task.Answered:
		s.link(at, s.known(address, where.Task), Handled)
	case where.Put:
		end := s.end(Promised, address)
		if w := s.all[end]; w.Since == 0 || where.Since < w.Since {
			w.Since = where.Since
		}
		s.link(at, end, Ends)
	case where.Queued:
		s.link(at, s.busyWith(address, found), Queued)
		s.all[at].Before = where.Before
	default:
		s.link(at, s.end(Lost, address), Ends)
	}
}

// launched notes what the start of a service waits for.
func (s *search) launched(at ref, address message.Address, found *service.Found) {
	switch {
	case found.Start != nil:
		s.link(at, s.known(address, *found.Start), Launched)
	case found.Running != nil:
		s.link(at, s.known(address, *found.Running), Launched)
	default:
		s.link(at, s.end(Mailbox, address), Launched)
	}
}

// busyWith gives what keeps a service from its mailbox.
func (s *search) busyWith(address message.Address, found *service.Found) ref {
	switch {
	case found.Running != nil:
		return s.known(address, *found.Running)
	case found.Held != nil:
		return s.known(address, *found.Held)
	}
	return s.end(Mailbox, address)
}

// known gives the waiter that a task is. What was known of it before is what it did at an
// earlier moment, unless it is the same wait.
func (s *search) known(address message.Address, info service.TaskInfo) ref {
	at := ref{Task, address, info.ID}
	if w := s.all[at]; w != nil && (sameWait(&w.Task, &info) || w.Task.Running && info.Running) {
		return at
	}
	return s.addTask(address, info)
}

// everybody notes all who wait on the node, as far as that is done within a context.
func (s *search) everybody(within context.Context) {
	for _, call := range s.node.ClientCalls() {
		s.addClient(call)
	}
	var busy []message.Address
	for _, svc := range s.node.Services() {
		// One that has run on since its last look does not tell of its tasks by itself.
		if stat := svc.Stat(); stat.Tasks > 0 || stat.BusyFor > 0 || svc.Status() == service.StatusStuck {
			busy = append(busy, svc.Address())
		}
	}
	room := mostWaiting
	s.each(busy, func(svc *service.Service, address message.Address) {
		if svc == nil {
			return
		}
		s.mu.Lock()
		most := room
		if within.Err() != nil {
			s.unasked++
			s.mu.Unlock()
			return
		}
		s.mu.Unlock()
		tasks, left, err := s.waiting(svc, most)
		s.mu.Lock()
		defer s.mu.Unlock()
		room = max(0, room-len(tasks))
		s.left += left
		for _, info := range tasks {
			s.addTask(address, info)
		}
		switch {
		case err != nil && within.Err() != nil: // it was asked at the last moment
			s.unasked++
		case err != nil:
			s.end(Silent, address)
		}
	})
}
