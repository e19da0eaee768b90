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
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"lunarium/runtime/files"
	"lunarium/runtime/host"
	"lunarium/runtime/netguard"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
	"lunarium/stdlib/kit"
)

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
	config, err := netguard.ServerTLS(c.cert, c.key)
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

// serverField gives the fields of a server: address, host, port, url, requests,
// streams, faults, and the method close.
func (l *library) serverField(t *vm.Thread) int {
	s := servers.Check(t, 1)
	host, port, _ := net.SplitHostPort(s.address)
	switch t.CheckString(2) {
	case "address":
		return t.Return(vm.String(s.address))
	case "host":
		return t.Return(vm.String(host))
	case "port":
		n, _ := strconv.Atoi(port)
		return t.Return(vm.Int(n))
	case "url":
		if s.tls != nil {
			return t.Return(vm.String("https://" + s.address))
		}
		return t.Return(vm.String("http://" + s.address))
	case "requests":
		return t.Return(vm.Int(int(s.requests.Load())))
	case "streams":
		return t.Return(vm.Int(int(s.streams.Load())))
	case "faults":
		return t.Return(vm.Int(s.faults.count))
	case "close":
		return t.Return(l.state.NewFunction("close", serverMethods.Function("close")))
	}
	return t.Return(vm.Nil)
}

// closeServer is server:close(); again it has no effect: the handler's key may be
// that of another server by then.
func closeServer(t *vm.Thread) int {
	s := servers.Check(t, 1)
	if t.State().Isolated() {
		return 0
	}
	select {
	case <-s.closed:
	default:
		host.Release(t.State(), s.key)
		s.close()
	}
	return 0
}

// ServeHTTP takes one request to the service and its answer back.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out := newWriter(w, s.limits.writeTime)
	status, text := s.refuse(r)
	body := ""
	if status == 0 {
		loan := s.lib.state.Memory().Loan()
		defer loan.End()
		body, status, text = s.readBody(w, r, loan)
	}
	if status != 0 {
		w.Header().Set("Connection", "close") // else the rest of the body would be read first
		out.fail(status, text)
		return
	}
	defer s.buffered.Add(-int64(len(body)))
	ex := &exchange{server: s, request: r, body: body, answer: make(chan response, 1)}
	if status, text := s.start(ex); status != 0 {
		out.fail(status, text)
		return
	}
	limit := time.NewTimer(s.limits.timeout)
	defer limit.Stop()
	select {
	case answer := <-ex.answer:
		answer.write(out, r, s)
	case <-limit.C:
		out.fail(http.StatusGatewayTimeout, fmt.Sprintf("the service did not answer within %s", s.limits.timeout))
	case <-r.Context().Done():
	case <-host.Gone(s.lib.state):
		// Its end may have answered, too.
		select {
		case answer := <-ex.answer:
			answer.write(out, r, s)
		default:
			out.fail(http.StatusServiceUnavailable, "the service has ended")
		}
	}
}

// refuse says which requests never reach the service.
func (s *server) refuse(r *http.Request) (status int, text string) {
	if (s.loopback || s.hosts != nil) && !netguard.OwnHost(r, s.hosts) {
		return http.StatusMisdirectedRequest, fmt.Sprintf("this server is not called %s; its option hosts lists other names than localhost", visible.Quote(r.Host))
	}
	if s.origins != nil && s.origins.Check(r) != nil {
		return http.StatusForbidden, "a page of another site may not send this request"
	}
	if r.ContentLength > int64(s.limits.maxBody) {
		return http.StatusRequestEntityTooLarge, s.tooLarge()
	}
	return 0, ""
}

func (s *server) tooLarge() string {
	return fmt.Sprintf("the request's body may have %d bytes", s.limits.maxBody)
}

// start posts the task that handles a request.
func (s *server) start(ex *exchange) (status int, text string) {
	if s.requests.Add(1) > int64(s.limits.maxRequests) {
		s.requests.Add(-1)
		return http.StatusServiceUnavailable, "too many requests are being handled"
	}
	if !host.Request(s.lib.state, ex.request.Method+" "+ex.request.URL.Path, ex.run, ex.ended) {
		s.requests.Add(-1)
		return http.StatusServiceUnavailable, "the service has ended"
	}
	return 0, ""
}
