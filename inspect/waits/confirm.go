package waits

import (
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file asks again before something is told that may have been two moments' work.

// mostLooks bounds how often what has changed meanwhile is looked at anew.
const mostLooks = 4

// settle has whoever is in a cycle, or waits for an answer that nobody will give, asked
// again, until what is told is known to have been so at one moment.
func (s *search) settle() {
	s.confirmAll()
	s.prune()
}

// prune forgets the ends that nobody came to in the end, but for the services that are silent.
func (s *search) prune() {
	used := map[ref]bool{}
	for _, w := range s.all {
		used[w.next] = true
	}
	for at := range s.all {
		if !used[at] && at.kind != Task && at.kind != Client && at.kind != Silent {
			delete(s.all, at)
		}
	}
}

func (s *search) confirmAll() {
	for look := 1; ; look++ {
		doubtful := s.doubtful()
		if len(doubtful) == 0 || s.ctx.Err() != nil && look > 1 {
			return
		}
		if changed := s.confirm(doubtful); !changed {
			return
		}
		if look == mostLooks {
			s.cut()
			return
		}
		s.follow()
	}
}

// doubtful gives those that are asked again.
func (s *search) doubtful() []ref {
	var found []ref
	refs, next := s.numbered()
	for _, cycle := range cycles(next) {
		for _, i := range cycle {
			found = append(found, refs[i])
		}
	}
	for at, w := range s.all {
		if w.next.kind == Lost {
			found = append(found, at)
		}
	}
	return found
}

// numbered gives the waiters in some order, and the place of the next of each.
func (s *search) numbered() (refs []ref, next []int) {
	place := make(map[ref]int, len(s.all))
	for at := range s.all {
		place[at] = len(refs)
		refs = append(refs, at)
	}
	next = make([]int, len(refs))
	for i, at := range refs {
		next[i] = None
		if w := s.all[at]; w.next != nobody {
			next[i] = place[w.next]
		}
	}
	return refs, next
}

// confirm asks waiters again, all of them after whoever they wait for has been asked, and
// tells whether one of them has gone on. Those are open again, or gone.
func (s *search) confirm(doubtful []ref) (changed bool) {
	questions := map[message.Address]*question{}
	for _, at := range doubtful {
		if at.kind != Task || s.all[at].given {
			continue
		}
		q := questions[at.address]
		if q == nil {
			q = &question{}
			questions[at.address] = q
		}
		q.Tasks, q.within = append(q.Tasks, at.id), append(q.within, at)
		if request, _, ok := s.all[at].asks(); ok {
			q.Answers = append(q.Answers, request.Session)
		}
	}
	var of []message.Address
	for a := range questions {
		of = append(of, a)
	}
	s.each(of, func(svc *service.Service, address message.Address) {
		var found service.Found
		answered := svc != nil
		if answered {
			found, answered = s.seek(svc, questions[address].Sought)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, at := range questions[address].within {
			if s.again(at, svc != nil, answered, &found) {
				changed = true
			}
		}
	})
	changed = s.clientsAgain(doubtful) || changed
	if changed {
		s.reopen()
	}
	return changed
}

// again compares a task with what it was; true: it has gone on.
func (s *search) again(at ref, there, answered bool, found *service.Found) bool {
	w := s.all[at]
	info, lives := found.Tasks[at.id]
	request, _, _ := w.asks()
	before, has := found.Answers[request.Session]
	switch {
	case there && !answered:
		s.link(at, s.end(Silent, at.address), Ends) // it is not known
	case !lives:
		delete(s.all, at)
	case !sameWait(&w.Task, &info):
		s.addTask(at.address, info)
	case has && request.Session != 0:
		s.link(at, s.busyWith(at.address, found), Answered)
		s.all[at].Before = before
	default:
		return false
	}
	return true
}

// clientsAgain is again for clients.
func (s *search) clientsAgain(doubtful []ref) (changed bool) {
	var calls map[ref]bool
	for _, at := range doubtful {
		if at.kind != Client {
			continue
		}
		if calls == nil {
			calls = map[ref]bool{}
			for _, call := range s.node.ClientCalls() {
				calls[ref{Client, call.Client, uint64(uint32(call.Session))}] = true
			}
		}
		if !calls[at] && !s.all[at].given {
			delete(s.all, at) // nobody waits for a client
			changed = true
		}
	}
	return changed
}

// reopen has those asked again who waited for a task that has ended.
func (s *search) reopen() {
	for _, w := range s.all {
		if w.next != nobody && s.all[w.next] == nil {
			w.next, w.Link, w.open = nobody, "", true
		}
	}
}

// cut takes apart the cycles that did not hold still.
func (s *search) cut() {
	refs, next := s.numbered()
	for _, cycle := range cycles(next) {
		w := s.all[refs[cycle[0]]]
		w.next, w.Link, w.Changed = nobody, "", true
	}
	for at, w := range s.all {
		if w.open {
			s.link(at, nobody, "")
			w.Changed = true
		}
	}
}
