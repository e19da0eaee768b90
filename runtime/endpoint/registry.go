package endpoint

import (
	"cmp"
	"net"
	"slices"
	"sync"
	"time"

	"lunarium/runtime/message"
)

// This file is the list of what is open.

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

// Conn registers a connection of the node's until it is closed, and gives one
// that counts.
func (r *Registry) Conn(kind string, c net.Conn) net.Conn { return r.ConnOf(0, kind, c, nil) }

// ConnOf is Conn for a connection that belongs to a service, or with owner 0 to the
// node. closed is called when it is closed; nil: nobody is told.
func (r *Registry) ConnOf(owner message.Address, kind string, c net.Conn, closed func()) net.Conn {
	o := r.Open(Endpoint{
		Kind: kind, Owner: owner, Local: c.LocalAddr().String(), Remote: c.RemoteAddr().String(),
	})
	o.closed = closed
	return o.Conn(c)
}

// Listener is Conn for a listener and the connections that it accepts.
func (r *Registry) Listener(kind string, l net.Listener) net.Listener {
	return &countedListener{l, r.Open(Endpoint{Kind: kind, Local: l.Addr().String()})}
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
