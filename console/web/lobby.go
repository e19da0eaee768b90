package web

import (
	"net"
	"net/http"

	"lunarium/runtime/netguard"
)

// This file bounds the connections that wait to be let in.

// connection is the key of a request's net.Conn in its context.
type connection struct{}

// connected follows the server's connections: each waits in the lobby until a request
// of it is let in, and goes when others need the room.
func (s *Server) connected(c net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.guests.Store(c, s.lobby.Enter(c.RemoteAddr(), func() { c.Close() }))
	case http.StateClosed, http.StateHijacked:
		s.leave(c)
	}
}

// letIn takes a request's connection out of the lobby.
func (s *Server) letIn(r *http.Request) {
	if c, ok := r.Context().Value(connection{}).(net.Conn); ok {
		s.leave(c)
	}
}

func (s *Server) leave(c net.Conn) {
	if guest, ok := s.guests.LoadAndDelete(c); ok {
		guest.(*netguard.Guest).Leave()
	}
}
