package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"lunarium/console/access"
	"lunarium/runtime/netguard"
	"lunarium/runtime/worded"
)

// This file listens, and says which requests there are and who may send them.

// Listen opens the page's listener; Serve answers.
func Listen(c Config) (*Server, error) {
	place, err := c.Sockets.Place(c.Address)
	if err != nil {
		return nil, fmt.Errorf("the web page: %w", err)
	}
	if !place.Loopback && !c.Guard.Locked() {
		return nil, fmt.Errorf("the web page's address %s %w", place.Address, ErrOpen)
	}
	listener, err := place.Listen()
	if err != nil {
		return nil, fmt.Errorf("the web page: %w", err)
	}
	s := &Server{
		config: c, listener: c.Node.Endpoints().Listener("page", listener), origins: http.NewCrossOriginProtection(), keys: newKeys(c.Guard), assistants: newAssistants(&c),
		sampler: newSampler(c.Node, c.SampleEvery), pages: map[string]*page{},
		lobby: netguard.NewLobby(mostWaiting, mostOfOne), instance: rand.Text(),
	}
	s.waits = newWaitsWatch(s.newWaits)
	s.ctx, s.end = context.WithCancel(context.Background())
	s.inner = &http.Server{
		Handler:           s.guarded(s.routes()),
		ReadHeaderTimeout: cmp.Or(c.HeaderTime, headerTime), ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: mostHeader, ErrorLog: slog.NewLogLogger(c.Logger.Handler(), slog.LevelDebug),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, connection{}, c) },
		ConnState:   s.connected,
	}
	return s, nil
}

// Serve answers requests until Close.
func (s *Server) Serve() {
	go s.sampler.run(s.ctx)
	go s.waits.run(s.ctx, s.sampler)
	listener := s.listener
	if s.config.TLS != nil {
		listener = tls.NewListener(listener, s.config.TLS)
	}
	if err := s.inner.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		s.config.Logger.Warn("the web page is not served any more", "error", worded.Text(err))
	}
}

// Close ends the server and its sessions. Streams have until ctx ends to say
// that the node has stopped, and sessions a moment to end what they run.
func (s *Server) Close(ctx context.Context) {
	s.inner.Shutdown(ctx)
	s.opening.Lock() // whoever makes a socket is seen by the wait, or sees that there are no more
	s.closing = true
	s.opening.Unlock()
	within(ctx, &s.sockets)
	s.opening.Lock() // whoever makes a page is seen by the wait, or sees that ctx has ended
	s.end()
	s.opening.Unlock()
	s.inner.Close()
	s.assistants.Close()
	ending, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	within(ending, &s.terminals)
}

// within waits for some to end until ctx does.
func within(ctx context.Context, some *sync.WaitGroup) {
	ended := make(chan struct{})
	go func() {
		some.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-ctx.Done():
	}
}

// closeTime is how long what pages run may take to end.
const closeTime = 5 * time.Second

// routes are what there is; all but the assets, the sign-in and the health need the
// password.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", asset("index.html"))
	for _, name := range assetNames() {
		mux.HandleFunc("GET /"+name, asset(name))
	}
	mux.HandleFunc("POST /sign-in", s.signIn)
	mux.HandleFunc("POST /sign-out", s.signOut)
	mux.HandleFunc("GET /health", s.health)
	mux.HandleFunc("GET /metrics", s.metrics())
	mux.HandleFunc("POST /mcp", s.assist)
	mux.HandleFunc("POST /page", s.private(s.openPage))
	mux.HandleFunc("GET /page/{id}/events", s.private(s.onPage(s.stream)))
	mux.HandleFunc("POST /page/{id}/view", s.private(s.onPage(s.setView)))
	mux.HandleFunc("POST /page/{id}/line", s.private(s.onPage(s.enterLine)))
	mux.HandleFunc("POST /page/{id}/interrupt", s.private(s.onPage(s.interrupt)))
	mux.HandleFunc("POST /page/{id}/complete", s.private(s.onPage(s.complete)))
	mux.HandleFunc("POST /page/{id}/state", s.private(s.onPage(s.showState)))
	mux.HandleFunc("POST /page/{id}/set", s.private(s.onPage(s.setState)))
	mux.HandleFunc("POST /page/{id}/crash", s.private(s.onPage(s.showCrash)))
	mux.HandleFunc("GET /page/{id}/picture/{number}", s.private(s.onPage(s.showPicture)))
	mux.HandleFunc("POST /page/{id}/close", s.private(s.onPage(s.closePage)))
	return mux
}

// policy lets the page run nothing but its own files and be shown nowhere else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guarded refuses requests of foreign pages and sets the headers of every answer.
func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		switch {
		case !s.config.Guard.Locked() && !netguard.OwnHost(r, nil):
			http.Error(w, "without a password this page answers to localhost and loopback addresses only", http.StatusMisdirectedRequest)
		case s.origins.Check(r) != nil:
			http.Error(w, "a page of another site may not send this request", http.StatusForbidden)
		default:
			if !s.config.Guard.Locked() {
				s.letIn(r)
			}
			r.Body = http.MaxBytesReader(w, r.Body, mostBody)
			next.ServeHTTP(w, r)
		}
	})
}

// private demands that who sends a request has signed in.
func (s *Server) private(next func(http.ResponseWriter, *http.Request, *access.Principal)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, ok := s.keys.admits(r)
		if !ok {
			if s.config.Guard.Named() {
				w.Header().Set("Sign-In", "user")
			}
			http.Error(w, "sign in first", http.StatusUnauthorized)
			return
		}
		s.letIn(r)
		next(w, r, who)
	}
}

// onPage finds the page that a request is about, which is of who sends it.
func (s *Server) onPage(next func(http.ResponseWriter, *http.Request, *page)) func(http.ResponseWriter, *http.Request, *access.Principal) {
	return func(w http.ResponseWriter, r *http.Request, who *access.Principal) {
		s.mu.Lock()
		p := s.pages[r.PathValue("id")]
		s.mu.Unlock()
		if p == nil || p.who.Name() != who.Name() {
			http.Error(w, "this page has ended; load it again", http.StatusGone)
			return
		}
		next(w, r, p)
	}
}
