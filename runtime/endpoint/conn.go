package endpoint

import (
	"net"
	"syscall"

	"lunarium/runtime/message"
)

// This file counts what goes through connections and listeners.

type countedConn struct {
	net.Conn
	endpoint *Open
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
