package service

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"lunarium/runtime/message"
	"lunarium/runtime/visible"
)

// ErrName: a name that can't be registered.
var ErrName = errors.New("name can't be registered")

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

// add gives a service its address.
func (r *registry) add(s *Service) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	s.address = r.last
	table := *r.table.Load()
	if int(r.last) >= len(table) {
		larger := make([]atomic.Pointer[Service], 2*len(table))
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
func (r *registry) remove(s *Service, how string) bool {
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

// bare gives a name without its dot: both forms are one name.
func bare(name string) string { return strings.TrimPrefix(name, ".") }

// NameHas tells whether a text is in a name, in either form: "db" and ".db" are in that
// of db.
func NameHas(name, text string) bool { return strings.Contains("."+name, text) }

// TakenError reports a name that another living service has.
type TakenError struct {
	Name  string
	Owner message.Address
	owner string // its file's name
}

func (e *TakenError) Error() string {
	return fmt.Sprintf("the name %s belongs to %s %s, which keeps it", visible.Line(e.Name), e.Owner, visible.Line(e.owner))
}

// Register gives a service a name (skynet.name). The first who has a name keeps
// it while it lives; for others the error is a *TakenError then. Names may be of any length and
// content but "" and what reads as an address.
func (n *Node) Register(name string, a message.Address) error {
	key := bare(name)
	if _, _, isAddress := addressText(key); isAddress || key == "" {
		return fmt.Errorf("%s: %w", visible.Quote(name), ErrName)
	}
	if !n.alive(a) {
		return fmt.Errorf("%s for %s: %w", visible.Quote(name), a, message.ErrDead)
	}
	r := &n.registry
	r.mu.Lock()
	defer r.mu.Unlock()
	if owner, taken := r.names[key]; taken {
		if owner == a {
			return nil
		}
		return &TakenError{key, owner, r.fileOf(owner)}
	}
	r.names[key] = a
	r.byOwner[a] = append(r.byOwner[a], key)
	return nil
}

// Unregister takes a name from an address that has it.
func (n *Node) Unregister(name string, a message.Address) {
	key := bare(name)
	r := &n.registry
	r.mu.Lock()
	defer r.mu.Unlock()
	if owner, taken := r.names[key]; taken && owner == a {
		delete(r.names, key)
		r.byOwner[a] = slices.DeleteFunc(r.byOwner[a], func(other string) bool { return other == key })
	}
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

// Lookup gives the service of a name, dotted or not.
func (n *Node) Lookup(name string) (message.Address, bool) {
	n.registry.mu.RLock()
	defer n.registry.mu.RUnlock()
	a, ok := n.registry.names[bare(name)]
	return a, ok
}

// NameEntry is one registered name, without a dot.
type NameEntry struct {
	Name    string
	Address message.Address
	Unique  bool // it was launched by uniqueservice
}

// Names lists the registered names in alphabetical order.
func (n *Node) Names() []NameEntry {
	unique := map[message.Address]bool{}
	for _, a := range n.Uniques() {
		unique[a] = true
	}
	n.registry.mu.RLock()
	defer n.registry.mu.RUnlock()
	var names []NameEntry
	for _, name := range slices.Sorted(maps.Keys(n.registry.names)) {
		a := n.registry.names[name]
		names = append(names, NameEntry{name, a, unique[a]})
	}
	return names
}

// NamesOf lists the names of an address in the order of their registration.
func (n *Node) NamesOf(a message.Address) []string {
	n.registry.mu.RLock()
	defer n.registry.mu.RUnlock()
	return slices.Clone(n.registry.byOwner[a])
}

func (n *Node) hasName(a message.Address) bool {
	n.registry.mu.RLock()
	defer n.registry.mu.RUnlock()
	return len(n.registry.byOwner[a]) > 0
}

// NameOf gives the name that people know an address by: its first registered
// name, else its file's, also for a while after its end; a client's name; the
// address when nothing is known.
func (n *Node) NameOf(a message.Address) string {
	r := &n.registry
	r.mu.RLock()
	defer r.mu.RUnlock()
	if names := r.byOwner[a]; len(names) > 0 {
		return names[0]
	}
	if s := r.find(a); s != nil {
		return s.base
	}
	if c := r.clients[a]; c != nil {
		return c.name
	}
	if g, ok := r.former[a]; ok {
		return g.name
	}
	if a == 0 {
		return "the node"
	}
	return a.String()
}

// absence says why nobody has an address.
func (n *Node) absence(a message.Address) string {
	n.registry.mu.RLock()
	defer n.registry.mu.RUnlock()
	if g, ok := n.registry.former[a]; ok {
		return g.name + " " + a.String() + " " + g.how
	}
	return "there is no service " + a.String()
}
