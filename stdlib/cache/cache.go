package cache

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds the library, and the methods of connections.

// Open makes the module's table. now is the clock by which entries in memory
// expire.
func Open(s *vm.State, stores *Stores, now func() time.Time) vm.Value {
	l := &library{state: s, stores: stores, now: now}
	l.meta = connectionMethods.Metatable(s, named(connections.Name))
	l.subscriptions = subscriptionMethods.Metatable(s, named(subscriptions.Name))
	s.Collector().AddRoots("cache", func(visit func(*vm.Value)) { kit.VisitTables(visit, l.meta, l.subscriptions) })
	return vm.TableValue(s.NewLibrary(l.functions().Bound()))
}

// functions are the module's.
func (l *library) functions() kit.Library {
	return kit.Library{Name: "cache", Functions: []kit.Function{
		kit.Fn("connect", "[config]", kit.Asks, "gives a cache in the node's memory, or in Redis with a url",
			l.connect),
	}}
}

// connectionMethods are the methods of caches.
var connectionMethods = kit.Library{Name: "cache", Object: true, Functions: []kit.Function{
	kit.Fn("get", "key", kit.Asks, "gives the value under a key, or nil",
		method((*connection).get)),
	kit.Fn("mget", "key, ...", kit.Asks, "gives a list of the values under keys, with their number as n",
		method((*connection).mget)),
	kit.Fn("set", "key, value [, seconds]", kit.Asks, "keeps a value under a key",
		method((*connection).set)),
	kit.Fn("del", "key, ...", kit.Asks, "takes keys away, and gives how many there were",
		method((*connection).del)),
	kit.Fn("expire", "key [, seconds]", kit.Asks, "sets how long a key stays, and tells whether there is one",
		method((*connection).expire)),
	kit.Fn("ttl", "key", kit.Asks, "gives the seconds that a key has left, math.huge, or nil",
		method((*connection).ttl)),
	kit.Fn("incr", "key [, by]", kit.Asks, "adds to the integer under a key, and gives the sum",
		method((*connection).incr)),
	kit.Fn("keys", "[pattern]", kit.Asks, "gives a sorted list of the keys that match",
		method((*connection).keys)),
	kit.Fn("publish", "channel, value", kit.Asks, "gives a channel's subscribers a value, and their number",
		method((*connection).publish)),
	kit.Fn("subscribe", "channel, f", kit.Asks, "runs f(channel, value) for each value of a channel, and gives the subscription",
		method((*connection).subscribe)),
	kit.Fn("close", "", kit.Asks, "ends the subscriptions and the connection",
		closeConnection),
}}

// subscriptionMethods are the methods of subscriptions.
var subscriptionMethods = kit.Library{Name: "subscription", Object: true, Functions: []kit.Function{
	kit.Fn("close", "", kit.Asks, "ends the subscription",
		closeSubscription),
}}

// Declarations gives what the module and its objects consist of.
func Declarations() []kit.Library {
	return []kit.Library{(*library)(nil).functions(), connectionMethods, subscriptionMethods}
}

// named gives the metamethods of objects that tostring names so.
func named(name string) vm.Library {
	return vm.Library{"__tostring": func(t *vm.Thread) int { return t.Return(vm.String(name)) }}
}

// connect is cache.connect([config]).
func (l *library) connect(t *vm.Thread) int {
	c := &connection{library: l, config: readConfig(t, 1), active: map[*subscription]bool{}}
	var err error
	if c.url == "" {
		c.store, err = l.memory(c.config)
	} else {
		c.remote = true
		c.store, err = l.stores.redis(c.config, host.Files(l.state))
	}
	if err != nil {
		t.Errorf("cache: %s", err)
	}
	return t.Return(connections.New(l.state, c, l.meta))
}

// memory gives a cache in the node's memory. Those that a service with a memory limit
// makes may be, together, as large as that.
func (l *library) memory(c config) (store, error) {
	most := -1
	if limit := l.state.Memory().Limit(); limit > 0 {
		most = max(limit-l.made, 0)
	}
	m, made, err := l.stores.memory(c, l.now, most)
	l.made += made
	return m, err
}

// get gives the value under a key, or nil.
func (c *connection) get(t *vm.Thread) int {
	key := c.key(t, 2)
	return do(c, t, asked{what: "get", keys: []string{key}}, func(ctx context.Context) ([]found, error) { return c.store.get(ctx, key) },
		func(t *vm.Thread, values []found) int { return t.Return(c.result(t, values[0])) })
}

// mget gives a table with the value of key i at i and the number of keys as n.
func (c *connection) mget(t *vm.Thread) int {
	keys := c.keyList(t)
	ask := func(ctx context.Context) ([]found, error) { return c.store.get(ctx, keys...) }
	if len(keys) == 0 {
		ask = func(context.Context) ([]found, error) { return nil, nil }
	}
	return do(c, t, asked{what: "mget", keys: keys}, ask, func(t *vm.Thread, values []found) int {
		list := t.State().NewTable(len(values), 1)
		for i, v := range values {
			list.SetInt(i+1, c.result(t, v))
		}
		list.SetString("n", vm.Int(len(values)))
		return t.Return(vm.TableValue(list))
	})
}

