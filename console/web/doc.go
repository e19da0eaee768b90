// Package web is the node's own page: the console's face in a browser, and the
// metrics that Prometheus reads. It gives what package inspect and the node's
// counters say, live, and a console whose lines a console.Session runs.
//
// # Security
//
// A console runs code. Without a password the server listens on loopback
// addresses only, and only answers requests whose Host is one (DNS rebinding).
// With a password everything but the sign-in page needs a cookie that the
// password gives. Requests that a page of another site made the browser send are
// refused (Sec-Fetch-Site, Origin), and whatever acts needs a page's identifier,
// which no other site can know. Text from services is data in JSON; the front
// end puts it into text nodes only, and the content security policy allows no
// script but the embedded one.
//
// # Goroutines
//
//   - One sampler per server reads the counters of all services about once a
//     second, less often when that takes long, and measures the memory of a few:
//     a node of 100,000 services is not walked for anybody's sake. Pages and
//     /metrics share its latest sample, which never changes.
//   - One goroutine per server asks who waits for whom, while a page shows that, for a
//     bounded time and with pauses as between samples.
//   - Each page, which is one tab, has a goroutine that owns its
//     console.Session. It ends when the tab has been gone for a while.
//   - Each stream of events is the goroutine of its connection; it writes what
//     its page holds for it. A page's buffers are bounded: a command that writes
//     more than the browser takes waits, log lines beyond the bound are skipped
//     and counted.
//
// Glossary: a page is one tab of a browser; a view is what it looks at; a sample is what
// all services had counted at one time; a point is a moment of the node for a chart; a
// stream is a connection that a page is sent events on; a socket is one that is a
// WebSocket.
//
// Files, from the ground up:
//   - assets.go: the front end
//   - auth.go: who has given the password
//   - sample.go: what is known of all services, read once for all pages
//   - waits.go: who waits for whom, asked once for all pages
//   - server.go: the server
//   - lobby.go: connections that wait to be let in
//   - health.go metrics.go: what other programs ask
//   - view.go detail.go: what a page shows, as lists and of one service
//   - page.go: a page: what a tab of a browser has
//   - terminal.go: the session of a page
//   - assistant.go: assistants, who call commands as tools
//   - tabs.go: pages are made, and make room
//   - socket.go: WebSockets, through which events go where they can
//   - stream.go: events that a page is sent
//   - handlers.go: requests of a page
//   - state.go: a service's state, level by level, and values set in it
//   - crashes.go: what was there when an error was raised that nobody caught
//   - routes.go: which requests there are, and who may send them
//
// What calls upwards:
//   - server.go to page.go: the server has pages
//   - page.go to terminal.go: a page has a session
package web
