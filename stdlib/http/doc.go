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
//
// Glossary: an exchange is a request with its answer; a router finds the handler of a
// path; a stream is a response of events; a loan is memory that a body takes of the
// service.
//
// Files, from the ground up:
//   - library.go: what the library keeps of one state
//   - options.go: what servers and requests may be given as options
//   - address.go: the addresses of requests, read and escaped
//   - writer.go: how an answer's pieces reach a client, within limits of time
//   - faults.go: the count of requests that were at fault, and when the log hears of it
//   - static.go: files as answers
//   - server.go: servers, and how they listen and close
//   - events.go: server-sent events
//   - response.go: answers as plain data, and how they are written
//   - exchange.go: a request on its way through the service
//   - upload.go: files that came with a form
//   - request.go: requests as handlers see them
//   - answers.go: the functions that make answers
//   - router.go: routers, and the patterns of routes
//   - dispatch.go: how a router finds what handles a request
//   - client_recorded.go: what recordings hold of the client's answers
//   - client.go: the client
//   - server_object.go: servers as Lua code sees them
//   - declare.go: the declarations of the library's functions and of its objects' methods
//   - http.go: how the library is put into a state
//   - exchange_run.go: the task that handles a request
//   - body.go: how a request's body is read
//   - serve.go: a request's way from the connection to the service and back
//
// What calls upwards:
//   - client_recorded.go to client.go: a recording holds what the client asks, and got
//   - library.go to exchange.go: the state keeps the requests under way
package http
