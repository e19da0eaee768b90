package telnet

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"sync"
	"time"

	"lunarium/runtime/netguard"
	"lunarium/runtime/worded"
)

// This file listens, and takes each client from greeting to end.

// Listen opens the address. The error is an *ExposedError if the address is
// not loopback and there is no password.
func Listen(cfg Config) (*Server, error) {
	place, err := cfg.Sockets.Place(cfg.Address)
	if err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	if !place.Loopback && !cfg.Guard.Locked() {
		return nil, &ExposedError{place.Address}
	}
	ln, err := place.Listen()
	if err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	s := &Server{cfg: cfg, log: cfg.Logger, ln: ln, sessions: map[*Conn]struct{}{}}
	s.defaults()
	perHost := s.cfg.MaxWaiting
	if cfg.Guard.Locked() {
		perHost = s.cfg.MaxGuesses
	}
	s.lobby = netguard.NewLobby(s.cfg.MaxWaiting, perHost)
	return s, nil
}

// Addr is the address that the server listens on.
func (s *Server) Addr() net.Addr { return s.ln.Addr() }

// Serve accepts clients until Close or Shutdown, and then gives nil.
func (s *Server) Serve() error {
	for {
		nc, err := s.ln.AcceptTCP()
		if err != nil {
			if s.isClosing() {
				return nil
			}
			if errors.Is(err, net.ErrClosed) {
				return fmt.Errorf("console: %w", err)
			}
			// Out of descriptors, or a client that left at once: others may
			// still come.
			s.log.Warn("console: accept", "error", worded.Text(err))
			<-s.cfg.After(50 * time.Millisecond)
			continue
		}
		s.start(nc)
	}
}

func (s *Server) isClosing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing
}

// start gives a new client its session. What it logs and writes can take long: it does
// so under no lock.
func (s *Server) start(nc *net.TCPConn) {
	s.mu.Lock()
	full := s.admitted >= s.cfg.MaxSessions
	s.mu.Unlock()
	if full {
		s.log.Warn("console: too many sessions", "remote", nc.RemoteAddr(), "limit", s.cfg.MaxSessions)
		_ = nc.SetWriteDeadline(time.Now().Add(s.cfg.WriteTimeout))
		_, _ = io.WriteString(nc, "too many console sessions\r\n")
		_ = nc.Close()
		return
	}
	_ = nc.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: 30 * time.Second, Interval: 10 * time.Second, Count: 6})
	ctx, cancel := context.WithCancelCause(context.Background())
	conn := net.Conn(nc)
	if s.cfg.Track != nil {
		conn = s.cfg.Track(conn)
	}
	if s.cfg.TLS != nil {
		conn = tls.Server(conn, s.cfg.TLS) // the first byte that is read or written waits for the handshake
	}
	c := newConn(conn, s.log, s.cfg.WriteTimeout, cancel)
	guest := s.lobby.Enter(nc.RemoteAddr(), func() { c.end(errTurnedOut) })
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		guest.Leave()
		_ = c.Close()
		return
	}
	s.sessions[c] = struct{}{}
	s.running.Go(func() {
		s.session(ctx, c, guest)
		guest.Leave()
		cancel(nil)
		s.mu.Lock()
		delete(s.sessions, c)
		if c.admitted {
			s.admitted--
		}
		s.mu.Unlock()
	})
}

