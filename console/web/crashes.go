package web

import (
	"fmt"
	"net/http"
)

// This file tells what was there when an error was raised that nobody caught.

// crashRequest asks what was there when an error was raised.
type crashRequest struct {
	ID    uint64 `json:"id"`
	First bool   `json:"first"` // the first time, not the latest
}

// crashShown is what the command crashes tells of one.
type crashShown struct {
	said
	Earliest bool `json:"earliest"` // more is known of the first time
}

func (s *Server) showCrash(w http.ResponseWriter, r *http.Request, p *page) {
	var asked crashRequest
	if !read(w, r, &asked) {
		return
	}
	done, ok := p.turn(r.Context())
	if !ok {
		return
	}
	defer done()
	line := fmt.Sprintf("crashes %d", asked.ID)
	if asked.First {
		line += " first"
	}
	shown := crashShown{}
	shown.Text, shown.Failed = p.terminal.beside(r.Context(), line)
	if s.config.Crashes != nil {
		report, _ := s.config.Crashes.Report(asked.ID)
		shown.Earliest = report.Earliest != nil
	}
	answer(w, shown)
}
