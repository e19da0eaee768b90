package service

import (
	"cmp"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"lunarium/runtime/message"
)

// Endpoint is something through which the node talks to the outside: a
// listener, a connection that was accepted or made. Whoever opens one registers
// it, so that people can see it (the command netstat): with Node.OpenEndpoint or
// Node.CountConn, or, a library of a service, with host.Listen or Dial.
type Endpoint struct {
	Kind   string          // what it is for: "console", "http server", "redis"
	Owner  message.Address // the service that it belongs to; 0: the node
	Local  string          // its own address
	Remote string          // the other end's; "" for a listener
}

// OpenEndpoint is an endpoint that is open. Its methods may be called from any
// goroutine.
type OpenEndpoint struct {
	Endpoint
	id      uint64
	node    *Node
	since   time.Time
	read    atomic.Uint64
	written atomic.Uint64
	used    atomic.Int64 // as Clock.Elapsed
	closed  func()       // is called when the connection is closed; may be nil
}

// EndpointInfo is an endpoint as people see it.
type EndpointInfo struct {
	ID uint64
	Endpoint
	OwnerName     string // "" for the node
	Since         time.Time
	Read, Written uint64 // bytes; of a listener, connections accepted
	Idle          time.Duration
}

// endpoints are what is open.
type endpoints struct {
	mu   sync.Mutex
	last uint64
	open map[uint64]*OpenEndpoint
}

// OpenEndpoint registers an endpoint until its Close.
func (n *Node) OpenEndpoint(e Endpoint) *OpenEndpoint {
	o := &OpenEndpoint{Endpoint: e, node: n, since: n.clock.Now()}
	o.used.Store(int64(n.clock.Elapsed()))
	n.endpoints.mu.Lock()
	defer n.endpoints.mu.Unlock()
	n.endpoints.last++
	o.id = n.endpoints.last
	if n.endpoints.open == nil {
		n.endpoints.open = map[uint64]*OpenEndpoint{}
	}
	n.endpoints.open[o.id] = o
	return o
}

// Close takes the endpoint off the list; it can be called again.
func (o *OpenEndpoint) Close() {
	o.node.endpoints.mu.Lock()
	defer o.node.endpoints.mu.Unlock()
	delete(o.node.endpoints.open, o.id)
}

// Moved counts bytes that were read and written; for a listener, a connection
// that was accepted counts as one read.
func (o *OpenEndpoint) Moved(read, written int) {
	o.read.Add(uint64(read))
	o.written.Add(uint64(written))
	o.used.Store(int64(o.node.clock.Elapsed()))
}

// Conn gives a connection that counts what goes through it and takes the
// endpoint off the list when it is closed.
func (o *OpenEndpoint) Conn(c net.Conn) net.Conn {
	counted := &countedConn{c, o}
	if raw, ok := c.(syscall.Conn); ok {
		return struct { // database drivers look through it whether the server is there
			*countedConn
			syscall.Conn
		}{counted, raw}
	}
	return counted
}

type countedConn struct {
	net.Conn
	endpoint *OpenEndpoint
}

func (c *countedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.endpoint.Moved(n, 0)
	return n, err
}

func (c *countedConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.endpoint.Moved(0, n)
	return n, err
}

func (c *countedConn) Close() error {
	c.endpoint.Close()
	err := c.Conn.Close()
	if closed := c.endpoint.closed; closed != nil {
		closed()
	}
	return err
}

// CloseWrite ends the outgoing half where the connection has one.
func (c *countedConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// CountConn registers a connection of the node's until it is closed, and gives one
// that counts.
func (n *Node) CountConn(kind string, c net.Conn) net.Conn { return n.countConn(kind, 0, c, nil) }

// countConn is CountConn for a connection that belongs to a service, or with owner 0
// to the node. closed is called when it is closed; nil: nobody is told.
func (n *Node) countConn(kind string, owner message.Address, c net.Conn, closed func()) net.Conn {
	o := n.OpenEndpoint(Endpoint{
		Kind: kind, Owner: owner, Local: c.LocalAddr().String(), Remote: c.RemoteAddr().String(),
	})
	o.closed = closed
	return o.Conn(c)
}

// CountListener is CountConn for a listener and the connections that it accepts.
func (n *Node) CountListener(kind string, l net.Listener) net.Listener {
	return &countedListener{l, n.OpenEndpoint(Endpoint{Kind: kind, Local: l.Addr().String()})}
}

type countedListener struct {
	net.Listener
	endpoint *OpenEndpoint
}

func (l *countedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.endpoint.Moved(1, 0)
	return l.endpoint.node.CountConn(l.endpoint.Kind, c), nil
}

func (l *countedListener) Close() error {
	l.endpoint.Close()
	return l.Listener.Close()
}

// Endpoints lists what is open, in the order in which it was opened.
func (n *Node) Endpoints() []EndpointInfo {
	n.endpoints.mu.Lock()
	defer n.endpoints.mu.Unlock()
	list := make([]EndpointInfo, 0, len(n.endpoints.open))
	for _, o := range n.endpoints.open {
		info := EndpointInfo{
			ID: o.id, Endpoint: o.Endpoint, Since: o.since, Read: o.read.Load(), Written: o.written.Load(),
			Idle: n.clock.Elapsed() - time.Duration(o.used.Load()),
		}
		if o.Owner != 0 {
			info.OwnerName = n.NameOf(o.Owner)
		}
		list = append(list, info)
	}
	slices.SortFunc(list, func(a, b EndpointInfo) int { return cmp.Compare(a.ID, b.ID) })
	return list
}
