// Package http is the library http of a service: a server whose handlers run
// as tasks of the service, a router, static files, server-sent events, and a
// client. It rests on net/http.
//
// Invariants:
//
//   - No Lua value leaves the service's thread. A request is a table made on it;
//     what the handler gives is turned into plain Go data there, and written by
//     the connection's goroutine.
//   - Handlers are held by the state (host.Hold), never by Go, so that a
//     reload can put new functions in their place. Each request looks its
//     handler up anew; a router is a Lua table of plain data and functions.
//   - A handler never waits for a client and a client never holds a service: the
//     body is read before the task begins, answers are written after it gave
//     them, and events go through a bounded buffer.
//   - Everything is bounded: headers, bodies, bodies of all requests together,
//     requests at once, streams at once, and each kind of waiting.
//
// Goroutines: net/http's, one per connection; one per server, which closes it
// when the service has ended; one per request of the client. They share with
// the service's thread only an exchange's channels and a stream's buffer, which
// is locked.
package http
