package console

import (
	"cmp"
	"errors"
	"slices"
	"sync"
	"time"

	"lunarium/console/access"
	"lunarium/console/secret"
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
	who   *access.Principal
	since time.Duration    // as Clock.Elapsed, as are the others
	end   func(why string) // nil: only who opened it does

	line   string // the one that runs, or ran last
	at     time.Duration
	cancel func() // of the line that runs; nil: none does
	holds  []string
}

// author is who is at the session, for the audit log. It is for the goroutine of the session.
func (p *presence) author() access.Author {
	return access.Author{Who: p.who, Session: p.id, Kind: p.kind, From: p.from}
}

// SessionInfo is a session as people see it.
type SessionInfo struct {
	ID    uint64
	Kind  string // shell, telnet, ssh, page, http, mcp
	From  string // the other end of its connection, "" for a shell
	User  string // "" where there are no users
	Role  access.Role
	Since time.Duration
	Line  string        // the one that runs, or ran last, without secrets
	Runs  bool          // it runs
	For   time.Duration // for how long it runs, or has been over
	Holds []string      // what ends with the session
	Own   bool          // it is the one that asks
}

var (
	// ErrNoSession: there is no session of that number.
	ErrNoSession = errors.New("no such session")
	// ErrAbove: who is at a session may do more than who would end it.
	ErrAbove = errors.New("who is there has a role above yours")
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

// list gives all sessions by number, to one of them, at a time; what they run without the values
// of what is hidden.
func (s *Sessions) list(to *presence, now time.Duration, hidden *secret.Names) []SessionInfo {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []SessionInfo{}
	for _, p := range s.open {
		list = append(list, SessionInfo{
			ID: p.id, Kind: p.kind, From: p.from, User: p.who.Name(), Role: p.who.Role(), Since: now - p.since, Line: hidden.Text(p.line), Runs: p.cancel != nil, For: now - p.at,
			Holds: slices.Clone(p.holds), Own: p == to,
		})
	}
	slices.SortFunc(list, func(a, b SessionInfo) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// endOne ends a session, for somebody with a role: the line that runs is cancelled, and its
// connection closed.
func (s *Sessions) endOne(id uint64, role access.Role) error {
	s.mu.Lock()
	i := slices.IndexFunc(s.open, func(p *presence) bool { return p.id == id })
	if i < 0 {
		s.mu.Unlock()
		return ErrNoSession
	}
	ends := s.open[i].ends()
	above := s.open[i].who.Role() > role
	s.mu.Unlock()
	switch {
	case ends == nil:
		return ErrKept
	case above:
		return ErrAbove
	}
	ends("another session has ended this one")
	return nil
}

// EndInvalid ends the sessions of those whose rights the users file has changed.
func (s *Sessions) EndInvalid() {
	s.mu.Lock()
	open := slices.Clone(s.open)
	s.mu.Unlock()
	for _, p := range open {
		if p.who.Valid() { // which may read the file, and come here again
			continue
		}
		s.mu.Lock()
		ends := p.ends()
		s.mu.Unlock()
		if ends != nil {
			ends(access.ErrInvalid.Error())
		}
	}
}

// ends gives what ends a session; nil: others don't. The lock is held.
func (p *presence) ends() func(why string) {
	end, cancel := p.end, p.cancel
	if end == nil {
		return nil
	}
	return func(why string) {
		if cancel != nil {
			cancel()
		}
		end(why)
	}
}

// Visitor is who deals with a node other than by the console's commands, such as an editor
// that debugs it.
type Visitor struct {
	sessions *Sessions
	presence *presence
}

// Visit adds a visitor who came at a time, as Clock.Elapsed; end ends the visit, from any
// goroutine.
func (s *Sessions) Visit(who *access.Principal, kind, from string, at time.Duration, end func(why string)) *Visitor {
	v := &Visitor{s, &presence{kind: kind, from: from, who: who, since: at, at: at, end: end}}
	s.enter(v.presence)
	return v
}

// Author is the visitor, for the audit log.
func (v *Visitor) Author() access.Author { return v.presence.author() }

// Holds says what ends with the visit.
func (v *Visitor) Holds(holds []string) { v.sessions.change(func() { v.presence.holds = holds }) }

// Leave ends the visit.
func (v *Visitor) Leave() { v.sessions.leave(v.presence) }
