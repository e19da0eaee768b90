package service

import (
	"sync"
	"sync/atomic"

	"lunarium/runtime/message"
)

// This file holds who has which address and name.

// registry knows who has which address and name. Looking an address up takes
// no lock.
type registry struct {
	table       atomic.Pointer[[]atomic.Pointer[Service]] // by address
	mu          sync.RWMutex
	last        message.Address
	living      int // services in table
	clients     map[message.Address]*Client
	lastOne     message.Address // of the clients
	names       map[string]message.Address
	byOwner     map[message.Address][]string // in the order in which they were registered
	former      map[message.Address]formerOwner
	formerOrder []message.Address // those of former, the oldest first
}

// formerOwner is what stays known of an ended service, or of a client that has left.
type formerOwner struct{ name, how string }

const keepFormer = 4096

func (r *registry) init() {
	table := make([]atomic.Pointer[Service], 64)
	r.table.Store(&table)
	r.last = message.FirstService - 1
	r.lastOne = message.FirstClient - 1
	r.clients = map[message.Address]*Client{}
	r.names = map[string]message.Address{"launcher": message.NodeAddress}
	r.byOwner = map[message.Address][]string{message.NodeAddress: {"launcher"}}
	r.former = map[message.Address]formerOwner{}
}

func (r *registry) find(a message.Address) *Service {
	table := *r.table.Load()
	if int(a) >= len(table) {
		return nil
	}
	return table[a].Load()
}

// SkipTo has the next service get an address, if that is a later one than it would get.
func (n *Node) SkipTo(a message.Address) {
	n.registry.mu.Lock()
	defer n.registry.mu.Unlock()
	n.registry.last = max(n.registry.last, a-1)
}

// add gives a service its address.
func (r *registry) add(s *Service) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	s.address = r.last
	table := *r.table.Load()
	if int(r.last) >= len(table) {
		larger := make([]atomic.Pointer[Service], max(2*len(table), int(r.last)+1))
		for i := range table {
			larger[i].Store(table[i].Load())
		}
		r.table.Store(&larger)
		table = larger
	}
	table[r.last].Store(s)
	r.living++
}

// remove forgets a service and its names; false when it was forgotten before.
func (r *registry) remove(s *core, how string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	table := *r.table.Load()
	if table[s.address].Load() == nil {
		return false
	}
	table[s.address].Store(nil)
	r.living--
	name := s.base
	if names := r.byOwner[s.address]; len(names) > 0 {
		name = names[0]
	}
	for _, name := range r.byOwner[s.address] {
		delete(r.names, name)
	}
	s.had = r.byOwner[s.address]
	delete(r.byOwner, s.address)
	r.remember(s.address, formerOwner{name, how})
	return true
}

// remember remembers what had an address for a while; mu is held.
func (r *registry) remember(a message.Address, g formerOwner) {
	if len(r.formerOrder) == keepFormer {
		delete(r.former, r.formerOrder[0])
		r.formerOrder = r.formerOrder[1:]
	}
	r.former[a] = g
	r.formerOrder = append(r.formerOrder, a)
}

func (r *registry) all() []*Service {
	table := *r.table.Load()
	var services []*Service
	for i := range table {
		if s := table[i].Load(); s != nil {
			services = append(services, s)
		}
	}
	return services
}

// deserted tells whether services were launched and all of them have ended.
func (r *registry) deserted() bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.living == 0 && r.last >= message.FirstService
}

func (r *registry) client(a message.Address) *Client {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.clients[a]
}

// fileOf gives the name of what an address runs.
func (r *registry) fileOf(a message.Address) string {
	if s := r.find(a); s != nil {
		return s.base
	}
	if c := r.clients[a]; c != nil {
		return c.name
	}
	return "the node"
}
