package ssh

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"lunarium/console/access"
	"lunarium/runtime/netguard"
	"lunarium/runtime/worded"
)

// This file listens, and lets clients in.

// Config describes a console over SSH.
type Config struct {
	Address string // host:port, a port of this machine, or fd:NAME of Sockets
	Sockets *netguard.Sockets
	HostKey ssh.Signer
	Guard   *access.Guard // lets clients in; nil: all, which only a loopback address may have
	Version string        // of the program
	Logger  *slog.Logger
	// Track may wrap each accepted connection, to count what goes through it.
	Track func(net.Conn) net.Conn
	// Handle runs one session, and tells whether it failed, which is its exit status. ctx is
	// cancelled when the client is gone or the server shuts down.
	Handle func(ctx context.Context, s *Session) (failed bool)

	AdmitTime    time.Duration // how long a client may take to be let in; 0: 1 min
	WriteTimeout time.Duration // how long a client may take no output; 0: 10 s
}

const (
	mostClients  = 200
	mostWaiting  = 100 // clients that have not been let in
	waitingOfOne = 10  // of these, from one address
	mostSessions = 10  // of a client
	mostTries    = 6   // to be let in, keys included
	// tryDelay is how long a wrong password takes at least.
	tryDelay = time.Second
)

// ErrOpen: the address can be reached from other machines, and nobody is asked who they are.
var ErrOpen = errors.New("can be reached from other machines, and a console runs any code: " +
	"give it users with --users FILE or a password with --console-password-file FILE, or use 127.0.0.1")

// Server is a listening console. Its methods may be called from any goroutine.
type Server struct {
	config   Config
	listener *net.TCPListener
	lobby    *netguard.Lobby
	ctx      context.Context
	end      context.CancelFunc
	running  sync.WaitGroup

	mu      sync.Mutex
	closing bool
	clients map[net.Conn]struct{}
}

// Listen opens the address; Serve takes clients.
func Listen(config Config) (*Server, error) {
	place, err := config.Sockets.Place(config.Address)
	if err != nil {
		return nil, fmt.Errorf("SSH: %w", err)
	}
	if !place.Loopback && !config.Guard.Locked() {
		return nil, fmt.Errorf("SSH: %s %w", place.Address, ErrOpen)
	}
	listener, err := place.Listen()
	if err != nil {
		return nil, fmt.Errorf("SSH: %w", err)
	}
	if config.AdmitTime == 0 {
		config.AdmitTime = time.Minute
	}
	if config.WriteTimeout == 0 {
		config.WriteTimeout = 10 * time.Second
	}
	s := &Server{config: config, listener: listener, lobby: netguard.NewLobby(mostWaiting, waitingOfOne), clients: map[net.Conn]struct{}{}}
	s.ctx, s.end = context.WithCancel(context.Background())
	return s, nil
}

// Addr is the address that the server listens on.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Serve takes clients until Shutdown.
func (s *Server) Serve() {
	for {
		nc, err := s.listener.AcceptTCP()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // out of descriptors, or a client that left at once: others may still come
			s.config.Logger.Warn("SSH: accept", "error", worded.Text(err))
			wait(s.ctx, 50*time.Millisecond)
			continue
		}
		s.start(nc)
	}
}

func (s *Server) start(nc *net.TCPConn) {
	_ = nc.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: 30 * time.Second, Interval: 10 * time.Second, Count: 6})
	conn := net.Conn(nc)
	if s.config.Track != nil {
		conn = s.config.Track(conn)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing || len(s.clients) >= mostClients {
		_ = conn.Close()
		return
	}
	s.clients[conn] = struct{}{}
	guest := s.lobby.Enter(nc.RemoteAddr(), func() { _ = conn.Close() })
	s.running.Go(func() {
		s.serve(conn, guest)
		guest.Leave()
		_ = conn.Close()
		s.mu.Lock()
		delete(s.clients, conn)
		s.mu.Unlock()
	})
}

