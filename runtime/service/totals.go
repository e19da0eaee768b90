package service

import (
	"maps"
	"sync"
	"time"
)

// Totals are counters of services that share a file.
type Totals struct {
	Services uint64
	Messages uint64
	CPU      time.Duration
}

// endedTotals keeps what services had counted when they ended, by Base.
type endedTotals struct {
	mu     sync.Mutex
	byBase map[string]Totals
}

// endedBases bounds the names in Node.Ended; services of further ones count as
// OtherBase.
const endedBases = 1000

// OtherBase stands for the services of files that are too many to list.
const OtherBase = "(other)"

// Ended gives the sums of what the services that have ended had counted, by the
// base name of their file: with Stat of those that live, counters that only
// grow.
func (n *Node) Ended() map[string]Totals {
	n.ended.mu.Lock()
	defer n.ended.mu.Unlock()
	return maps.Clone(n.ended.byBase)
}

// add counts a service whose last slice is over.
func (e *endedTotals) add(s *Service) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.byBase == nil {
		e.byBase = map[string]Totals{}
	}
	base := s.base
	if _, known := e.byBase[base]; !known && len(e.byBase) >= endedBases {
		base = OtherBase
	}
	t := e.byBase[base]
	t.Services++
	t.Messages += s.messages.Load()
	t.CPU += time.Duration(s.cpu.Load())
	e.byBase[base] = t
}
