package ssh

import (
	"cmp"
	"context"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"lunarium/console/access"
	"lunarium/console/line"
)

// This file is one session: what the client asks for, and what it sends and is sent.

// Session is what a client has asked for. Its methods may be called from any goroutine.
type Session struct {
	Who     *access.Principal
	From    string // the client's address
	Command string // one command; "": lines until the end
	HasLine bool   // Command is meant, also when it is empty

	channel    ssh.Channel
	timeout    time.Duration
	interrupts chan struct{}

	mu            sync.Mutex
	terminal      string // its type; "": there is none
	columns, rows int
	resized       func()
}

// The payloads of requests (RFC 4254, section 6).
type (
	terminalRequest struct {
		Term                         string
		Columns, Rows, Width, Height uint32
		Modes                        string
	}
	sizeRequest    struct{ Columns, Rows, Width, Height uint32 }
	commandRequest struct{ Command string }
	signalRequest  struct{ Signal string }
	exitStatus     struct{ Status uint32 }
)

// mostColumns bounds the size that a client tells.
const mostColumns = 1000

// prepare answers the requests before the one that begins the session; it tells whether that has
// come.
func (s *Session) prepare(r *ssh.Request) (begins bool) {
	ok := false
	switch r.Type {
	case "pty-req":
		var asked terminalRequest
		if ok = ssh.Unmarshal(r.Payload, &asked) == nil; ok {
			s.mu.Lock()
			s.terminal = cmp.Or(asked.Term, "unknown")
			s.mu.Unlock()
			s.resize(asked.Columns, asked.Rows)
		}
	case "shell":
		ok, begins = true, true
	case "exec":
		var asked commandRequest
		if ok = ssh.Unmarshal(r.Payload, &asked) == nil; ok {
			s.Command, s.HasLine, begins = asked.Command, true, true
		}
	default:
		ok = s.during(r)
	}
	if r.WantReply {
		_ = r.Reply(ok, nil)
	}
	return begins
}

// during does what a request says that may come at any time; it tells whether it is known.
func (s *Session) during(r *ssh.Request) bool {
	switch r.Type {
	case "window-change":
		var asked sizeRequest
		if ssh.Unmarshal(r.Payload, &asked) != nil {
			return false
		}
		s.resize(asked.Columns, asked.Rows)
		return true
	case "signal":
		var asked signalRequest
		if ssh.Unmarshal(r.Payload, &asked) != nil || asked.Signal != "INT" {
			return false
		}
		select {
		case s.interrupts <- struct{}{}:
		default:
		}
		return true
	}
	return false
}

func (s *Session) resize(columns, rows uint32) {
	s.mu.Lock()
	s.columns, s.rows = int(min(columns, mostColumns)), int(min(rows, mostColumns))
	resized := s.resized
	s.mu.Unlock()
	if resized != nil {
		resized()
	}
}

// Terminal tells whether the client has a terminal.
func (s *Session) Terminal() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.terminal != ""
}

// Color tells whether the client has a terminal that is likely to show colour.
func (s *Session) Color() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.terminal != "" && s.terminal != "dumb"
}

func (s *Session) size() (columns, rows int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.columns, s.rows
}

// Reader gives the input lines of the session: a line editor where there is a terminal, else plain
// lines. It is called once.
func (s *Session) Reader(complete line.Completer) (line.Reader, error) {
	columns := func() int { columns, _ := s.size(); return columns }
	if !s.Terminal() {
		return line.NewPlain(line.PlainOptions{In: s.channel, Out: s, Columns: columns, Interrupts: s.interrupts}), nil
	}
	t, err := line.NewTerminal(line.Options{
		In: s.channel, Out: s, Columns: columns, Rows: func() int { _, rows := s.size(); return rows }, Complete: complete,
	})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.resized = t.Resized
	s.mu.Unlock()
	return t, nil
}

// Interrupts gives a value for each interrupt that a client without a terminal sends.
func (s *Session) Interrupts() <-chan struct{} { return s.interrupts }

// Write sends output. A client that takes none for a while is dropped.
func (s *Session) Write(b []byte) (int, error) {
	late := time.AfterFunc(s.timeout, func() { _ = s.channel.Close() })
	defer late.Stop()
	return s.channel.Write(b)
}

// serve runs a session from its requests to its exit status.
func (s *Session) serve(ctx context.Context, requests <-chan *ssh.Request, handle func(context.Context, *Session) (failed bool)) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer s.channel.Close()
	for r := range requests {
		if s.prepare(r) {
			break
		}
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		defer cancel() // the channel is closed: the client has gone
		for r := range requests {
			ok := s.during(r)
			if r.WantReply {
				_ = r.Reply(ok, nil)
			}
		}
	}()
	status := exitStatus{}
	if handle(ctx, s) {
		status.Status = 1
	}
	_, _ = s.channel.SendRequest("exit-status", false, ssh.Marshal(status))
	_ = s.channel.Close()
	<-over
}
