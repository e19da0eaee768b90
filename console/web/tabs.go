package web

import (
	"context"
	"crypto/rand"
	"math"
	"time"

	"lunarium/console/access"
)

// This file makes pages, of which there may be so many.

// newPage makes a page for somebody at an address, which requests find by its id until it
// is closed; false when too many are looked at. Of those that nobody looks at, the one that
// was left first makes room.
func (s *Server) newPage(from string, who *access.Principal) (*page, bool) {
	s.opening.Lock()
	defer s.opening.Unlock()
	if s.ctx.Err() != nil || !s.makeRoom() {
		return nil, false
	}
	ctx, end := context.WithCancel(s.ctx)
	p := &page{
		server: s, id: rand.Text(), from: from, who: who, ctx: ctx, end: end,
		viewed: make(chan struct{}, 1), news: make(chan struct{}, 1), asking: make(chan struct{}, 1),
	}
	p.room.L = &p.mu
	p.left = s.leaving.Add(1)
	p.terminal = newTerminal(p)
	p.expiring = time.AfterFunc(keepPage, p.close)
	stop := s.config.Node.Logs().Watch(p.log)
	for _, e := range s.config.Node.Logs().Last(firstLogs) {
		p.log(e)
	}
	s.mu.Lock()
	s.pages[p.id] = p
	s.mu.Unlock()
	context.AfterFunc(ctx, func() {
		stop()
		s.forget(p)
		p.mu.Lock() // so that Write waits, or sees that ctx has ended
		defer p.mu.Unlock()
		p.room.Broadcast()
	})
	s.terminals.Go(func() { p.terminal.run(ctx) })
	return p, true
}

// makeRoom closes a page if there is no room for another, and tells whether there is
// now. The lock for opening is held.
func (s *Server) makeRoom() bool {
	s.mu.Lock()
	full := len(s.pages) >= mostPages
	var goes *page
	first := uint64(math.MaxUint64)
	for _, p := range s.pages {
		if left, unseen := p.unseen(); unseen && left < first {
			goes, first = p, left
		}
	}
	s.mu.Unlock()
	if full && goes != nil {
		goes.close()
	}
	return !full || goes != nil
}
