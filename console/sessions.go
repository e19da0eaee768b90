package console

import (
	"cmp"
	"errors"
	"slices"
	"sync"
	"time"
)

// This file holds what the sessions of a node know of each other.

// Sessions are the sessions of a node, so that each can tell of the others. The zero one
// has none.
type Sessions struct {
	mu   sync.Mutex
	last uint64
	open []*presence
}

// presence is what others know of a session, and how they end it.
type presence struct {
	id    uint64
	kind  string
	from  string
	since time.Duration // as Clock.Elapsed, as are the others
	end   func()        // nil: only who opened it does

	line   string // the one that runs, or ran last
	at     time.Duration
	cancel func() // of the line that runs; nil: none does
	holds  []string
}

// SessionInfo is a session as people see it.
type SessionInfo struct {
	ID    uint64
	Kind  string // shell, telnet, page, http
	From  string // the other end of its connection, "" for a shell
	Since time.Duration
	Line  string        // the one that runs, or ran last
	Runs  bool          // it runs
	For   time.Duration // for how long it runs, or has been over
	Holds []string      // what ends with the session
	Own   bool          // it is the one that asks
}

var (
	// ErrNoSession: there is no session of that number.
	ErrNoSession = errors.New("no such session")
	// ErrKept: a session is not ended by others.
	ErrKept = errors.New("it is the node's own shell, with which the node ends; shutdown does that")
)

// enter adds a session.
func (s *Sessions) enter(p *presence) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	p.id = s.last
	s.open = append(s.open, p)
}

// leave takes a session out; it may be out already.
func (s *Sessions) leave(p *presence) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = slices.DeleteFunc(s.open, func(other *presence) bool { return other == p })
}

// change changes what others know of a session.
func (s *Sessions) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// list gives all sessions by number, to one of them, at a time.
func (s *Sessions) list(to *presence, now time.Duration) []SessionInfo {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []SessionInfo{}
	for _, p := range s.open {
		list = append(list, SessionInfo{
			ID: p.id, Kind: p.kind, From: p.from, Since: now - p.since, Line: p.line, Runs: p.cancel != nil, For: now - p.at,
			Holds: slices.Clone(p.holds), Own: p == to,
		})
	}
	slices.SortFunc(list, func(a, b SessionInfo) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// endOne ends a session: the line that runs is cancelled, and its connection closed.
func (s *Sessions) endOne(id uint64) error {
	s.mu.Lock()
	i := slices.IndexFunc(s.open, func(p *presence) bool { return p.id == id })
	if i < 0 {
		s.mu.Unlock()
		return ErrNoSession
	}
	p := s.open[i]
	end, cancel := p.end, p.cancel
	s.mu.Unlock()
	if end == nil {
		return ErrKept
	}
	if cancel != nil {
		cancel()
	}
	end()
	return nil
}

// Visitor is who deals with a node other than by the console's commands, such as an editor
// that debugs it.
type Visitor struct {
	sessions *Sessions
	presence *presence
}

// Visit adds a visitor who came at a time, as Clock.Elapsed; end ends the visit, from any
// goroutine.
func (s *Sessions) Visit(kind, from string, at time.Duration, end func()) *Visitor {
	v := &Visitor{s, &presence{kind: kind, from: from, since: at, at: at, end: end}}
	s.enter(v.presence)
	return v
}

// Holds says what ends with the visit.
func (v *Visitor) Holds(holds []string) { v.sessions.change(func() { v.presence.holds = holds }) }

// Leave ends the visit.
func (v *Visitor) Leave() { v.sessions.leave(v.presence) }
