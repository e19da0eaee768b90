package dap

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"lunarium/console"
	"lunarium/console/access"
	"lunarium/runtime/endpoint"
	"lunarium/runtime/netguard"
	"lunarium/runtime/service"
)

// This file listens for editors, and says who may attach.

// Config says how a node is served to editors.
type Config struct {
	Node     *service.Node
	Address  string // to listen on: HOST:PORT, a port of this machine, or fd:NAME of Sockets
	Sockets  *netguard.Sockets
	Guard    *access.Guard     // lets clients in; nil: all, which only a loopback address may have
	Audit    *access.Audit     // of what clients change; nil: nowhere
	Sessions *console.Sessions // that know of the clients; nil: none do
	Logger   *slog.Logger
	// AdmitTime is how long a client may take to attach; 0: 1 min. PasswordDelay is the
	// time to the answer to a wrong password; 0: 1 s.
	AdmitTime, PasswordDelay time.Duration
	// RequestTime bounds what a request may take on services' threads; 0: 5 s.
	RequestTime time.Duration
}

const (
	mostClients   = 100
	mostWaiting   = 50 // clients that have not attached
	waitingOfOne  = 10 // of these, from one address
	mostPasswords = 3
	writeTime     = 10 * time.Second
)

// ErrOpen: the address can be reached from other machines and there is no password.
var ErrOpen = errors.New("can be reached from other machines, and a debugger runs any code: " +
	"give it a password with --console-password-file FILE or users with --users FILE, or use 127.0.0.1")

// Server serves a node to editors. Its methods may be called from any goroutine.
type Server struct {
	config   Config
	listener *net.TCPListener
	endpoint *endpoint.Open
	lobby    *netguard.Lobby
	ctx      context.Context
	end      context.CancelFunc
	running  sync.WaitGroup

	mu      sync.Mutex
	closing bool
	clients int // that have attached
}

// Listen opens the address.
func Listen(config Config) (*Server, error) {
	place, err := config.Sockets.Place(config.Address)
	if err != nil {
		return nil, fmt.Errorf("debugging: %w", err)
	}
	if !place.Loopback && !config.Guard.Locked() {
		return nil, fmt.Errorf("debugging: %s %w", place.Address, ErrOpen)
	}
	listener, err := place.Listen()
	if err != nil {
		return nil, fmt.Errorf("debugging: %w", err)
	}
	if config.AdmitTime == 0 {
		config.AdmitTime = time.Minute
	}
	if config.PasswordDelay == 0 {
		config.PasswordDelay = time.Second
	}
	if config.RequestTime == 0 {
		config.RequestTime = 5 * time.Second
	}
	if config.Sessions == nil {
		config.Sessions = &console.Sessions{}
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{config: config, listener: listener, lobby: netguard.NewLobby(mostWaiting, waitingOfOne)}
	s.endpoint = config.Node.Endpoints().Open(endpoint.Endpoint{Kind: "debug listener", Local: listener.Addr().String()})
	s.ctx, s.end = context.WithCancel(context.Background())
	return s, nil
}

// Address gives where the server listens.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Close ends all sessions: what their clients hold goes on. It waits for that until ctx
// ends.
func (s *Server) Close(ctx context.Context) {
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	s.end()
	_ = s.listener.Close()
	s.endpoint.Close()
	done := make(chan struct{})
	go func() {
		s.running.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

var (
	errPassword = errors.New(`a password is asked for; give it as "password" of the attach configuration`)
	errUser     = errors.New(`a user and a password are asked for; give them as "user" and "password" of the attach configuration`)
	errFull     = fmt.Errorf("%d clients debug this node already, which is as many as may", mostClients)
	errOut      = errors.New("too many clients wait to be let in; this one had to make room")
)

// mayAttach lets a client in, by what it says of itself: one who may change the node.
func (s *Server) mayAttach(ctx context.Context, from string, a *attachArguments) (*access.Principal, error) {
	guard := s.config.Guard
	switch {
	case guard.Named() && (a.User == "" || a.Password == ""):
		return nil, errUser
	case guard.Locked() && a.Password == "":
		return nil, errPassword
	}
	who, err := guard.Enter(ctx, visitorKind, from, a.User, a.Password)
	if err != nil {
		return nil, err
	}
	by := access.Author{Who: who, Kind: visitorKind, From: from}
	return who, mayDebug(s.config.Audit, by)
}

// mayDebug tells why somebody may not debug, and has that noted.
func mayDebug(audit *access.Audit, by access.Author) error {
	err := by.Who.May(access.Operator, "a debugger")
	if err != nil {
		audit.Refused(by, "attach", err)
	}
	return err
}

// visitorKind is how clients are called among the sessions.
const visitorKind = "dap"

// admit lets a client in that may attach.
func (s *Server) admit(guest *netguard.Guest) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.clients >= mostClients {
		return errFull
	}
	if !guest.Leave() {
		return errOut
	}
	s.clients++
	return nil
}

func (s *Server) left() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients--
}
