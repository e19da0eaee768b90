package web

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"lunarium/console"
	"lunarium/console/access"
	"lunarium/console/mcp"
	"lunarium/console/secret"
	"lunarium/inspect/crash"
	"lunarium/inspect/snapshot"
	"lunarium/inspect/supervise"
	"lunarium/runtime/netguard"
	"lunarium/runtime/service"
)

// This file holds the server of the page.

// Config says how a node's page is served.
type Config struct {
	Node    *service.Node
	Address string // to listen on: HOST:PORT, a port of this machine, or fd:NAME of Sockets
	Sockets *netguard.Sockets
	Guard   *access.Guard // lets people in; nil: all, and only this machine is served
	TLS     *tls.Config   // of the listener; nil: what is sent is not encrypted
	Audit   *access.Audit // of what pages change; nil: nowhere
	Secrets *secret.Names // that who may only look does not see; nil: none
	Version string        // of the program
	JSON    bool          // sessions begin with machine-readable replies
	Logger  *slog.Logger
	Library func() []console.LibraryFunction // what help and completion know of the libraries; nil: nothing
	Crashes *crash.Log                       // the errors of the node that nobody caught; nil: they are not kept
	// Snapshots are those of the node's services; nil: none are kept.
	Snapshots *snapshot.Store
	// Supervisor keeps services of the node running; nil: none are.
	Supervisor *supervise.Supervisor
	Sessions   *console.Sessions // of which those of pages will be; nil: they know of none
	// HeaderTime is how long a client may take to send a request's header; 0: 10 s.
	HeaderTime time.Duration
	// SampleEvery is the time between two looks at the node, which pages show; 0: 1 s.
	SampleEvery time.Duration
}

// ErrOpen: the address can be reached from other machines and there is no
// password.
var ErrOpen = errors.New("can be reached from other machines: it needs a password, or users")

// Server serves a node's page. Its methods may be called from any goroutine.
type Server struct {
	config     Config
	listener   net.Listener
	inner      *http.Server
	origins    *http.CrossOriginProtection
	keys       *keys
	assistants *mcp.Handler
	sampler    *sampler
	waits      *waitsWatch
	ctx        context.Context
	end        context.CancelFunc

	lobby  *netguard.Lobby
	guests sync.Map // of net.Conn: *netguard.Guest, who have not been let in

	terminals sync.WaitGroup // of pages
	sockets   sync.WaitGroup // streams that go through them
	instance  string         // tells this node from one before it at the same address
	opening   sync.Mutex     // held while a page or a socket is made; before mu, which is before a page's
	closing   bool           // there are no more sockets
	leaving   atomic.Uint64  // counts the pages' last streams that ended, and new pages

	mu    sync.Mutex
	pages map[string]*page
}

const (
	mostPages = 100
	// mostWaiting connections may be open that have shown no password, or asked for
	// nothing where there is none, and mostOfOne of them from one address.
	mostWaiting = 200
	mostOfOne   = 100
	mostHeader  = 64 << 10
	mostBody    = 64 << 10
	headerTime  = 10 * time.Second
)

// Address gives where the server listens.
func (s *Server) Address() string { return s.listener.Addr().String() }

// URL is where browsers find the page: of this machine's addresses, when it listens on all.
func (s *Server) URL() string {
	at := url.URL{Scheme: "http", Host: s.Address(), Path: "/"}
	if s.config.TLS != nil {
		at.Scheme = "https"
	}
	if a, ok := s.listener.Addr().(*net.TCPAddr); ok && a.IP.IsUnspecified() {
		at.Host = net.JoinHostPort("localhost", strconv.Itoa(a.Port))
	}
	return at.String()
}

// stopped tells whether the node has stopped.
func (s *Server) stopped() bool {
	select {
	case <-s.config.Node.Done():
		return true
	default:
		return false
	}
}

// newWaits has the pages that show who waits for whom show it anew.
func (s *Server) newWaits() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.pages {
		p.showAnew("waits")
	}
}

// forget drops a page that has ended.
func (s *Server) forget(p *page) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.pages, p.id)
}
