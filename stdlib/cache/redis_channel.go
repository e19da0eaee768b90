package cache

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"lunarium/runtime/files"
)

// This file holds channels in a Redis server.

const (
	// feedQuiet is after what silence a feed asks whether the server is there;
	// after as much again it makes a new connection.
	feedQuiet = 3 * time.Second
	// feedPause is the time between two attempts to make one.
	feedPause = 100 * time.Millisecond
)

// feed is a subscription to a channel of a Redis server, on a connection of its
// own, which it renews when the server was away. (go-redis' PubSub.Channel would
// do the same, but panics on its own goroutine over a reply that is no message.)
type feed struct {
	*redisStore
	channel string // with its prefix
	payer   *files.Budget
	receive func(string) bool
	begun   chan struct{} // closed when the server has confirmed the subscription
	ended   chan struct{} // closed when it has confirmed the end, or nothing more comes
	stopped chan struct{} // closed when nothing more is wanted
	refused chan error    // holds why the server did not confirm it

	begin, end, halt func() // close these, once

	mu     sync.Mutex
	pubsub *redis.PubSub
}

func (r *redisStore) subscribe(ctx context.Context, channel string, receive func(string) bool) (func(context.Context), error) {
	f := &feed{
		redisStore: r, channel: r.key(channel), payer: payerOf(ctx, nil), receive: receive,
		begun: make(chan struct{}), ended: make(chan struct{}), stopped: make(chan struct{}),
		refused: make(chan error, 1),
	}
	f.begin = sync.OnceFunc(func() { close(f.begun) })
	f.end = sync.OnceFunc(func() { close(f.ended) })
	f.halt = sync.OnceFunc(func() { close(f.stopped) })
	if err := f.open(ctx); err != nil {
		return nil, r.failed(err)
	}
	go f.run()
	select {
	case <-f.begun:
		return f.stop, nil
	case err := <-f.refused:
		return nil, r.failed(err)
	case <-ctx.Done():
		f.close()
		return nil, r.failed(ctx.Err())
	}
}

// open makes a connection and asks for the channel.
func (f *feed) open(ctx context.Context) error {
	ctx = withPayer(ctx, f.payer)
	pubsub := f.redis.Subscribe(ctx)
	if err := pubsub.Subscribe(ctx, f.channel); err != nil {
		pubsub.Close()
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pubsub = pubsub
	return nil
}

func (f *feed) current() *redis.PubSub {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.pubsub
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// run takes what comes until the feed is stopped, or was not confirmed.
func (f *feed) run() {
	defer f.end()
	quiet := false
	for {
		message, err := f.next()
		if isClosed(f.stopped) || err != nil && !isClosed(f.begun) {
			f.refused <- err
			f.close()
			return
		}
		switch {
		case err == nil:
			quiet = false
			f.take(message)
		case isTimeout(err) && !quiet:
			quiet = true
			f.ping()
		default:
			quiet = false
			f.renew()
		}
	}
}

// next gives what the server says next. A panic of the driver is an error.
func (f *feed) next() (message any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", errProtocol, r)
		}
	}()
	return f.current().ReceiveTimeout(withPayer(context.Background(), f.payer), feedQuiet)
}

func (f *feed) ping() {
	ctx, cancel := context.WithTimeout(withPayer(context.Background(), f.payer), f.timeout)
	defer cancel()
	f.current().Ping(ctx) // next tells how that went
}

func (f *feed) take(message any) {
	switch m := message.(type) {
	case *redis.Subscription:
		if m.Kind == "unsubscribe" {
			f.end()
		} else {
			f.begin()
		}
	case *redis.Message:
		if !f.receive(m.Payload) {
			f.close()
		}
	}
}

// renew makes a new connection, as often as it takes.
func (f *feed) renew() {
	f.current().Close()
	for {
		select {
		case <-f.stopped:
			return
		case <-time.After(feedPause):
		}
		ctx, cancel := context.WithTimeout(context.Background(), f.timeout)
		err := f.open(ctx)
		cancel()
		if err == nil {
			return
		}
	}
}

// close ends the feed at once.
func (f *feed) close() {
	f.halt()
	f.current().Close()
}

// stop ends the subscription, so that the server does not count it any more
// when it returns, unless the server is away.
func (f *feed) stop(ctx context.Context) {
	if f.current().Unsubscribe(ctx, f.channel) == nil {
		select {
		case <-f.ended:
		case <-ctx.Done():
		}
	}
	f.close()
}
