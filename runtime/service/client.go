package service

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"lunarium/runtime/message"
)

// This file holds a client: somebody outside who has an address.

// clientCall is what a client waits for.
type clientCall struct {
	answer  chan message.Message // nil: a launch
	dest    message.Address      // who is asked, or was launched
	command string
	since   time.Duration
}

// ClientCall is a request that a client waits for, as people see it.
type ClientCall struct {
	Client  message.Address
	Name    string          // the client's
	Session int32           // of the request; below 0: it launches Dest
	Dest    message.Address // who is asked
	Command string          // the message's command
	Since   time.Duration   // as Clock.Elapsed
}

// ClientCalls lists what the node's clients wait for, by client and session.
func (n *Node) ClientCalls() []ClientCall {
	n.registry.mu.RLock()
	clients := slices.Collect(maps.Values(n.registry.clients))
	n.registry.mu.RUnlock()
	var calls []ClientCall
	for _, c := range clients {
		c.mu.Lock()
		for session, call := range c.pending {
			calls = append(calls, ClientCall{c.address, c.name, session, call.dest, call.command, call.since})
		}
		c.mu.Unlock()
	}
	slices.SortFunc(calls, func(a, b ClientCall) int {
		return cmp.Or(cmp.Compare(a.Client, b.Client), cmp.Compare(a.Session, b.Session))
	})
	return calls
}

// Client talks to services from outside: the console, a replayed session, a
// web page. It has an address, so that services can answer it, and a name for
// people. Methods may be called from any goroutine.
type Client struct {
	impatient atomic.Bool
	node      *Node
	address   message.Address
	name      string
	mu        sync.Mutex
	session   int32
	launches  int32
	pending   map[int32]*clientCall // by session
	closed    bool
}

// NewClient makes a client; its name appears in errors ("from the console").
func (n *Node) NewClient(name string) *Client {
	r := &n.registry
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lastOne++
	c := &Client{node: n, address: r.lastOne, name: name, pending: map[int32]*clientCall{}}
	r.clients[c.address] = c
	return c
}

// Address gives the source of the client's messages.
func (c *Client) Address() message.Address { return c.address }

// Name gives the client's name.
func (c *Client) Name() string { return c.name }

// Close gives the address up; calls under way fail with ErrStopped.
func (c *Client) Close() {
	c.node.registry.mu.Lock()
	if _, here := c.node.registry.clients[c.address]; here {
		delete(c.node.registry.clients, c.address)
		c.node.registry.remember(c.address, formerOwner{c.name, "has left"})
	}
	c.node.registry.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for _, call := range c.pending {
		if call.answer != nil {
			close(call.answer)
		}
	}
	c.pending = nil
}

func (c *Client) forget(session int32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.pending, session)
}

// result gives what an answer says. That of a service which ends with the node is the
// node's end, whichever is heard of first.
func result(reply message.Message, ok bool) (message.Payload, error) {
	if !ok {
		return message.Payload{}, message.ErrStopped
	}
	if reply.Type != message.TypeError {
		return reply.Payload, nil
	}
	reason := reply.Reason()
	if errors.Is(reason, message.ErrStopped) {
		return message.Payload{}, message.ErrStopped
	}
	return message.Payload{}, reason
}
