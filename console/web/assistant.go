package web

import (
	"net/http"

	"lunarium/console"
	"lunarium/console/command"
	"lunarium/console/mcp"
)

// This file serves assistants.

// newAssistants gives what answers assistants, whose sessions are of the node as those of pages are.
func newAssistants(c *Config) *mcp.Handler {
	return mcp.NewHandler(command.Table(), c.Version, func(o console.Options) *console.Session {
		o.Library, o.Sessions, o.Crashes, o.Snapshots, o.Supervisor, o.Audit, o.Secrets = c.Library, c.Sessions, c.Crashes, c.Snapshots, c.Supervisor, c.Audit, c.Secrets
		return console.NewSession(c.Node, o, command.Table())
	})
}

// assist answers a request of an assistant. Each shows who it is from, as programs do.
func (s *Server) assist(w http.ResponseWriter, r *http.Request) {
	if !s.config.Guard.Locked() {
		who, _ := s.keys.admits(r)
		s.assistants.Serve(w, r, who)
		return
	}
	who, ok := s.keys.admitsBasic(r)
	if !ok {
		w.Header().Set("WWW-Authenticate", `Basic realm="lunarium"`)
		http.Error(w, "give the password", http.StatusUnauthorized)
		return
	}
	s.letIn(r)
	s.assistants.Serve(w, r, who)
}
