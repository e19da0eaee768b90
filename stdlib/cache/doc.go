// Package cache is what require "cache" gives: values under keys that may
// expire, and channels, shared by services.
//
// A connection's values live in a store: in the memory of the node (Stores owns
// those, one for each name), or in a Redis server through go-redis. Both hold
// the same texts, so that both behave the same: numbers and strings are
// readable as they are, everything else is packed (see value.go).
//
// Invariants:
//   - Nothing is shared with a store: what goes in and comes out are copies.
//   - A store may be used from any goroutine; it knows no state and no service.
//     A memory answers at once. A Redis server is asked on a goroutine of its
//     own, and only the asking task waits, for the connection's time limit at
//     most.
//   - Memory is bounded. Expired entries go first, then those that were used
//     least recently. The time is the node's, so entries expire under the
//     virtual clock.
//   - What a subscription receives enters the service as a task (host.Post).
//     A subscription ends with its service.
//   - A server's replies may be hostile; what they announce is checked before
//     go-redis makes room for it (see redis_guard.go).
//
// Glossary: a store holds the values of a name; an entry is a value under a key; a channel
// carries texts to subscriptions; packed is what a text is that stands for a table.
//
// Files, from the ground up:
//   - value.go: values as text in a store, and back
//   - glob.go: the patterns of keys
//   - store.go: what every store can do
//   - memory.go: the store in the node's own memory
//   - memory_channel.go: channels in the node's own memory
//   - config.go: what connect may be given
//   - redis_guard.go: what looks at a Redis server's replies before anybody else does
//   - redis.go: the store in a Redis server
//   - redis_channel.go: channels in a Redis server
//   - recorded.go: what recordings hold of a Redis server's answers
//   - stores.go: the caches of one node, which its services share
//   - connection.go: connections in the hands of Lua code, and how they ask a store
//   - subscription.go: subscriptions to channels
//   - cache.go: the library, and the methods of connections
//
// What calls upwards:
//   - connection.go to subscription.go: a connection keeps its subscriptions
//   - recorded.go to connection.go subscription.go: a recording holds that something was done, and how it went to subscribe
package cache
