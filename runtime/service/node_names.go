package service

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"lunarium/runtime/message"
	"lunarium/runtime/visible"
)

// This file holds the names of services: given, taken back, listed.

// ErrName: a name that can't be registered.
var ErrName = errors.New("name can't be registered")

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

// alive tells whether an address can receive messages.
func (n *Node) alive(a message.Address) bool {
	return n.registry.find(a) != nil || a == message.NodeAddress || a.IsClient() && n.registry.client(a) != nil
}

// Register gives the service a name.
func (s Self) Register(name string) error { return s.node.Register(name, s.address) }

// Name gives the name that people know the service by: the first that it was
// registered under, else its file's without directory and extension.
func (s *core) Name() string { return s.node.NameOf(s.address) }

// describe names the service for people: "chat :00000002".
func (s *core) describe() string { return s.Name() + " " + s.address.String() }