// letIn is the key of the principal in a connection's permissions.
type letIn struct{}

// kind is how clients come, for the audit log.
const kind = "ssh"

// rules says how clients are let in. A key is asked for before the client has shown that it is its
// own; whoever does not have it gets no further.
func (s *Server) rules() *ssh.ServerConfig {
	guard := s.config.Guard
	rules := &ssh.ServerConfig{MaxAuthTries: mostTries, ServerVersion: "SSH-2.0-lunarium_" + s.config.Version}
	rules.AddHostKey(s.config.HostKey)
	if !guard.Locked() {
		rules.NoClientAuth = true
		rules.NoClientAuthCallback = func(c ssh.ConnMetadata) (*ssh.Permissions, error) {
			return permissions(guard.Enter(s.ctx, kind, c.RemoteAddr().String(), "", ""))
		}
		return rules
	}
	rules.PasswordCallback = func(c ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
		who, err := guard.Enter(s.ctx, kind, c.RemoteAddr().String(), c.User(), string(password))
		if err != nil {
			s.config.Logger.Warn("SSH: not let in", "remote", c.RemoteAddr(), "error", worded.Text(err))
			wait(s.ctx, tryDelay)
		}
		return permissions(who, err)
	}
	rules.PublicKeyCallback = func(c ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		return permissions(guard.EnterKey(c.User(), key))
	}
	return rules
}

func permissions(who *access.Principal, err error) (*ssh.Permissions, error) {
	if err != nil {
		return nil, err
	}
	return &ssh.Permissions{ExtraData: map[any]any{letIn{}: who}}, nil
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// serve runs a client to its end.
func (s *Server) serve(conn net.Conn, guest *netguard.Guest) {
	late := time.AfterFunc(s.config.AdmitTime, func() { _ = conn.Close() })
	client, channels, requests, err := ssh.NewServerConn(conn, s.rules())
	late.Stop()
	if err != nil || !guest.Leave() {
		return
	}
	defer client.Close()
	who, ok := client.Permissions.ExtraData[letIn{}].(*access.Principal)
	if !ok {
		return
	}
	go ssh.DiscardRequests(requests)
	var sessions sync.WaitGroup
	defer sessions.Wait()
	room := make(chan struct{}, mostSessions)
	stop := context.AfterFunc(s.ctx, func() {
		for range mostSessions { // when all sessions are over
			room <- struct{}{}
		}
		_ = client.Close()
	})
	defer stop()
	for asked := range channels {
		if asked.ChannelType() != "session" {
			_ = asked.Reject(ssh.UnknownChannelType, "this is a console: it has sessions and nothing else")
			continue
		}
		select {
		case room <- struct{}{}:
		default:
			_ = asked.Reject(ssh.ResourceShortage, "too many sessions of a connection")
			continue
		}
		channel, requests, err := asked.Accept()
		if err != nil {
			return
		}
		sessions.Go(func() {
			defer func() { <-room }()
			s.session(client, who, channel, requests)
		})
	}
}

func (s *Server) session(client *ssh.ServerConn, who *access.Principal, channel ssh.Channel, requests <-chan *ssh.Request) {
	defer func() {
		if p := recover(); p != nil {
			s.config.Logger.Error("an SSH session failed", "remote", client.RemoteAddr(), "panic", p, "stack", string(debug.Stack()))
		}
	}()
	session := &Session{
		Who: who, From: client.RemoteAddr().String(), channel: channel, timeout: s.config.WriteTimeout, interrupts: make(chan struct{}, 1),
	}
	session.serve(s.ctx, requests, s.config.Handle)
}

// Shutdown stops listening, and waits until the sessions, whose contexts end, are over. When ctx
// ends first, it drops the connections.
func (s *Server) Shutdown(ctx context.Context) {
	s.mu.Lock()
	s.closing = true
	_ = s.listener.Close()
	s.mu.Unlock()
	s.end()
	done := make(chan struct{})
	go func() {
		s.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.clients {
		_ = conn.Close()
	}
}
