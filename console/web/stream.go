package web

import (
	"context"
	"net/http"
	"time"
)

// This file sends a page what happens.

const heartbeat = 15 * time.Second

// sink is where a page's events go: a WebSocket, or an answer that goes on, for browsers
// and proxies that know none.
type sink interface {
	// event writes one; flush is needed.
	event(e *event) error
	flush() error
}

// answering is an answer in the form of server-sent events.
type answering struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func newAnswering(w http.ResponseWriter) *answering {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	control := http.NewResponseController(w)
	control.SetReadDeadline(time.Time{}) // nothing more is read
	return &answering{w, control}
}

func (a *answering) event(e *event) error {
	a.control.SetWriteDeadline(time.Now().Add(writeWithin))
	frame, err := e.encode()
	if err == nil {
		_, err = a.w.Write(frame)
	}
	return err
}

func (a *answering) flush() error { return a.control.Flush() }

// stream sends a page what happens, until the browser, the page or the node is
// gone, or the page has too many streams.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, p *page) {
	ctx, end := context.WithCancel(r.Context())
	defer end()
	if !wantsSocket(r) {
		s.send(ctx, end, newAnswering(w), p)
		return
	}
	if !s.countSocket() {
		http.Error(w, "the node ends", http.StatusServiceUnavailable)
		return
	}
	defer s.sockets.Done()
	if socket, err := openSocket(w, r, end); err == nil {
		defer socket.close()
		s.send(ctx, end, socket, p)
	}
}

// countSocket has Close wait for a socket, as the HTTP server waits for answers only; false:
// the server ends.
func (s *Server) countSocket() bool {
	s.opening.Lock()
	defer s.opening.Unlock()
	if !s.closing {
		s.sockets.Add(1)
	}
	return !s.closing
}

// send is stream to where the events go; end ends it.
func (s *Server) send(ctx context.Context, end context.CancelFunc, to sink, p *page) {
	defer p.detach(p.attach(end))
	send := func(events ...event) bool {
		for i := range events {
			if to.event(&events[i]) != nil {
				return false
			}
		}
		return to.flush() == nil
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
