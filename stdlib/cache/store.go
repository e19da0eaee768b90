package cache

import (
	"context"
	"errors"
	"time"
)

// This file holds what every store can do.

// store is where a connection's values live. Its methods may be called from any
// goroutine; keys, values and channels are any bytes.
type store interface {
	get(ctx context.Context, keys ...string) ([]found, error)
	// set keeps a value; ttl 0 is for ever.
	set(ctx context.Context, key, value string, ttl time.Duration) error
	// del tells how many of the keys there were.
	del(ctx context.Context, keys []string) (int, error)
	// expire gives a key a new time to live, 0 for ever; false: no such key.
	expire(ctx context.Context, key string, ttl time.Duration) (bool, error)
	// ttl gives what is left of a key's time to live, or forever or missing.
	ttl(ctx context.Context, key string) (time.Duration, error)
	incr(ctx context.Context, key string, by int64) (int64, error)
	// keys gives the keys that match a pattern, each once, in any order.
	keys(ctx context.Context, pattern string) ([]string, error)
	// publish tells how many receivers there were.
	publish(ctx context.Context, channel, value string) (int, error)
	// subscribe calls receive for each value, one after the other, until stop is
	// called or receive gives false. It returns when the subscription is in
	// effect.
	subscribe(ctx context.Context, channel string, receive func(value string) bool) (stop func(context.Context), err error)
}

// found is a value under a key; ok is false when there is none.
type found struct {
	value string
	ok    bool
}

// What ttl gives besides times.
const (
	forever time.Duration = -1
	missing time.Duration = -2
)

// In the words of Redis.
var (
	errNotInteger = errors.New("value is not an integer or out of range")
	errOverflow   = errors.New("increment or decrement would overflow")
)
