package service

import (
	"sync"

	"lunarium/runtime/message"
)

// This file holds the services of which a node has one each.

// uniques are the services of which the node has one each (skynet.uniqueservice).
type uniques struct {
	mu     sync.Mutex
	byName map[string]*uniqueService
}

// uniqueService is one that runs, starts, or is only waited for.
type uniqueService struct {
	address  message.Address // 0 until it runs
	starting bool
	launched message.Address // the one that starts, once it is made
	pending  []func(*core, *message.Failure)
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

// claim has a service become the node's one of a name; false when there is one, or will be.
func (u *uniques) claim(name string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	one := u.get(name)
	if one.address != 0 || one.starting {
		return false
	}
	one.starting = true
	return true
}

// launches notes which service is the one that starts.
func (u *uniques) launches(name string, a message.Address) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if one := u.get(name); one.starting {
		one.launched = a
	}
}

// startEnded tells those who wait how the start went. A failure leaves those who
// only asked (Query) waiting for the next attempt, as nobody can tell them apart
// from a service that comes later.
func (u *uniques) startEnded(name string, s *core, f *message.Failure) {
	u.mu.Lock()
	one := u.get(name)
	one.starting, one.launched = false, 0
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
