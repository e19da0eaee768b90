// Package telnet is the remote console's transport: a listener whose sessions
// are telnet clients with a line editor, or plain connections (nc, scripts),
// and Attach, a client for it. What a session says is its handler's business.
//
// # Telling telnet from nc
//
// A telnet client says nothing by itself on a port other than 23, so the server
// has to speak first; but negotiation bytes sent to nc or to a script are
// garbage in its output. Both kinds of client are served by waiting a little:
//
//  1. Data that arrives within the grace time (Grace) decides: a script sends
//     its first command right away and never sees a byte of negotiation; Attach
//     starts with an IAC and gets the editor; an HTTP request is answered.
//  2. Nobody types that fast. Whoever is silent gets one question, IAC DO NAWS,
//     followed by CR, three blanks, CR, which wipes out what nc may have drawn
//     for it. A telnet client answers (it must: RFC 854), and the rest of the
//     negotiation follows. A person at nc sees nothing, and his first line
//     decides for plain.
//  3. The greeting goes out on the same line, as plain text: scripts written for
//     skynet's console wait for a line before they send anything. A script that is
//     silent so long has the question in this line, and none in a reply.
//
// A telnet client that refuses ECHO (and so character mode) gets lines with
// prompts and CR LF. A plain connection gets no prompt, no echo and its bytes
// unaltered; its input may end while replies are still coming (nc -N), which is
// why only an error, not the end of input, ends a plain session.
//
// # HTTP, and what browsers send
//
// A client that begins with an HTTP request gets one command run and its reply
// as plain text (http.go): GET /list, or POST with a command as its body. A GET
// changes nothing. A web page can make a browser send requests to a port of its
// own machine, and the console runs code; so whatever may come from a page is
// refused: with Origin, Referer or a Sec-Fetch-Site other than none, or with a Host
// that is neither a loopback nor the listener's own address, as after DNS
// rebinding. Where the console has a password, each request needs it.
//
// A page chooses nearly every byte that its browser sends, but not the first ones:
// they are a request's line, or TLS. What a client speaks is therefore judged by its
// first line (opening.go) before any byte of it is taken for a telnet command or
// a line. A request that comes later, on a connection that was opened before there
// was one, ends the session, as does any later line that looks like a request's or
// like one of its headers, and a line that is too long to be looked at.
//
// # Who waits and who is in
//
// A client waits in a lobby (netguard.Lobby) until it has given the password, or, where
// there is none, has said something. The lobby has room for MaxWaiting, and for
// MaxGuesses of one address where there is a password, which has to come within
// AdmitTime. Who comes when it is full takes the place of the one that has waited
// longest at the most crowded address. MaxSessions counts those who are in.
//
// # Invariants and goroutines
//
// Each connection has a reader and a writer goroutine and the handler's. What
// comes in is bounded by making the sender wait; what goes out by a queue of
// 1 MB: a handler that writes more waits, nobody else does, and a client that
// takes nothing for WriteTimeout is dropped. The context of a session is
// cancelled when its client is gone, or on Shutdown.
//
// Glossary: a client is whoever connects; its kind is what it speaks: telnet, plain lines
// or HTTP; its opening is its first line; a guest waits in the lobby; admission is what
// lets him in.
//
// Files, from the ground up:
//   - parser.go: telnet's commands and options, found in bytes
//   - options.go: negotiating options
//   - opening.go: what a client speaks, by its first line
//   - response.go: HTTP responses
//   - tls.go: clients that do not speak TLS
//   - conn.go: one client: what comes from it and goes to it
//   - negotiate.go: telnet's commands, obeyed
//   - reader.go: a client's lines
//   - config.go: what a server is made with and keeps, and how many it lets in
//   - password.go: asking for the password
//   - http.go: commands over HTTP
//   - server.go: listening, and a session from greeting to end
//   - attach.go: a client
//
// What calls upwards:
//   - conn.go to negotiate.go: what a client sends is cut into events where it comes in
package telnet
