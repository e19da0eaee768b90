package telnet

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"lunarium/console/access"
	"lunarium/runtime/netguard"
)

// This file says what a console server is made with, and what the server keeps.

// Config describes a remote console.
type Config struct {
	Address  string // host:port, a port of this machine, or fd:NAME of Sockets
	Sockets  *netguard.Sockets
	Guard    *access.Guard // lets clients in; nil: all, which only a loopback address may have
	TLS      *tls.Config   // of the listener; nil: what is sent is not encrypted
	Greeting string        // the first text a client gets, whole lines; may be ""
	Logger   *slog.Logger
	// Track may wrap each accepted connection, to count what goes through it;
	// nil: nothing does.
	Track func(net.Conn) net.Conn
	// Handle runs one session, of Conn.Who. The connection is flushed and closed after it.
	// ctx is cancelled when the client is gone or the server shuts down.
	Handle func(ctx context.Context, c *Conn)

	// Command runs one command that came over HTTP and gives its reply, whether
	// it failed (any error; the text says why) or not. nil: HTTP is refused.
	Command func(ctx context.Context, r Request) (text string, err error)

	MaxSessions   int           // 0: 1000
	MaxWaiting    int           // clients that have not given the password, or said anything; 0: 100
	MaxGuesses    int           // of those, from one address, where there is a password; 0: 10
	AdmitTime     time.Duration // how long a client may take for the password, or for an HTTP request; 0: 1 min
	Grace         time.Duration // how long a silent client is left alone; 0: 250 ms
	WriteTimeout  time.Duration // how long a client may take no output; 0: 10 s
	PasswordDelay time.Duration // after the first wrong password, then twice that …; 0: 1 s
	// After stands for time.After in waiting for Grace, AdmitTime and PasswordDelay.
	After func(time.Duration) <-chan time.Time
}

// ExposedError reports an address that others than this machine can reach, and
// no password.
type ExposedError struct{ Address string }

// Server is a listening remote console.
type Server struct {
	cfg Config
	log *slog.Logger
	ln  *net.TCPListener

	mu       sync.Mutex
	closing  bool
	sessions map[*Conn]struct{}
	admitted int
	running  sync.WaitGroup
	lobby    *netguard.Lobby
}

func (s *Server) defaults() {
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.cfg.MaxSessions == 0 {
		s.cfg.MaxSessions = 1000
	}
	if s.cfg.MaxWaiting == 0 {
		s.cfg.MaxWaiting = 100
	}
	if s.cfg.MaxGuesses == 0 {
		s.cfg.MaxGuesses = 10
	}
	if s.cfg.AdmitTime == 0 {
		s.cfg.AdmitTime = time.Minute
	}
	if s.cfg.Grace == 0 {
		s.cfg.Grace = 250 * time.Millisecond
	}
	if s.cfg.WriteTimeout == 0 {
		s.cfg.WriteTimeout = 10 * time.Second
	}
	if s.cfg.PasswordDelay == 0 {
		s.cfg.PasswordDelay = time.Second
	}
	if s.cfg.After == nil {
		s.cfg.After = time.After
	}
}

// Request is a command that came over HTTP.
type Request struct {
	Line string
	// Reads: it came by GET, which must change nothing.
	Reads bool
	JSON  bool   // the client accepts JSON and no plain text
	From  string // the client's address
	Who   *access.Principal
}

// ErrChanges is what Config.Command returns for a Request that only Reads with a
// command that may change something.
var ErrChanges = errors.New("this command may change something; send it as the body of a POST")

func (e *ExposedError) Error() string {
	return fmt.Sprintf("console address %s %s, and a console runs any code: "+
		"give it a password with --console-password-file FILE or users with --users FILE, or use 127.0.0.1", e.Address, netguard.ErrPublic)
}

// admit takes a client that may have a session out of the lobby.
func (s *Server) admit(c *Conn, guest *netguard.Guest) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !guest.Leave() {
		return errTurnedOut
	}
	if s.admitted >= s.cfg.MaxSessions {
		return errFull
	}
	s.admitted++
	c.admitted = true
	return nil
}

var (
	errTooSlow   = errors.New("this took too long; the console has hung up")
	errTurnedOut = errors.New("too many clients wait to be let into this console; it had to make room for another")
	errFull      = errors.New("too many console sessions")
)
