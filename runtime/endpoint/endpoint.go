package endpoint

import (
	"net"
	"sync/atomic"
	"syscall"
	"time"

	"lunarium/runtime/message"
)

// This file is one thing that is open, and what goes through it.

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

// Conn gives a connection that counts what goes through it and takes the
// endpoint off the list when it is closed.
func (o *Open) Conn(c net.Conn) net.Conn {
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
	endpoint *Open
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

// countedListener counts what is accepted.
type countedListener struct {
	net.Listener
	endpoint *Open
}

func (l *countedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.endpoint.Moved(1, 0)
	return l.endpoint.registry.Conn(l.endpoint.Kind, c), nil
}

func (l *countedListener) Close() error {
	l.endpoint.Close()
	return l.Listener.Close()
}
