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
//     go-redis makes room for it (see guard.go).
package cache
