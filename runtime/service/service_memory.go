package service

import "lunarium/runtime/vm"

// This file holds a service's memory: its bound, what counts, what the service holds.

// SetMemLimit bounds the memory of the service's state, in bytes (skynet.memlimit); 0 is
// no bound. Beyond it the service's Lua code gets the error "not enough memory".
func (s Self) SetMemLimit(bytes int) {
	s.memLimit.Store(int64(bytes))
	s.node.limited.Store(true)
	s.state.Memory().SetLimit(bytes)
}

// UsualMemLimit is the bound of services that set none.
func (s *core) UsualMemLimit() int { return s.node.config.MemLimit }

// taskBytes gives the memory of the service's tasks and time-outs that the machine does
// not see.
func (s *core) taskBytes() int {
	later := s.later.count
	return later*bytesOfLater + (s.taskCount-later)*bytesOfTask
}

// reachable tells the machine's collector what the service itself holds: the
// functions that Lua code gave it, those of time-outs too, the tasks, and what they
// wait on.
func (s *core) reachable(visit func(*vm.Value)) {
	s.registered.visit(visit)
	for _, list := range [...]*task{s.live, s.spare} {
		for t := list; t != nil; t = t.next {
			thread := vm.ThreadValue(t.thread)
			visit(&thread)
			visitClosure(&t.starts, visit)
			s.visitToken(t, visit)
		}
	}
	for w := range s.later.each {
		visitClosure(&w.starts, visit)
	}
}

func visitClosure(c **vm.Closure, visit func(*vm.Value)) {
	if *c != nil {
		v := vm.ClosureValue(*c)
		visit(&v)
		*c = v.AsClosure()
	}
}

// visitToken names the value that a task waits on, and keeps the tokens in order
// when it is changed.
func (s *core) visitToken(t *task, visit func(*vm.Value)) {
	if t.token == nil {
		return
	}
	before := *t.token
	visit(&t.token.value)
	if *t.token != before {
		delete(s.tokens, before)
		s.tokens[*t.token] = t
	}
}