// session runs one client from greeting to hanging up.
func (s *Server) session(ctx context.Context, c *Conn, guest *netguard.Guest) {
	defer c.finish()
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("console session failed", "remote", c.RemoteAddr(), "panic", p, "stack", string(debug.Stack()))
		}
	}()
	locked := s.cfg.Guard.Locked()
	inTime := s.hurry(ctx, c, locked)
	if !s.listen(ctx, c) {
		return
	}
	switch c.protocol() {
	case request:
		if !locked {
			inTime = s.hurry(ctx, c, true)
		}
		s.serveHTTP(ctx, &exchange{c, guest, inTime})
		return
	case unknown:
		s.greet(c)
	}
	switch s.hear(ctx, c) {
	case unknown, foreign:
		return
	case request: // its answer would begin with a greeting
		c.end(errLate)
		return
	}
	s.greet(c)
	if !s.detect(ctx, c) || !s.authenticate(ctx, c) {
		return
	}
	inTime()
	if err := s.admit(c, guest); err != nil {
		c.end(err)
		return
	}
	s.log.Info("console session", "remote", c.RemoteAddr())
	s.cfg.Handle(ctx, c)
	s.log.Info("console session ended", "remote", c.RemoteAddr())
}

// hurry ends the session unless inTime is called in AdmitTime, if that is to be.
func (s *Server) hurry(ctx context.Context, c *Conn, toBe bool) (inTime func()) {
	if !toBe {
		return func() {}
	}
	done := make(chan struct{})
	late := s.cfg.After(s.cfg.AdmitTime)
	go func() {
		select {
		case <-late:
			c.end(errTooSlow)
		case <-done:
		case <-ctx.Done():
		}
	}()
	return sync.OnceFunc(func() { close(done) })
}

// greet says what this is, once, and before that, on the same line, asks who has said
// nothing yet.
func (s *Server) greet(c *Conn) {
	if c.greeted {
		return
	}
	c.greeted = true
	greeting := s.cfg.Greeting
	switch {
	case s.cfg.Guard.Named():
		greeting = "This console asks for your name and password.\n"
	case s.cfg.Guard.Locked():
		greeting = "This console asks for a password.\n"
	}
	c.ask()
	_, _ = io.WriteString(c, toCRLF(greeting))
}

// listen waits until the client says something, and what it says is known, but not long
// for the first byte. It reports false if the session is over.
func (s *Server) listen(ctx context.Context, c *Conn) bool {
	select {
	case <-c.opened:
		return true
	case <-c.spoke:
	case <-s.cfg.After(s.cfg.Grace):
		if !c.hasSpoken() {
			return true
		}
	case <-ctx.Done():
		return false
	}
	return s.hear(ctx, c) != unknown
}

// hear waits until it is known what the client speaks; unknown: the session is over. Who
// said it and left at once has said it.
func (s *Server) hear(ctx context.Context, c *Conn) protocol {
	select {
	case <-c.opened:
	case <-ctx.Done():
	}
	return c.protocol()
}

// detect waits until it is known what kind of client speaks (see the package
// comment). It reports false if the session is over.
func (s *Server) detect(ctx context.Context, c *Conn) bool {
	select {
	case <-c.decided:
		return true
	case <-c.heard:
	case <-ctx.Done():
		return false
	}
	select {
	case <-c.decided:
	case <-s.cfg.After(8 * s.cfg.Grace):
		// It speaks telnet and does not answer to WILL ECHO.
		c.mu.Lock()
		c.decide(LineMode)
		c.mu.Unlock()
	case <-ctx.Done():
		return false
	}
	return true
}

// toCRLF is for text that goes out before it is known who reads it.
func toCRLF(s string) string {
	out := make([]byte, 0, len(s)+8)
	for i := range len(s) {
		if s[i] == '\n' {
			out = append(out, '\r')
		}
		out = append(out, s[i])
	}
	return string(out)
}

// Close stops listening; sessions go on.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closing = true
	return s.ln.Close()
}

// Shutdown stops listening, cancels every session, and waits until the handlers
// have returned and their output is sent. When ctx ends first, it drops the
// connections. A handler must not wait for it.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.closing = true
	err := s.ln.Close()
	for c := range s.sessions {
		c.hangUp(errShutdown)
	}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		s.running.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		err = errors.Join(err, fmt.Errorf("console sessions still running: %w", ctx.Err()))
		s.mu.Lock()
		for c := range s.sessions {
			_ = c.Close()
		}
		s.mu.Unlock()
	}
	return err
}

var errShutdown = errors.New("the console is shutting down")