// set keeps a value under a key, for so many seconds when they are given.
func (c *connection) set(t *vm.Thread) int {
	key := c.key(t, 2)
	if t.Arg(3).IsNil() {
		t.ArgError(3, "a value expected; del takes a key away")
	}
	value, ttl := c.value(t, 3), seconds(t, 4)
	return do(c, t, asked{what: "set", keys: []string{key}, value: value, number: int64(ttl)}, func(ctx context.Context) (none, error) { return none{}, c.store.set(ctx, key, value, ttl) },
		func(t *vm.Thread, _ none) int { return t.Return(vm.True) })
}

// del takes keys away and gives how many there were.
func (c *connection) del(t *vm.Thread) int {
	keys := c.keyList(t)
	if len(keys) == 0 {
		return t.Return(vm.Int(0))
	}
	return do(c, t, asked{what: "del", keys: keys}, func(ctx context.Context) (int, error) { return c.store.del(ctx, keys) }, returnInt)
}

func returnInt(t *vm.Thread, n int) int { return t.Return(vm.Int(n)) }

func returnBool(t *vm.Thread, b bool) int { return t.Return(vm.Bool(b)) }

// expire gives a key so many seconds more; without them it stays for ever, and
// with none or fewer it goes at once. It tells whether there is such a key.
func (c *connection) expire(t *vm.Thread) int {
	key := c.key(t, 2)
	if !t.Arg(3).IsNil() && t.CheckNumber(3) <= 0 {
		return do(c, t, asked{what: "expire", keys: []string{key}, number: -1}, func(ctx context.Context) (int, error) { return c.store.del(ctx, []string{key}) },
			func(t *vm.Thread, n int) int { return returnBool(t, n > 0) })
	}
	ttl := seconds(t, 3)
	return do(c, t, asked{what: "expire", keys: []string{key}, number: int64(ttl)}, func(ctx context.Context) (bool, error) { return c.store.expire(ctx, key, ttl) }, returnBool)
}

// ttl gives the seconds that a key has left, math.huge when it stays for ever,
// nil when it is not there.
func (c *connection) ttl(t *vm.Thread) int {
	key := c.key(t, 2)
	return do(c, t, asked{what: "ttl", keys: []string{key}}, func(ctx context.Context) (time.Duration, error) { return c.store.ttl(ctx, key) },
		func(t *vm.Thread, left time.Duration) int {
			switch left {
			case missing:
				return t.Return(vm.Nil)
			case forever:
				return t.Return(vm.Number(math.Inf(1)))
			}
			return t.Return(vm.Number(float64(left.Milliseconds()) / 1000))
		})
}

// incr adds to the integer under a key, 1 by default, and gives the sum. A key
// that is not there counts as 0; a time to live stays.
func (c *connection) incr(t *vm.Thread) int {
	key, by := c.key(t, 2), t.OptNumber(3, 1)
	if by != math.Trunc(by) || math.Abs(by) > kit.Exact {
		t.ArgError(3, "an integer up to 2^53 expected")
	}
	return do(c, t, asked{what: "incr", keys: []string{key}, number: int64(by)}, func(ctx context.Context) (int64, error) { return c.store.incr(ctx, key, int64(by)) },
		func(t *vm.Thread, n int64) int { return t.Return(vm.Number(float64(n))) })
}

// keys gives a sorted list of the keys that match a pattern, all by default.
func (c *connection) keys(t *vm.Thread) int {
	pattern := t.OptString(2, "*")
	return do(c, t, asked{what: "keys", keys: []string{pattern}}, func(ctx context.Context) ([]string, error) { return c.store.keys(ctx, pattern) },
		func(t *vm.Thread, keys []string) int {
			slices.SortFunc(keys, strings.Compare)
			list := t.State().NewTable(len(keys), 0)
			for i, key := range keys {
				list.SetInt(i+1, vm.String(key))
			}
			return t.Return(vm.TableValue(list))
		})
}

// publish gives a channel's subscribers a value and gives their number.
func (c *connection) publish(t *vm.Thread) int {
	channel, value := c.key(t, 2), c.value(t, 3)
	return do(c, t, asked{what: "publish", keys: []string{channel}, value: value}, func(ctx context.Context) (int, error) { return c.store.publish(ctx, channel, value) }, returnInt)
}

// closeConnection ends the connection's subscriptions; nothing else can be asked
// of it then. Closing again has no effect.
func closeConnection(t *vm.Thread) int {
	c := connections.Check(t, 1)
	if c.closed || t.State().Isolated() {
		return 0
	}
	c.closed = true
	stops := c.stopAll()
	return do(c, t, asked{what: "close"}, func(ctx context.Context) (none, error) {
		for _, stop := range stops {
			stop(ctx)
		}
		return none{}, nil
	}, func(*vm.Thread, none) int { return 0 })
}
