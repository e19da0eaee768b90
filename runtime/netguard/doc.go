// Package netguard says who may talk to a server on this machine, and what TLS takes for it:
// which machines an address can be reached from, which requests a foreign page has sent, who
// waits until it is known that they may come in, and which certificates count.
//
// It starts no goroutine. A Lobby is locked.
//
// Glossary: a place is an address to listen on; a guest waits in the lobby until he is let
// in; an own host is one that names this machine.
//
// Files, from the ground up:
//
//   - address.go: addresses to listen on, and the hosts that requests are for
//   - sockets.go: the sockets that were passed to the process
//   - lobby.go: who waits to be let in
//   - authorities.go: authorities of a file
//   - keypair.go: a certificate and its key, followed
package netguard
