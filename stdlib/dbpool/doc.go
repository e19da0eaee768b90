// Package dbpool is the library that Lua code gets by require "db_pool": pools
// of connections to SQL databases, through database/sql. docs/libraries/db_pool.md
// is its reference.
//
// A Pool belongs to one Lua state. Everything that a statement needs is taken on
// the state's own thread: a task passes the pool's gates (gate.go), which hand
// places on first come, first served, and then has a lease. The statement itself
// runs on a goroutine of the pool while the task is suspended (host.Await),
// so there are never more of them than connections.
//
// Invariants:
//   - Gates, leases and counters belong to the state's own thread. A goroutine
//     of the pool touches its lease's work and, under Pool.mu, the set of open
//     transactions; nothing else.
//   - A lease comes back however its task ends: by itself, by an error, or, when
//     the task is killed, by a task of the pool's own that waits until the
//     database has let go. When the state ends, or the pool is closed or
//     forgotten, its statements are cancelled, its transactions rolled back and
//     its connections closed.
//   - Parameters are bound by the driver and never become part of the SQL text.
//   - Nothing but the pool begins or ends a transaction: what a statement hides is
//     refused (control.go), what the database ends is noticed (dialect.guard).
//   - Rows are turned into Lua tables on the goroutine, detached from the state,
//     so that a large result doesn't hold the service up.
package dbpool
