package web

import (
	"context"
	"net/http"
	"time"
)

// This file sends a page what happens.

const (
	heartbeat   = 15 * time.Second
	writeWithin = 30 * time.Second
	lastWords   = time.Second // for a command that runs when the node stops
)

// stream sends a page what happens, until the browser, the page or the node is
// gone, or the page has too many streams.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, p *page) {
	ctx, end := context.WithCancel(r.Context())
	defer end()
	defer p.detach(p.attach(end))
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	control := http.NewResponseController(w)
	control.SetReadDeadline(time.Time{}) // nothing more is read
	send := func(events ...event) bool {
		control.SetWriteDeadline(time.Now().Add(writeWithin))
		for i := range events {
			frame, err := events[i].encode()
			if err == nil {
				_, err = w.Write(frame)
			}
			if err != nil {
				return false
			}
		}
		return control.Flush() == nil
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	now, changed := s.sampler.next()
	alive := send(event{"history", s.sampler.past()}) && send(p.looks(now)...)
	for alive {
		select {
		case <-p.news:
			alive = send(p.take()...)
		case <-p.viewed:
			alive = send(p.looks(now)...)
		case <-changed:
			now, changed = s.sampler.next()
			alive = send(p.looks(now)...)
		case <-beat.C:
			alive = send(event{"beat", nil})
		case <-ctx.Done():
			return
		case <-s.config.Node.Done():
			select {
			case <-p.terminal.drained(): // the command that stopped it has its say
			case <-time.After(lastWords):
			case <-ctx.Done():
			case <-p.ctx.Done():
			}
			send(append(p.take(), event{"stopped", nil})...)
			return
		case <-p.ctx.Done():
			return
		}
	}
}
