package http

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"lunarium/runtime/files"
	"lunarium/runtime/host"
	"lunarium/runtime/netguard"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
	"lunarium/stdlib/kit"
)

// This file holds servers, and how they listen and close.

// server is one listener and what it allows.
type server struct {
	lib      *library
	key      string // of its handler: host.Held
	address  string // as listened on
	loopback bool
	hosts    []string // names beside the loopback ones; nil and not loopback: any
	origins  *http.CrossOriginProtection
	limits   limits
	tls      *tls.Config // nil: plain HTTP
	mu       sync.Mutex  // inner, listener and closing
	inner    *http.Server
	listener net.Listener
	released func()       // see host.Opened
	requests atomic.Int64 // tasks under way
	streams  atomic.Int64
	faults   faults
	buffered atomic.Int64 // bytes of request bodies in memory
	closing  sync.Once
	closed   chan struct{}
}

var servers = kit.Kind[*server]{Name: "server"}

// bodiesAtOnce is how many bodies of the largest size may be in memory at once.
const bodiesAtOnce = 8

// serve is http.serve(address, handler [, options]): it listens, and gives the
// server.
func (l *library) serve(t *vm.Thread) int {
	if host.Gone(l.state) == nil {
		t.Errorf("http.serve needs a service that can answer: lunarium FILE runs one")
	}
	address, loopback, err := netguard.Address(t.CheckString(1))
	if err != nil {
		t.ArgError(1, worded.Text(err))
	}
	if v := t.CheckAny(2); !v.IsFunction() && !v.IsTable() {
		t.TypeError(2, "function or router")
	}
	s := &server{lib: l, address: address, loopback: loopback, closed: make(chan struct{})}
	s.configure(t)
	key, real := host.Hold(l.state, "http "+address, t.Arg(2))
	s.key = key
	if !real {
		return t.Return(s.value())
	}
	return host.Await(t, "listening on "+address, func(finish func(func(*vm.Thread) int)) func() {
		s.released = host.Opened(l.state)
		go func() {
			listener, err := host.Listen(l.state, "http server", func() (net.Listener, error) { return net.Listen("tcp", address) })
			s.opened(listener, err)
			finish(func(t *vm.Thread) int { return s.begin(t, err) })
		}()
		return s.close
	})
}

// opened takes the listener; when the task that wants it was ended meanwhile it
// is closed.
func (s *server) opened(listener net.Listener, err error) {
	if err != nil {
		s.released()
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listener = listener
	select {
	case <-s.closed:
		s.stopListening()
	default:
	}
}

// stopListening makes the address free; mu is held.
func (s *server) stopListening() {
	s.listener.Close()
	s.released()
}

// configure reads the options, argument 3.
func (s *server) configure(t *vm.Thread) {
	o := serverOptions{limits: defaultLimits()}
	serverTable.Read(t, 3, &o)
	s.limits, s.hosts = o.limits, o.hosts
	if !o.public && !s.loopback {
		t.Errorf("%s %s; say {public = true} if that is meant, or listen on 127.0.0.1", s.address, netguard.ErrPublic)
	}
	s.origins = http.NewCrossOriginProtection()
	for _, origin := range o.origins {
		if err := s.origins.AddTrustedOrigin(origin); err != nil {
			t.Errorf("option origins: %s", err)
		}
	}
	if o.crossSite {
		s.origins = nil
	}
	if o.tls != nil {
		s.configureTLS(t, o.tls)
	}
}

func (s *server) configureTLS(t *vm.Thread, files *vm.Table) {
	var c certificate
	certificateTable.ReadTable(t, 3, files, &c)
	config, err := netguard.ServerTLS(c.cert, c.key, nil)
	if err != nil {
		t.Errorf("option tls: %s", err)
	}
	s.tls = config
}

// begin starts the server on its listener; the service's own thread.
func (s *server) begin(t *vm.Thread, err error) int {
	if err != nil {
		host.Release(s.lib.state, s.key)
		t.Errorf("cannot serve on %s: %s", s.address, listenReason(err))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.address = s.listener.Addr().String()
	s.inner = &http.Server{
		Handler:           s,
		ReadHeaderTimeout: s.limits.headerTime, IdleTimeout: s.limits.idleTime, MaxHeaderBytes: s.limits.maxHeaders,
		ErrorLog: log.New(io.Discard, "", 0), // what clients do wrong is no news of the service
	}
	if s.tls != nil {
		go s.inner.Serve(tls.NewListener(s.listener, s.tls))
	} else {
		go s.inner.Serve(s.listener)
	}
	go func() {
		select {
		case <-host.Gone(s.lib.state):
			s.close()
		case <-s.closed:
		}
	}()
	return t.Return(s.value())
}

// close stops listening, so that the address is free; requests under way get a
// moment, streams end. Any goroutine.
func (s *server) close() {
	s.closing.Do(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		close(s.closed)
		if s.listener != nil {
			s.stopListening()
		}
		if s.inner == nil {
			return
		}
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), closeWait)
			defer cancel()
			if s.inner.Shutdown(ctx) != nil {
				s.inner.Close()
			}
		}()
	})
}

// closeWait is how long requests under way may take once a server closes.
const closeWait = 5 * time.Second

// listenReason gives what an error of listening says without operation and address.
func listenReason(err error) string {
	if full := (*files.TooMany)(nil); errors.As(err, &full) {
		return full.Error()
	}
	if op, ok := err.(*net.OpError); ok {
		err = op.Err
	}
	if call, ok := err.(interface{ Unwrap() error }); ok && call.Unwrap() != nil {
		err = call.Unwrap()
	}
	return worded.Text(err)
}

// value wraps the server for Lua. It is a userdata, so that a reload keeps the
// running one.
func (s *server) value() vm.Value {
	return servers.New(s.lib.state, s, s.lib.server)
}

func (s *server) tooLarge() string {
	return fmt.Sprintf("the request's body may have %d bytes", s.limits.maxBody)
}
