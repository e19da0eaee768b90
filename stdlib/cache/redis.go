package cache

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"

	"lunarium/runtime/files"
	"lunarium/runtime/netguard"
)

// This file holds the store in a Redis server.

// server says which services share a client.
type server struct {
	url, ca  string
	timeout  time.Duration
	maxValue int
}

// client is go-redis' pool of connections to one server.
type client struct {
	redis   *redis.Client
	address string
	timeout time.Duration
}

// newClient makes the client of a server. It tries nothing twice: a call fails
// at once, and the next one makes a new connection. connected is
// Stores.Connected. The connections are payer's files, but those of subscriptions.
func newClient(s server, connected func(net.Conn) net.Conn, payer *files.Budget) (*client, error) {
	options, err := redis.ParseURL(s.url)
	if err != nil {
		return nil, errors.New("the url of a Redis server is redis://[user:password@]host[:port][/database], rediss://… or unix://…")
	}
	if s.ca != "" {
		trusting, err := netguard.ClientTLS(s.ca)
		if err != nil {
			return nil, err
		}
		options.TLSConfig.RootCAs = trusting.RootCAs
	}
	// What go-redis has to say reaches the caller as an error.
	logging.Disable()
	options.Protocol = 2
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout, options.PoolTimeout = s.timeout, s.timeout, s.timeout, s.timeout
	options.ContextTimeoutEnabled = true
	options.MaxRetries, options.DialerRetries = -1, 1
	options.ConnMaxIdleTime = time.Minute
	options.PipelinePoolSize = -1
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	dial := redis.NewDialer(options)
	options.Dialer = func(ctx context.Context, network, address string) (net.Conn, error) {
		give, err := payerOf(ctx, payer).Take(1)
		if err != nil {
			return nil, err
		}
		conn, err := dial(ctx, network, address)
		if err != nil {
			give()
			return nil, err
		}
		if connected != nil {
			conn = connected(conn)
		}
		return guard(conn, s.maxValue, give), nil
	}
	return &client{redis.NewClient(options), options.Addr, s.timeout}, nil
}

// payerKey is the context's key of whose file a new connection is.
type payerKey struct{}

func withPayer(ctx context.Context, payer *files.Budget) context.Context {
	return context.WithValue(ctx, payerKey{}, payer)
}

// payerOf gives the context's payer, or another where it has none.
func payerOf(ctx context.Context, other *files.Budget) *files.Budget {
	if payer, ok := ctx.Value(payerKey{}).(*files.Budget); ok {
		return payer
	}
	return other
}

func (c *client) close() { c.redis.Close() }

// redisStore is a store in a Redis server.
type redisStore struct {
	*client
	prefix string // of every key and channel
}

func newRedisStore(c *client, name string) *redisStore {
	if name != "" {
		name += ":"
	}
	return &redisStore{c, name}
}

// failed words an error. Passwords are in the URL and not in the address.
func (r *redisStore) failed(err error) error {
	switch {
	case err == nil:
		return nil
	case isTimeout(err):
		return fmt.Errorf("the Redis server at %s gave no answer within %s", r.address, r.timeout)
	case strings.Contains(err.Error(), errNotInteger.Error()):
		return errNotInteger
	case strings.Contains(err.Error(), errOverflow.Error()):
		return errOverflow
	}
	if full := (*files.TooMany)(nil); errors.As(err, &full) {
		return full
	}
	var network *net.OpError
	if errors.As(err, &network) {
		err = network.Err // without the address once more
	}
	return fmt.Errorf("the Redis server at %s: %w", r.address, err)
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

func (r *redisStore) key(key string) string { return r.prefix + key }

func (r *redisStore) all(keys []string) []string {
	prefixed := make([]string, len(keys))
	for i, key := range keys {
		prefixed[i] = r.key(key)
	}
	return prefixed
}

func (r *redisStore) get(ctx context.Context, keys ...string) ([]found, error) {
	if len(keys) == 1 {
		value, err := r.redis.Get(ctx, r.key(keys[0])).Result()
		if errors.Is(err, redis.Nil) {
			return []found{{}}, nil
		}
		return []found{{value, true}}, r.failed(err)
	}
	values, err := r.redis.MGet(ctx, r.all(keys)...).Result()
	if err != nil {
		return nil, r.failed(err)
	}
	if len(values) != len(keys) {
		return nil, r.failed(fmt.Errorf("%d values for %d keys", len(values), len(keys)))
	}
	all := make([]found, len(keys))
	for i, v := range values {
		all[i].value, all[i].ok = v.(string)
	}
	return all, nil
}

func (r *redisStore) set(ctx context.Context, key, value string, ttl time.Duration) error {
	return r.failed(r.redis.Set(ctx, r.key(key), value, ttl).Err())
}

func (r *redisStore) del(ctx context.Context, keys []string) (int, error) {
	n, err := r.redis.Del(ctx, r.all(keys)...).Result()
	return int(n), r.failed(err)
}

func (r *redisStore) expire(ctx context.Context, key string, ttl time.Duration) (bool, error) {
	if ttl != 0 {
		ok, err := r.redis.PExpire(ctx, r.key(key), ttl).Result()
		return ok, r.failed(err)
	}
	// PERSIST does not tell a key without a time to live from none at all.
	if _, err := r.redis.Persist(ctx, r.key(key)).Result(); err != nil {
		return false, r.failed(err)
	}
	n, err := r.redis.Exists(ctx, r.key(key)).Result()
	return n > 0, r.failed(err)
}

func (r *redisStore) ttl(ctx context.Context, key string) (time.Duration, error) {
	left, err := r.redis.PTTL(ctx, r.key(key)).Result()
	return left, r.failed(err)
}

func (r *redisStore) incr(ctx context.Context, key string, by int64) (int64, error) {
	n, err := r.redis.IncrBy(ctx, r.key(key), by).Result()
	return n, r.failed(err)
}

const (
	scanStep = 1000
	// mostKeys bounds what keys gives of a server's keys.
	mostKeys = 1_000_000
)

func (r *redisStore) keys(ctx context.Context, pattern string) ([]string, error) {
	if pattern = escapeGlob(r.prefix) + pattern; pattern == "" {
		return r.emptyKey(ctx) // go-redis leaves an empty pattern out, which asks for all keys
	}
	var keys []string
	var cursor uint64
	for {
		some, next, err := r.redis.Scan(ctx, cursor, pattern, scanStep).Result()
		if err != nil {
			return nil, r.failed(err)
		}
		for _, key := range some {
			keys = append(keys, strings.TrimPrefix(key, r.prefix))
		}
		if len(keys) > mostKeys {
			return nil, r.failed(fmt.Errorf("more than %d keys match", mostKeys))
		}
		if cursor = next; cursor == 0 {
			slices.Sort(keys)
			return slices.Compact(keys), nil // SCAN may give a key twice
		}
	}
}

// emptyKey gives the keys that an empty pattern matches: the empty one, if it is there.
func (r *redisStore) emptyKey(ctx context.Context) ([]string, error) {
	n, err := r.redis.Exists(ctx, "").Result()
	if err != nil || n == 0 {
		return nil, r.failed(err)
	}
	return []string{""}, nil
}

// escapeGlob gives the pattern that matches a text alone.
func escapeGlob(text string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(text)
}

func (r *redisStore) publish(ctx context.Context, channel, value string) (int, error) {
	n, err := r.redis.Publish(ctx, r.key(channel), value).Result()
	return int(n), r.failed(err)
}
