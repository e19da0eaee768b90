package service

import "lunarium/runtime/vm"

// Roots gives the values through which the machine can reach the service's
// state apart from its globals: handlers, those that libraries hold too, the
// start and info functions, those of time-outs, and what stands on the stacks of its
// tasks; own thread.
func (s *Service) Roots() []vm.Value {
	var roots []vm.Value
	for _, p := range s.protocols {
		if p != nil {
			roots = append(roots, p.Dispatch, p.Unpack)
		}
	}
	roots = append(roots, s.start, s.info, vm.TableValue(s.state.HeldTable()))
	for t := s.live; t != nil; t = t.next {
		for thread := t.thread.Inner(); thread != nil; thread = thread.Resumer() {
			roots = append(roots, thread.Values()...)
		}
	}
	for w := range s.later.each {
		roots = append(roots, vm.ClosureValue(w.starts))
	}
	return roots
}
