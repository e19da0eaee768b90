package service

import (
	"sync"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
)

// uniques are the services of which the node has one each (skynet.uniqueservice).
type uniques struct {
	mu     sync.Mutex
	byName map[string]*uniqueService
}

// uniqueService is one that runs, starts, or is only waited for.
type uniqueService struct {
	address  message.Address // 0 until it runs
	starting bool
	pending  []func(*Service, *message.Failure)
}

func (u *uniques) get(name string) *uniqueService {
	if u.byName == nil {
		u.byName = map[string]*uniqueService{}
	}
	one := u.byName[name]
	if one == nil {
		one = &uniqueService{}
		u.byName[name] = one
	}
	return one
}

// startEnded tells those who wait how the start went. A failure leaves those who
// only asked (Query) waiting for the next attempt, as nobody can tell them apart
// from a service that comes later.
func (u *uniques) startEnded(name string, s *Service, f *message.Failure) {
	u.mu.Lock()
	one := u.get(name)
	one.starting = false
	if f == nil {
		one.address = s.address
	}
	waiting := one.pending
	one.pending = nil
	u.mu.Unlock()
	for _, then := range waiting {
		then(s, f)
	}
}

func (u *uniques) forget(a message.Address) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for name, one := range u.byName {
		if one.address == a {
			delete(u.byName, name)
		}
	}
}

// Uniques lists the unique services that run, by name.
func (n *Node) Uniques() map[string]message.Address {
	n.unique.mu.Lock()
	defer n.unique.mu.Unlock()
	running := map[string]message.Address{}
	for name, one := range n.unique.byName {
		if one.address != 0 {
			running[name] = one.address
		}
	}
	return running
}

// Unique gives the node's one service of that name, launching it when it does
// not run; otherwise like Launch (skynet.uniqueservice). Own thread; end the Go
// function with it.
func (s *Service) Unique(t *vm.Thread, spec Spec, then func(t *vm.Thread, child message.Address) int) int {
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
	spec.By = s.address
	p, err := s.node.load(spec)
	if err != nil {
		f := &message.Failure{Reason: message.ErrStart, Name: spec.base(), Text: worded.Text(err)}
		u.startEnded(name, nil, f)
		t.Errorf("%s", err)
	}
	return s.Await(t, "launch of "+name, func(finish func(func(*vm.Thread) int)) func() {
		s.node.spawn(p, s.worker, func(child *Service, f *message.Failure) {
			finish(func(t *vm.Thread) int { return finishLaunch(t, child, f, then) })
			u.startEnded(name, child, f)
		})
		return nil
	})
}

// Query gives the node's one service of that name, waiting until there is one
// (skynet.queryservice). Own thread; end the Go function with it.
func (s *Service) Query(t *vm.Thread, name string, then func(t *vm.Thread, child message.Address) int) int {
	u := &s.node.unique
	u.mu.Lock()
	a := u.get(name).address
	u.mu.Unlock()
	if a != 0 {
		return then(t, a)
	}
	return s.awaitUnique(t, name, then)
}

func (s *Service) awaitUnique(t *vm.Thread, name string, then func(t *vm.Thread, child message.Address) int) int {
	return s.Await(t, "unique service "+name, func(finish func(func(*vm.Thread) int)) func() {
		tell := func(child *Service, f *message.Failure) {
			finish(func(t *vm.Thread) int { return finishLaunch(t, child, f, then) })
		}
		u := &s.node.unique
		u.mu.Lock()
		defer u.mu.Unlock()
		one := u.get(name)
		if one.address != 0 {
			tell(s.node.Service(one.address), nil)
			return nil
		}
		one.pending = append(one.pending, tell)
		return nil
	})
}
