package endpoint

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"lunarium/runtime/message"
)

// This file is what is open, and the list of it.

// Endpoint is something through which the node talks to the outside: a
// listener, a connection that was accepted or made. Whoever opens one registers
// it, so that people can see it (the command netstat): with Registry.Open or
// Conn, or, a library of a service, with host.Listen or Dial.
type Endpoint struct {
	Kind   string          // what it is for: "console", "http server", "redis"
	Owner  message.Address // the service that it belongs to; 0: the node
	Local  string          // its own address
	Remote string          // the other end's; "" for a listener
}

// Open is an endpoint that is open. Its methods may be called from any goroutine.
type Open struct {
	Endpoint
	id       uint64
	registry *Registry
	since    time.Time
	read     atomic.Uint64
	written  atomic.Uint64
	used     atomic.Int64 // as Clock.Elapsed
	closed   func()       // is called when the connection is closed; may be nil
}

// Info is an endpoint as people see it.
type Info struct {
	ID uint64
	Endpoint
	OwnerName     string // "" for the node
	Since         time.Time
	Read, Written uint64 // bytes; of a listener, connections accepted
	Idle          time.Duration
}

// Close takes the endpoint off the list; it can be called again.
func (o *Open) Close() {
	o.registry.mu.Lock()
	defer o.registry.mu.Unlock()
	delete(o.registry.open, o.id)
}

// Moved counts bytes that were read and written; for a listener, a connection
// that was accepted counts as one read.
func (o *Open) Moved(read, written int) {
	o.read.Add(uint64(read))
	o.written.Add(uint64(written))
	o.used.Store(int64(o.registry.clock.Elapsed()))
}

// Clock is the time by which endpoints are counted: a node's.
type Clock interface {
	Now() time.Time         // of the day
	Elapsed() time.Duration // since the node was made
}

// Registry is what is open. Its methods may be called from any goroutine.
type Registry struct {
	clock Clock
	name  func(message.Address) string // of an owner, for people

	mu   sync.Mutex
	last uint64
	open map[uint64]*Open
}

// NewRegistry makes an empty one. name gives the name of an owner.
func NewRegistry(clock Clock, name func(message.Address) string) *Registry {
	return &Registry{clock: clock, name: name, open: map[uint64]*Open{}}
}

// Open registers an endpoint until its Close.
func (r *Registry) Open(e Endpoint) *Open {
	o := &Open{Endpoint: e, registry: r, since: r.clock.Now()}
	o.used.Store(int64(r.clock.Elapsed()))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	o.id = r.last
	r.open[o.id] = o
	return o
}

// List lists what is open, in the order in which it was opened.
func (r *Registry) List() []Info {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]Info, 0, len(r.open))
	for _, o := range r.open {
		info := Info{
			ID: o.id, Endpoint: o.Endpoint, Since: o.since, Read: o.read.Load(), Written: o.written.Load(),
			Idle: r.clock.Elapsed() - time.Duration(o.used.Load()),
		}
		if o.Owner != 0 {
			info.OwnerName = r.name(o.Owner)
		}
		list = append(list, info)
	}
	slices.SortFunc(list, func(a, b Info) int { return cmp.Compare(a.ID, b.ID) })
	return list
}
