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
//
// Glossary: a pool has connections to one database; a gate hands out its places; a lease
// is a place that a task has; a dialect is what differs from database to database; control
// are statements that begin or end a transaction.
//
// Files, from the ground up:
//   - lexis.go: how a database's SQL is cut into tokens
//   - config.go: what db_pool.new is given
//   - read.go: statements as they are read before they are sent
//   - dialect.go: what a driver has to say of its database
//   - control.go: statements that would end a transaction behind the pool's back
//   - procedure.go: procedures, looked into for the same
//   - value.go: parameters and the values of rows
//   - mysql.go: the driver for MySQL
//   - postgres.go: the driver for PostgreSQL
//   - sqlite.go: the driver for SQLite
//   - drivers.go: the table of drivers
//   - settings.go: how the configuration is read
//   - gate.go: gates, where tasks wait for their turn
//   - pool.go: a pool of connections
//   - connection.go: connections, lent to statements
//   - statement.go: statements, run on a connection
//   - lease.go: a task's right to use a connection
//   - transaction.go: transactions
//   - pool_open.go: how a pool begins and ends
//   - library.go: the library, and the methods of pools and transactions
//
// What calls upwards:
//   - config.go to dialect.go: a configuration has the dialect that its driver speaks
//   - gate.go to lease.go: what waits at a gate is a lease
//   - lease.go to transaction.go: a lease that is given up takes its transaction back
//   - pool.go to lease.go: a pool knows the leases with a transaction
package dbpool
