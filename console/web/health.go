package web

import (
	"context"
	"io"
	"net/http"
	"time"

	"lunarium/runtime/worded"
)

// This file tells whether the node works, for those that restart it when it does not.

// healthTime is how long a node may take to show that it works.
const healthTime = 2 * time.Second

// health answers with status 200 when the node works, else with 503 and why not.
func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), healthTime)
	defer cancel()
	if err := s.config.Node.Works(ctx); err != nil {
		http.Error(w, worded.Text(err), http.StatusServiceUnavailable)
		return
	}
	io.WriteString(w, "ok\n")
}
