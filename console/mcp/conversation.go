package mcp

import (
	"context"
	"errors"
	"maps"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"

	"lunarium/console"
	"lunarium/console/access"
)

// This file holds sessions that go on over several calls.

const (
	// callTime bounds a call, whatever its command says.
	callTime = time.Minute
	// idleTime is how long a conversation lasts in which nothing is called.
	idleTime = 10 * time.Minute
	// closeTime is how long the end of all is waited for.
	closeTime = 2 * time.Second
	// mostConversations may go on at a time.
	mostConversations = 50
	// sideBySide is how many calls of somebody run at a time; others wait.
	sideBySide = 4
)

var errManyConversations = errors.New("too many assistants are at this node; try again later")

// conversation is a session that goes on over several calls.
type conversation struct {
	session *console.Session
	reply   reply
	turn    chan struct{} // is taken by who uses the session; has room for one
	idle    *time.Timer
	key     string
	over    bool // of no use any more; guarded by conversations
}

// conversations are all that go on, by whose they are.
type conversations struct {
	open func(console.Options) *console.Session

	mu     sync.Mutex
	all    map[string]*conversation
	closed bool
	ending sync.WaitGroup // conversations that are over, but not closed
}

// of gives the conversation of somebody at an address, a new one if there is none; while a call
// runs in it, one beside it. Who gets it has the turn, and gives it back with done.
func (all *conversations) of(ctx context.Context, who *access.Principal, from string) (*conversation, error) {
	host, _, err := net.SplitHostPort(from)
	if err != nil {
		host = from
	}
	key := who.Name() + " " + who.Role().String() + " " + host
	for beside := range sideBySide {
		c, err := all.find(key+" "+strconv.Itoa(beside), who, from)
		if err != nil {
			return nil, err
		}
		select {
		case c.turn <- struct{}{}:
		default:
			continue
		}
		if all.goesOn(c) {
			return c, nil
		}
	}
	for {
		c, err := all.find(key+" 0", who, from)
		if err != nil {
			return nil, err
		}
		select {
		case c.turn <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if all.goesOn(c) {
			return c, nil
		}
	}
}

// goesOn tells whether a conversation whose turn was taken is of use; else the turn is given back.
func (all *conversations) goesOn(c *conversation) bool {
	all.mu.Lock()
	over := c.over
	all.mu.Unlock()
	if over {
		<-c.turn
		return false
	}
	c.idle.Stop()
	return true
}

func (all *conversations) find(key string, who *access.Principal, from string) (*conversation, error) {
	all.mu.Lock()
	defer all.mu.Unlock()
	if c := all.all[key]; c != nil {
		return c, nil
	}
	if all.closed || len(all.all) >= mostConversations {
		return nil, errManyConversations
	}
	c := &conversation{turn: make(chan struct{}, 1), key: key}
	end := func(string) { all.forget(c) }
	c.idle = time.AfterFunc(idleTime, func() { end("") })
	c.session = all.open(console.Options{
		Screen: console.NewScreen(&c.reply), More: nothingMore, Kind: "mcp", From: from, Who: who, End: end, Remote: true,
	})
	if all.all == nil {
		all.all = map[string]*conversation{}
	}
	all.all[key] = c
	return c, nil
}

// forget ends a conversation, when its turn has come.
func (all *conversations) forget(c *conversation) {
	all.mu.Lock()
	over := c.over
	c.over = true
	if all.all[c.key] == c {
		delete(all.all, c.key)
	}
	if !over {
		all.ending.Add(1)
	}
	all.mu.Unlock()
	if over {
		return
	}
	go func() {
		defer all.ending.Done()
		c.turn <- struct{}{}
		c.session.Close()
		<-c.turn
	}()
}

// close ends all conversations, and waits a moment for those that run something; there will
// be no other.
func (all *conversations) close() {
	all.mu.Lock()
	all.closed = true
	open := slices.Collect(maps.Values(all.all))
	all.mu.Unlock()
	for _, c := range open {
		all.forget(c)
	}
	ended := make(chan struct{})
	go func() {
		all.ending.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(closeTime):
	}
}

// done gives the turn back.
func (c *conversation) done() {
	c.idle.Reset(idleTime)
	<-c.turn
}

// run runs a line, and gives the reply and whether it failed.
func (c *conversation) run(ctx context.Context, line string, json bool) (text string, failed bool) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	c.session.InJSON(json)
	c.reply.take() // what services have said since the last call
	err := c.session.Execute(ctx, line)
	return c.reply.take(), err != nil
}

// nothingMore is the input of a session that nobody sits at: what would go on until somebody stops
// it looks once.
func nothingMore() <-chan struct{} {
	ended := make(chan struct{})
	close(ended)
	return ended
}
