package mcp

import (
	"context"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// This file keeps a connection until what was asked on it is answered: whoever writes requests to a
// pipe and closes it still waits for the replies.

// answered is a transport whose connections end for the reader only when all requests have been
// answered.
type answered struct{ sdk.Transport }

// Connect opens the connection.
func (t *answered) Connect(ctx context.Context) (sdk.Connection, error) {
	c, err := t.Transport.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &answeredConn{Connection: c, open: map[jsonrpc.ID]struct{}{}, closed: make(chan struct{})}, nil
}

// answeredConn is such a connection. Reads are one goroutine's, as the protocol's are.
type answeredConn struct {
	sdk.Connection

	closing sync.Once
	closed  chan struct{}

	mu   sync.Mutex
	open map[jsonrpc.ID]struct{} // requests that are not answered
	done chan struct{}           // is closed when there are none; nil: nobody waits for that
}

// Read reads a message. When there are no more it waits for the answers before it says so.
func (c *answeredConn) Read(ctx context.Context) (jsonrpc.Message, error) {
	m, err := c.Connection.Read(ctx)
	if err != nil {
		select {
		case <-c.drained():
		case <-c.closed:
		case <-ctx.Done():
		}
		return nil, err
	}
	if r, ok := m.(*jsonrpc.Request); ok && r.IsCall() {
		c.mu.Lock()
		c.open[r.ID] = struct{}{}
		c.mu.Unlock()
	}
	return m, nil
}

// drained gives what is closed when there is nothing to answer.
func (c *answeredConn) drained() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done = make(chan struct{})
	if len(c.open) == 0 {
		close(c.done)
	}
	return c.done
}

// Write writes a message.
func (c *answeredConn) Write(ctx context.Context, m jsonrpc.Message) error {
	err := c.Connection.Write(ctx, m)
	r, ok := m.(*jsonrpc.Response)
	if !ok {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, asked := c.open[r.ID]; asked {
		delete(c.open, r.ID)
		if len(c.open) == 0 && c.done != nil {
			close(c.done)
		}
	}
	return err
}

// Close closes the connection.
func (c *answeredConn) Close() error {
	c.closing.Do(func() { close(c.closed) })
	return c.Connection.Close()
}
