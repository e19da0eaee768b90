package service

import (
	"sync"
	"time"
)

// This file holds the sums of what ended services had counted.

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

// add counts a service whose last slice is over.
func (e *endedTotals) add(base string, messages uint64, cpu time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.byBase == nil {
		e.byBase = map[string]Totals{}
	}
	if _, known := e.byBase[base]; !known && len(e.byBase) >= endedBases {
		base = OtherBase
	}
	t := e.byBase[base]
	t.Services++
	t.Messages += messages
	t.CPU += cpu
	e.byBase[base] = t
}
