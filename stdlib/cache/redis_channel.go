package cache

import (
	"context"
	"sync"

	"github.com/redis/go-redis/v9"
)

// feed is a subscription to a channel of a Redis server. go-redis keeps its
// connection, and renews it when the server was away.
type feed struct {
	pubsub  *redis.PubSub
	begun   chan struct{} // closed when the server has confirmed the subscription
	ended   chan struct{} // closed when it has confirmed the end, or there are no more messages
	beginIt func()
	endIt   func()
}

func (r *redisStore) subscribe(ctx context.Context, channel string, receive func(string) bool) (func(context.Context), error) {
	f := &feed{pubsub: r.redis.Subscribe(ctx), begun: make(chan struct{}), ended: make(chan struct{})}
	f.beginIt = sync.OnceFunc(func() { close(f.begun) })
	f.endIt = sync.OnceFunc(func() { close(f.ended) })
	if err := f.pubsub.Subscribe(ctx, r.key(channel)); err != nil {
		f.pubsub.Close()
		return nil, r.failed(err)
	}
	go f.run(f.pubsub.ChannelWithSubscriptions(
		redis.WithChannelHealthCheckInterval(r.timeout), redis.WithChannelPingTimeout(r.timeout),
		redis.WithChannelReconnectTimeout(r.timeout)), receive)
	select {
	case <-f.begun:
		return func(ctx context.Context) { f.stop(ctx, r.key(channel)) }, nil
	case <-ctx.Done():
		f.pubsub.Close()
		return nil, r.failed(ctx.Err())
	}
}

func (f *feed) run(messages <-chan any, receive func(string) bool) {
	defer f.endIt()
	for m := range messages {
		switch m := m.(type) {
		case *redis.Subscription:
			if m.Kind == "unsubscribe" {
				f.endIt()
			} else {
				f.beginIt()
			}
		case *redis.Message:
			if !receive(m.Payload) {
				f.pubsub.Close()
			}
		}
	}
}

// stop ends the subscription, so that the server does not count it any more
// when it returns, unless the server is away.
func (f *feed) stop(ctx context.Context, channel string) {
	if f.pubsub.Unsubscribe(ctx, channel) == nil {
		select {
		case <-f.ended:
		case <-ctx.Done():
		}
	}
	f.pubsub.Close()
}
