package service

import (
	"errors"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
)

// This file holds how a service launches others.

// Launch starts a service and suspends the task until its start function has ended; then
// goes on with its address, 0 when it exited while starting. The reason why it did not
// start is raised (skynet.newservice). End the Go function with it.
func (s Self) Launch(t *vm.Thread, spec Spec, then func(t *vm.Thread, child message.Address) int) int {
	spec.By = s.address
	p, err := s.node.load(spec)
	if err != nil {
		t.Errorf("%s", err)
	}
	task, session := s.beginAwait(t, "launch of "+p.spec.title())
	task.wait.Dest = s.node.spawn(p, s.worker, func(child *core, f *message.Failure) {
		s.endAwait(session, child.worker, func(t *vm.Thread) int { return finishLaunch(t, child, f, then) })
	}).address
	return t.Suspend(awaited)
}

// finishLaunch gives the task that launched a service its address, 0 when the
// service exited while it started, or raises why it did not start.
func finishLaunch(t *vm.Thread, child *core, f *message.Failure, then func(t *vm.Thread, child message.Address) int) int {
	switch {
	case f == nil:
		return then(t, child.address)
	case errors.Is(f, message.ErrExited):
		return then(t, 0)
	}
	return raiseReason(t, f)
}

// Unique gives the node's one service of that name, launching it when it does not run;
// otherwise like Launch (skynet.uniqueservice). End the Go function with it.
func (s Self) Unique(t *vm.Thread, spec Spec, then func(t *vm.Thread, child message.Address) int) int {
	u := &s.node.unique
	spec = spec.withoutSnlua()
	name := spec.title()
	u.mu.Lock()
	one := u.get(name)
	a, launch := one.address, one.address == 0 && !one.starting
	one.starting = one.starting || launch
	u.mu.Unlock()
	switch {
	case a != 0:
		return then(t, a)
	case !launch:
		return s.awaitUnique(t, name, then)
	}
	spec.By, spec.unique = s.address, name
	p, err := s.node.load(spec)
	if err != nil {
		f := &message.Failure{Reason: message.ErrStart, Name: spec.base(), Text: worded.Text(err)}
		u.startEnded(name, nil, f)
		t.Errorf("%s", err)
	}
	return s.hostWatch(t, "launch of "+name, func(finish func(func(*vm.Thread) int)) func() {
		child := s.node.spawn(p, s.worker, func(child *core, f *message.Failure) {
			finish(func(t *vm.Thread) int { return finishLaunch(t, child, f, then) })
			u.startEnded(name, child, f)
		})
		taskOf(t).wait.Dest = child.address
		u.launches(name, child.address)
		return nil
	})
}

// Query gives the node's one service of that name, waiting until there is one
// (skynet.queryservice). End the Go function with it.
func (s Self) Query(t *vm.Thread, name string, then func(t *vm.Thread, child message.Address) int) int {
	u := &s.node.unique
	u.mu.Lock()
	a := u.get(name).address
	u.mu.Unlock()
	if a != 0 {
		return then(t, a)
	}
	return s.awaitUnique(t, name, then)
}

func (s *core) awaitUnique(t *vm.Thread, name string, then func(t *vm.Thread, child message.Address) int) int {
	return s.hostWatch(t, "unique service "+name, func(finish func(func(*vm.Thread) int)) func() {
		tell := func(child *core, f *message.Failure) {
			finish(func(t *vm.Thread) int { return finishLaunch(t, child, f, then) })
		}
		u := &s.node.unique
		u.mu.Lock()
		defer u.mu.Unlock()
		one := u.get(name)
		if one.address != 0 {
			tell(&s.node.Service(one.address).core, nil)
			return nil
		}
		one.pending = append(one.pending, tell)
		taskOf(t).wait.Dest = one.launched
		return nil
	})
}
