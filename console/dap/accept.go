package dap

import (
	"errors"
	"net"
	"time"

	"lunarium/runtime/endpoint"
	"lunarium/runtime/worded"
)

// This file takes clients in.

// Serve accepts clients until Close.
func (s *Server) Serve() {
	for {
		nc, err := s.listener.AcceptTCP()
		switch {
		case s.ctx.Err() != nil || errors.Is(err, net.ErrClosed):
			if err == nil {
				_ = nc.Close()
			}
			return
		case err != nil:
			// Out of descriptors, or a client that left at once: others may still come.
			s.config.Logger.Warn("debugging: accept", "error", worded.Text(err))
			select {
			case <-time.After(50 * time.Millisecond):
			case <-s.ctx.Done():
			}
			continue
		}
		s.start(nc)
	}
}

// start gives a new client its session, unless Close has begun, which waits for those that
// were started before it.
func (s *Server) start(nc *net.TCPConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		_ = nc.Close()
		return
	}
	s.endpoint.Moved(1, 0)
	_ = nc.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: 30 * time.Second, Interval: 10 * time.Second, Count: 6})
	conn := s.config.Node.Endpoints().Open(endpoint.Endpoint{
		Kind: "debugger", Local: nc.LocalAddr().String(), Remote: nc.RemoteAddr().String(),
	}).Conn(nc)
	guest := s.lobby.Enter(nc.RemoteAddr(), func() { _ = conn.Close() })
	s.running.Go(func() {
		defer guest.Leave()
		defer conn.Close()
		newSession(s, conn, guest).serve(s.ctx)
	})
}
